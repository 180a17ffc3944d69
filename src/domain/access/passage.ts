import type { Event } from '../shared/decider.js';

// Stored as written: a member that older facts lack is optional; rename or reshape only by adding a version (docs/how-to/version-an-event.md).
/**
 * Who saw something of a space: one fact per request, written before the answer (CSP R.1111-43, L.1111-19). In `passage-<space>`; in `veil-<random>` when
 * somebody entitled to the history may not yet know of it.
 */
export type PassageEvent = Event<
  'AccessGranted',
  1,
  {
    action: string;
    /** The past moment that was asked for. */ asOf?: string;
    /** Absent: what was known then. `TRUE`: what was true then, as it is known today. */ knowledge?: 'TRUE';
    /** The one document that was asked for. */ document?: string;
    /** Under a veil, whose stream does not name the space. */ space?: string;
  }
>;

/** What somebody was refused at a space ends with that space, whatever stream it lies in. */
interface RefusedAt {
  /** The target, where there is such a space: the fact lies under its key. Absent otherwise, and in older facts: those lie under the key of the actor. */
  readonly space?: string;
}
/** Who was refused: one fact per actor, space, reason (or document), veil and minute; how often it was asked again in that minute follows. In `actor-<id>`. */
export type ActorEvent =
  | Event<
      'AccessDenied',
      1,
      RefusedAt & {
        action: string;
        target: string;
        reason: string;
        minute: string;
        document?: string;
        /** The veil of the document, or of the secret visit. */ veil?: string;
      }
    >
  | Event<
      'AccessDeniedAgain',
      1,
      RefusedAt & {
        target: string;
        reason: string;
        minute: string;
        document?: string;
        /** Further refusals within the minute. */ count: number;
        /** The veil of the line they are counted on; null: none. Absent in older facts: that minute has one line, whatever its veil. */ veil?:
          string | null;
      }
    >;
