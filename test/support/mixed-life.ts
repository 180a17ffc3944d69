import { randomUUID } from 'node:crypto';
import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import { policy } from '../../src/domain/enrolment/policy.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { CHECKS, type Answer, type Delivery, type Life } from './life.js';

/** A command that went through a door, with its key, and what was answered. */
export interface Delivered {
  readonly delivery: Delivery;
  readonly answer: Answer;
}
const INVITATION = 'Votre espace santé va être créé';
const START = '2022-02-03T08:00:00.000Z';
export const MIXED_LIFE_STARTS = START;

/** Sixty invented people: children, people without e-mail and without a card among them. */
export const sixty = [...inventPeople({ count: 60, seed: 'mixed-life', year: 2022 })];
const adults = sixty.filter(({ email, vitale_serial, representative_1_ins }) => email && vitale_serial && !representative_1_ins);
const nth = (n: number): LineFields => adults[n] ?? adults[0] ?? sixty[0] ?? ({} as never);

/** Plays one chapter after the other; `told` is called at the end of each. Returns every command that was delivered. */
export async function liveMixed(life: Life, told: () => Promise<void>): Promise<readonly Delivered[]> {
  const delivered: Delivered[] = [];
  const send = async (delivery: Delivery): Promise<Answer> => {
    const keyed = { ...delivery, headers: { 'idempotency-key': randomUUID() } };
    const answer = await life.rest(keyed);
    delivered.push({ delivery: keyed, answer });
    return answer;
  };
  for (const chapter of [inviting, opening, comingBack]) {
    await chapter(life, send);
    await told();
  }
  return delivered;
}
type Send = (delivery: Delivery) => Promise<Answer>;

const put = (path: string, as: Delivery['as'], body: object): Delivery => ({
  method: 'PUT',
  path,
  ...(as === undefined ? {} : { as }),
  body,
});
const post = (path: string, body: object, as?: Delivery['as']): Delivery => ({
  method: 'POST',
  path,
  ...(as === undefined ? {} : { as }),
  body,
});

async function inviting(life: Life, send: Send): Promise<void> {
  await life.importing(sixty);
  const letters = new Map<number, Awaited<ReturnType<Life['letterOf']>>>();
  for (let i = 0; i < 17; i++) letters.set(i, await life.letterOf(nth(i), INVITATION));
  const letter = (n: number) => letters.get(n) ?? { code: '', vitaleSerial: '', birthDate: '' };
  for (let i = 0; i < 6; i++) await send(post('/oppositions', letter(i)));
  await send(post('/opposition-withdrawals', letter(0)));
  for (let i = 6; i < 10; i++)
    await send(put(`/support/spaces/${await life.handleOf(nth(i))}/opposition`, 'agent-3422', { checked: CHECKS }));
  for (const [n, as] of [
    [10, 'alice'],
    [11, 'bruno'],
    [12, 'chloe'],
  ] as const)
    await send(post('/activations', { ...letter(n), terms: policy.terms }, as));
  await send(post('/delivery-reports', { space: await life.handleOf(nth(13)), report: '550' }, 'operator'));
  for (let i = 0; i < 6; i++) await send(post('/oppositions', { ...letter(14), vitaleSerial: '1234567890' }));
  await send(post('/non-representative-declarations', letter(15)));
  await send(post('/opening-failures', { space: await life.handleOf(nth(16)), reason: 'essai' }, 'operator'));
}

async function opening(life: Life, send: Send): Promise<void> {
  await life.at('2022-03-17T23:00:00.000Z');
  const { ins, vitale_serial, birth_date } = nth(17);
  await send(post('/provisional-codes', { ins, vitaleSerial: vitale_serial, birthDate: birth_date, channel: 'POST' }));
  const letter = await life.letterOf(nth(17), 'Votre nouveau code provisoire');
  await send(post('/activations', { ...letter, terms: policy.terms }, 'david'));
  for (const [n, as] of [
    [10, 'alice'],
    [11, 'bruno'],
  ] as const)
    await send(put(`/spaces/${await life.handleOf(nth(n))}/closure`, as, {}));
}

async function comingBack(life: Life, send: Send): Promise<void> {
  await life.at('2022-04-02T08:00:00.000Z');
  await send(put(`/spaces/${await life.handleOf(nth(10))}/reopening`, 'alice', {}));
  const late = { checked: CHECKS, on: '2022-03-15T10:00:00.000Z', supervisor: 'supervisor-3422' };
  await send(put(`/support/spaces/${await life.handleOf(nth(18))}/opposition`, 'agent-3422', late));
  await send(put(`/support/spaces/${await life.handleOf(nth(2))}/opposition`, 'agent-3422', { checked: ['INS'] }));
  await send(put(`/spaces/${await life.handleOf(nth(19))}/closure`, 'agent-3422', { checked: CHECKS }));
  await send(put('/campaigns/essai/pause', 'operator', { reason: 'fin' }));
}
