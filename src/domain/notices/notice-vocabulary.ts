import type { Facility, Profession } from '../shared/actor.js';
import type { Event, Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';

/** What somebody is told of. What each asks for, the README of this context says. */
export type NoticeKind =
  | 'DOCUMENT_ADDED'
  | 'DOCUMENT_CHANGED'
  | 'DOCUMENT_REVEALED'
  | 'ANNOUNCEMENT_REMINDER'
  | 'FIRST_ACCESS'
  | 'ACCESS'
  | 'EMERGENCY_ACCESS'
  | 'RIGHTS_CHANGED'
  | 'SPACE_CLOSED'
  | 'SPACE_REOPENED'
  | 'COPY_READY'
  | 'COPY_FAILED';

/** What the holder's side may switch off: notices of documents, and of accesses after the first one of a professional. */
export type NoticePreference = 'NOTIF_DOCUMENT' | 'NOTIF_ACCESS';

/** Who did what is told, as the actor of the fact stated himself. `SERVICE`: a part of this service, or an agent of it. */
export interface NoticeBy {
  readonly kind: 'PROFESSIONAL' | 'FACILITY' | 'INSURER' | 'SUPPORT' | 'SERVICE';
  /** National identifier of a professional, FINESS number of a place of care. */
  readonly id?: string;
  readonly name?: string;
  readonly profession?: Profession;
  readonly facility?: Facility;
}

/** The fact a notice is about, without the id of its stream. */
export interface NoticeAbout {
  /** Category of the stream. */
  readonly stream: string;
  readonly rev: number;
}

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `notices-<space>`: what the holder's side was told, has read, and wants to be told. */
export type NoticesEvent =
  | Event<
      'NoticeIssued',
      1,
      {
        /** Random to everybody: it gives nothing away of how many there are. */ notice: string;
        kind: NoticeKind;
        /** When what it tells was true. */ on: Instant;
        who?: NoticeBy;
        document?: string;
        /** Legal representatives do not see it: neither the notice nor what it is about is theirs to know (CSP R.1111-50). */
        hiddenFrom: readonly 'REPRESENTATIVES'[];
        /** No preference keeps it from being told. */ mandatory: boolean;
        about: NoticeAbout;
      }
    >
  /** `reader`: `nameOf` the account; each reads for himself. */
  | Event<'NoticesRead', 1, { reader: string; notices: readonly string[] }>
  | Event<'NoticePreferenceSet', 1, { preference: NoticePreference; wanted: boolean }>;

/** A notice as it is wished for: whether an access is the first one, and whether it is told at all, is decided. */
export interface NoticeWish {
  readonly notice: string;
  readonly kind: Exclude<NoticeKind, 'FIRST_ACCESS'>;
  readonly on: Instant;
  readonly who?: NoticeBy;
  readonly document?: string;
  readonly hiddenFrom: readonly 'REPRESENTATIVES'[];
  readonly about: NoticeAbout;
}

export type NoticesCommand =
  | Intent<'IssueNotice', NoticeWish>
  | Intent<'MarkNoticesRead', { notices: readonly string[] }>
  | Intent<'SetNoticePreference', { preference: NoticePreference; wanted: boolean }>;
