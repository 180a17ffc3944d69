import { setTimeout } from 'node:timers/promises';

/** Real time between two tries; the legal clock has no part in it. */
export const pause = (milliseconds: number): Promise<void> => setTimeout(milliseconds);
