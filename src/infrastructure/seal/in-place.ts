import type { StoredEvent } from '../../application/shared/event-store.js';
import { UnreadableEvent } from '../../application/shared/ports.js';
import { address } from '../eventstore/codec.js';

/** True when the header is canonical and names the place the event lies in: only then is its leaf what an outsider computes. */
export const isInPlace = (stored: StoredEvent): boolean => {
  try {
    address(stored);
    return true;
  } catch (error) {
    if (error instanceof UnreadableEvent) return false;
    throw error;
  }
};
