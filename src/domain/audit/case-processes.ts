import type { AccessEvent } from '../access/access-vocabulary.js';
import type { ActorEvent, PassageEvent } from '../access/passage.js';
import type { Role } from '../shared/actor.js';
import type { Intent, Of, Tagged } from '../shared/decider.js';
import { idOf, type Recorded, type StreamName } from '../shared/fact.js';
import type { Consequence, Process } from '../shared/process.js';
import type { Instant } from '../shared/time.js';
import type { CaseCommand, CaseEvent } from './case-vocabulary.js';

type Overdue = Of<CaseCommand, 'MarkCaseOverdue'>;
const overdueOn =
  () =>
  ({ event: { due } }: Recorded<CaseEvent & { readonly due: Instant }>, id: string): readonly Consequence<Overdue>[] => [
    { id, wish: { type: 'MarkCaseOverdue', due }, notBefore: due },
  ];

/** A case that is not closed on its day is overdue. */
export const caseDeadlines: Process<CaseEvent, Overdue> = {
  name: 'case-deadlines',
  listensTo: ['case'],
  on: { CaseOpened: overdueOn(), CaseDueSet: overdueOn(), CaseReopened: overdueOn() },
};

/** A break-glass access must be reviewed: the stream of its case is found where it is carried. */
export type ReviewBreakGlass = Intent<'ReviewBreakGlass', { /** Of the fact, in the access stream of the space. */ readonly rev: number }>;
type EmergencyOpened = Of<AccessEvent, 'BreakGlassUsed'>;

/** Every break-glass access is reviewed within three days (domain reference 3.5). */
export const breakGlassReview: Process<EmergencyOpened, ReviewBreakGlass> = {
  name: 'break-glass-review',
  listensTo: ['access'],
  on: {
    BreakGlassUsed: ({ event: { mode }, rev }, id) => (mode === 'bris_de_glace' ? [{ id, wish: { type: 'ReviewBreakGlass', rev } }] : []),
  },
};

/** An access that the rules of alerts are asked about, by its place in the log. */
export type WatchAccess = Intent<'WatchAccess', { readonly stream: StreamName; readonly rev: number; readonly position: string }>;

/** Whose accesses are watched: everybody who looks at other people by profession or office. */
const WATCHED: readonly Role[] = ['professional', 'facility', 'insurer', 'support', 'operator', 'archivist'];
function watch({ stream, rev, position, meta }: Recorded<Tagged>): readonly Consequence<WatchAccess>[] {
  if (!WATCHED.includes(meta.who.role)) return [];
  return [{ id: idOf(stream), wish: { type: 'WatchAccess', stream, rev, position: String(position) } }];
}

/**
 * Every look, refusal and emergency is held against the rules, once it is in the log of accesses. How often a refusal came again is written when its minute is
 * over: what its actor was shown meanwhile is held against them once more.
 */
export const accessWatch: Process<PassageEvent | ActorEvent | EmergencyOpened, WatchAccess> = {
  name: 'access-watch',
  listensTo: ['passage', 'veil', 'actor', 'access'],
  on: { AccessGranted: watch, AccessDenied: watch, AccessDeniedAgain: watch, BreakGlassUsed: watch },
};
