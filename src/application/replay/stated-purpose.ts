import { reject } from '../../domain/shared/rejection.js';
import type { Caller } from '../shared/caller.js';
import { Refused } from '../shared/refused.js';

const purposeNeeded = reject('invalid', 'audit/purpose-needed');

/**
 * A compliance officer says why before he looks; it goes into the line that he leaves. Throws Refused `audit/purpose-needed`. Whoever has another role is left to
 * the gate, which refuses him whatever he says.
 */
export function withPurpose(caller: Caller): Caller {
  if (caller.actor.role === 'compliance' && (caller.purpose ?? '').trim() === '') throw new Refused(purposeNeeded);
  return caller;
}
