import type { Met } from './fact-reader.js';

/** All that the log holds about one space: its own streams, and those that facts link to it (veils, and who was refused). */
export abstract class SpaceFacts {
  /**
   * In the order in which they were written. What an actor was refused elsewhere is left out. Places that cannot be read any more (an archived or destroyed
   * key) are among them as sealed. Throws UnreadableEvent for one that stands in quarantine, Refused `query/not-caught-up-yet`, StoreUnavailable.
   */
  abstract of(space: string, categories: readonly string[]): Promise<readonly Met[]>;
}
