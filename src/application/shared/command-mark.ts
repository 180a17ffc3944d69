import { nameOf } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { CommandMark, Recorded } from '../../domain/shared/fact.js';
import { reject, type Rejection } from '../../domain/shared/rejection.js';
import { lastFactOf, type Folded } from './folds.js';
import type { Order } from './order.js';
import type { Secrets } from './ports.js';
import { Refused } from './refused.js';

/** What makes a wish the same wish: who, what, on what, under which key; and a digest of its content. */
export const markOf = (secrets: Secrets, category: string, { actor, command, id, messageId, words }: Order<Tagged>): CommandMark => ({
  id: secrets.digest('command', nameOf(actor), command.type, `${category}-${id}`, messageId),
  digest: secrets.digest('content', JSON.stringify(words ?? command)),
});

/** The mark of facts that remember a refusal: the answer to give again travels with them. */
export const refusedMark = (mark: CommandMark, { rejected: code, kind, also }: Rejection<unknown>): CommandMark => ({
  ...mark,
  refused: { code, kind, ...(also === undefined ? {} : { also }) },
});

/**
 * The last fact that this very wish brought about; null when it is new. Throws Refused: the refusal that was given the first time, or
 * `request/key-used-for-something-else` when the same key comes with another content.
 */
export function broughtAbout(history: Folded<Tagged>, mark: CommandMark): Recorded | null {
  const last = lastFactOf(history, mark.id);
  if (last === null) return null;
  if (last.meta.command.digest !== mark.digest) throw new Refused(reject('reused', 'request/key-used-for-something-else'));
  const { refused } = last.meta.command;
  if (refused === undefined) return last;
  const { code, kind, also } = refused;
  throw new Refused({ rejected: code, kind, record: [], ...(also === undefined ? {} : { also }) });
}
