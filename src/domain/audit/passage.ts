import type { Event } from '../shared/decider.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** Who saw something of a space: one fact per request, written before the answer (CSP R.1111-43, L.1111-19). In `passage-<space>`. */
export type PassageEvent = Event<'AccessGranted', 1, { action: string; /** The past moment that was asked for. */ asOf?: string }>;

/** Who was refused: one fact per actor, space, reason and minute. In `actor-<id>`. */
export type ActorEvent = Event<'AccessDenied', 1, { action: string; target: string; reason: string; minute: string }>;
