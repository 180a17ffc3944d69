import { randomUUID } from 'node:crypto';
import type { Dice } from '../../attacks/dice.js';
import { aLetter, BIOLOGY, professional } from '../patient-life.js';
import { multipartOf } from '../uploading.js';
import type { Invited } from '../world.js';
import type { Act, Stubborn } from './stubborn.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };
const JSON_BODY = 'application/json';

const acting = (kind: Act['kind'], as: Act['as'], path: string, body?: object): Act => ({
  ...{ kind, as, path, key: randomUUID() },
  ...(body === undefined ? { method: 'GET' } : { method: 'POST', contentType: JSON_BODY, payload: JSON.stringify(body) }),
});

export const activating = ({ letter }: Pick<Invited, 'letter'>): Act =>
  acting('activation', 'alice', '/activations', { ...letter, terms: TERMS });
export const looking = (as: Act['as'], space: string, document?: string): Act =>
  acting('look', as, `/spaces/${space}/documents${document === undefined ? '' : `/${document}`}`);
export const masking = (space: string, document: string): Act => acting('mask', 'alice', `/spaces/${space}/masks`, { sets: [document] });
export const consenting = (space: string): Act =>
  acting('consent', 'dr-petit', `/spaces/${space}/consents`, {
    ...{ grantee: professional('dr-petit'), basis: 'CARE_TEAM', scope: ['CONSULT', 'FEED'], means: 'ORAL', informed: true },
  });

/** The same bytes under the same key, however often they are sent. */
export function depositing(space: string, file = aLetter()): Act {
  const { contentType, body } = multipartOf(BIOLOGY, [file]);
  return {
    kind: 'deposit',
    as: 'dr-petit',
    key: randomUUID(),
    method: 'POST',
    path: `/spaces/${space}/documents`,
    contentType,
    payload: Buffer.from(body),
  };
}

/** Whose turn it is. */
export interface Load {
  readonly client: Stubborn;
  /** Handles of active spaces: one doctor and one holder at each, at the same time. */
  readonly spaces: readonly string[];
  /** People with a letter in hand, each of whom activates once. */
  readonly invited: Invited[];
  readonly dice: Dice;
}

/** Deposits, masks, looks and openings, some at each space at a time, until it is over. Rejects when something was answered that no crash excuses. */
export async function underLoad<T>(load: Load, work: () => Promise<T>): Promise<T> {
  const over = { now: false };
  const visits = load.spaces.map((space) => visit(load, space, over));
  try {
    const [result] = await Promise.all([work().finally(() => (over.now = true)), ...visits]);
    return result;
  } finally {
    over.now = true;
    await Promise.allSettled(visits);
  }
}

async function visit({ client, invited, dice }: Load, space: string, over: { readonly now: boolean }): Promise<void> {
  const visible: string[] = [];
  while (!over.now) {
    const { act } = await client.does(nextAct(space, { visible, invited, dice })).then((done) => {
      if (done.act.kind === 'deposit') visible.push(String(done.body['document']));
      return done;
    });
    if (act.kind === 'mask') visible.shift();
  }
}

function nextAct(space: string, { visible, invited, dice }: Pick<Load, 'invited' | 'dice'> & { readonly visible: readonly string[] }): Act {
  const chosen = dice.below(10);
  const [document] = visible;
  const next = chosen === 0 ? invited.pop() : undefined;
  if (next !== undefined) return activating(next);
  if (chosen < 4) return depositing(space);
  if (chosen < 6 && document !== undefined) return masking(space, document);
  return looking(chosen < 8 ? 'alice' : 'dr-petit', space);
}
