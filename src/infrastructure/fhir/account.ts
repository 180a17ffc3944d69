import type { Subject } from '../../domain/shared/actor.js';

/** An account as one text. */
export const nameOfAccount = ({ issuer, sub }: Subject): string => `${issuer}|${sub}`;
