import { nothing, type Decider, type Event, type Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import type { NoticeAbout, NoticeBy } from './notice-vocabulary.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
interface ProfessionalNotice {
  readonly notice: string;
  /** National identifier of whom it is told to. */
  readonly professional: string;
  readonly space: string;
  readonly kind: 'EMERGENCY_ACCESS';
  readonly on: Instant;
  readonly who: NoticeBy;
  readonly about: NoticeAbout;
}
/** In `actor-<id>` of a professional: what he must know of the people who trust him (CSP R.1111-48). */
export type ProfessionalNoticeEvent = Event<'ProfessionalNotified', 1, ProfessionalNotice>;
export type ProfessionalNoticeCommand = Intent<'NotifyProfessional', ProfessionalNotice>;

/** Ids of what this professional was told. */
export type ToldProfessional = ReadonlySet<string>;

/** What a professional is told, once each; his stream also holds what others write of him. */
export const professionalNotices: Decider<ProfessionalNoticeCommand, ToldProfessional, ProfessionalNoticeEvent> = {
  category: 'actor',
  initial: new Set(),
  decide: {
    NotifyProfessional: ({ notice, professional, space, kind, on, who, about }, told) =>
      told.has(notice) ? nothing : [{ type: 'ProfessionalNotified', v: 1, notice, professional, space, kind, on, who, about }],
  },
  evolve: { ProfessionalNotified: (told, { notice }) => new Set([...told, notice]) },
};
