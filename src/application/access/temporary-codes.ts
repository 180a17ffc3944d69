import type { AccessEvent } from '../../domain/access/access-vocabulary.js';
import type { Instant } from '../../domain/shared/time.js';
import { normaliseCode } from '../enrolment/fresh-code.js';
import type { Journal, Secrets } from '../shared/ports.js';

/** Symbols of a code that the holder reads out: 30 each, some 39 bits, five tries in a quarter of an hour. */
const LENGTH = 8;

/** A code of the holder for this message: the same message again gives the same code. It is stored nowhere. */
export interface TemporaryCode {
  readonly access: string;
  readonly code: string;
  readonly codeDigest: string;
}

/** The same code at another space is another digest. */
export const digestOfTemporary = (secrets: Secrets, space: string, typed: string): string =>
  secrets.digest('code', 'temporary-access', space, normaliseCode(typed));

export function temporaryCode(secrets: Secrets, space: string, messageId: string): TemporaryCode {
  const access = secrets.digest('command', 'temporary-access', space, messageId);
  const code = secrets.provisionalCode(space, access).slice(0, LENGTH);
  return { access, code, codeDigest: digestOfTemporary(secrets, space, code) };
}

/** Until when it can be used and what it then opens, as they were written: the answer to a repeated request is that of the first. */
export async function validityOf(
  journal: Journal,
  space: string,
  access: string,
): Promise<{ readonly usableUntil: Instant; readonly minutes: number } | null> {
  const { facts } = await journal.read<AccessEvent>(`access-${space}`);
  const found = facts.findLast(({ event }) => event.type === 'TemporaryAccessGranted' && event.access === access)?.event;
  return found?.type === 'TemporaryAccessGranted' ? { usableUntil: found.usableUntil, minutes: found.minutes } : null;
}
