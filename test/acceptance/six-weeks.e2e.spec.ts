import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { adult } from '../support/beneficiary-lines.js';
import { CAMPAIGN, CHECKS, lifeOn, subjectOf, type Life } from '../support/life.js';
import { eventually } from '../support/read-side.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';

/** Sends the invitation of one person at this moment on the whole system, and lives on from there. */
async function invitedAt(
  moment: string,
  live: (life: Life, space: string, running: RunningSystem) => Promise<void>,
  person = adult,
): Promise<void> {
  const running = await openSystem({}, moment as Instant);
  try {
    const life = lifeOn(running);
    await life.importing([person]);
    await live(life, await life.handleOf(person), running);
  } finally {
    await running.close();
  }
}

/** Goes to two seconds before this moment and lets the clock itself pass it: nobody but the calendar opens anything. */
async function passing(moment: string, life: Life, { system }: RunningSystem, space: string): Promise<void> {
  await life.at(new Date(Date.parse(moment) - 2_000).toISOString());
  const before = await life.overview(space);
  if (system.clock.now() < moment) expect(before).toMatchObject({ status: 'INVITED' });
  await eventually(async () => expect(await life.overview(space)).toMatchObject({ status: 'OPENED' }));
}

/** The instants at which facts of this type were written. */
const writtenAt = (type: string, { inside }: RunningSystem): Promise<readonly string[]> =>
  inside(async (platform) => (await factsIn(platform)).filter(({ event }) => event.type === type).map(({ at }) => at));

describe('Six weeks', () => {
  it('A1 an e-mail of Thursday 3 February 2022 without an answer: INVITED until 22:59:59.999Z of 17 March, then open by itself, not active', () =>
    invitedAt('2022-02-03T08:00:00.000Z', async (life, space, running) => {
      expect(await life.overview(space)).toMatchObject({
        status: 'INVITED',
        channel: 'EMAIL',
        opposableUntil: { fr: 'jeudi 17 mars 2022 (inclus)', iso: '2022-03-17T23:59:59.999+01:00[Europe/Paris]' },
        opensOn: { fr: 'vendredi 18 mars 2022', iso: '2022-03-18T00:00:00.000+01:00[Europe/Paris]' },
      });
      await passing('2022-03-17T23:00:00.000Z', life, running, space);

      const [opened, ...more] = await writtenAt('SpaceOpened', running);
      expect(more).toEqual([]);
      expect(opened?.slice(0, 16)).toBe('2022-03-17T23:00');
      expect(await life.overview(space, '2022-03-17T22:59:59.999Z')).toMatchObject({ status: 'INVITED' });
      expect(await life.overview(space, opened)).toMatchObject({ status: 'OPENED', statusSince: opened, terms: null });
      expect((await life.sentences(space))[0]).toMatch(/ouvert automatiquement/);
      expect((await life.mailOf(adult)).map(subjectOf)).toContain('Votre espace santé est ouvert');
      expect((await life.rest({ method: 'GET', path: `/spaces/${space}`, as: 'alice' })).status).toBe(404);
    }));

  it('A2 sent on Tuesday 1 March 2022 at 23:30, summer time begins meanwhile: opens at 22:00Z of 12 April, not at 23:00Z', () =>
    invitedAt('2022-03-01T22:30:00.000Z', async (life, space, running) => {
      await passing('2022-04-12T22:00:00.000Z', life, running, space);
      const [opened] = await writtenAt('SpaceOpened', running);
      expect(opened?.slice(0, 16)).toBe('2022-04-12T22:00');
      expect(await life.overview(space, '2022-04-12T21:59:59.999Z')).toMatchObject({
        status: 'INVITED',
        opposableUntil: { iso: '2022-04-12T23:59:59.999+02:00[Europe/Paris]' },
      });
    }));

  it('A3 an opposition by 3422 at 23:59 of the last day, the opening due at 00:00: OPPOSED, and the same when the read models are rebuilt', () =>
    invitedAt('2022-02-03T08:00:00.000Z', async (life, space, running) => {
      await life.at('2022-03-17T22:59:00.000Z');
      expect(await life.opposeByPhone(space)).toMatchObject({ status: 200 });
      await life.at('2022-03-17T23:00:00.000Z');
      await life.at('2022-03-19T08:00:00.000Z');
      const opposed = await life.overview(space);
      expect(opposed).toMatchObject({ status: 'OPPOSED' });
      expect(await writtenAt('SpaceOpened', running)).toEqual([]);
      await running.system.readModels.rebuild(undefined);
      expect(await life.overview(space)).toEqual(opposed);
      expect((await life.mailOf(adult)).map(subjectOf)).toContain('Attestation de votre opposition');
    }));

  it('A3 said at 23:59 of the last day and written down the day after, when the space had opened: the no counts', () =>
    invitedAt('2022-02-03T08:00:00.000Z', async (life, space, running) => {
      await life.at('2022-03-18T09:00:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'OPENED' });
      const said = { on: '2022-03-17T22:59:00.000Z', supervisor: 'supervisor-3422' };
      expect(await life.opposeByPhone(space, said)).toMatchObject({ status: 200 });
      const opposed = await life.overview(space);
      expect(opposed).toMatchObject({ status: 'OPPOSED', statusSince: said.on });
      await running.system.readModels.rebuild(undefined);
      expect(await life.overview(space)).toEqual(opposed);
    }));

  it('A4 an opposition on day 43 is refused, by telephone and by web, and closing is proposed in both languages', () =>
    invitedAt('2022-02-03T08:00:00.000Z', async (life, space) => {
      await life.at('2022-03-17T23:00:00.000Z');
      const passed = { status: 409, body: { code: 'enrolment/deadline-passed', detail: expect.stringContaining('peut être fermé') } };
      expect(await life.opposeByPhone(space)).toMatchObject(passed);

      expect((await life.requestCode(adult)).status).toBe(202);
      const letter = await life.letterOf(adult, 'Votre nouveau code provisoire');
      expect(await life.oppose(letter)).toMatchObject(passed);
      const english = await life.rest({ method: 'POST', path: '/oppositions', body: letter, headers: { 'accept-language': 'en' } });
      expect(english.body.detail).toContain('can be closed at any time');
      expect(await life.overview(space)).toMatchObject({ status: 'OPENED' });

      // What was proposed works, by the same telephone call.
      const closing = { method: 'PUT', path: `/spaces/${space}/closure`, as: 'agent-3422', body: { checked: CHECKS } } as const;
      expect(await life.rest(closing)).toMatchObject({ status: 200 });
      expect(await life.overview(space)).toMatchObject({ status: 'CLOSED' });
    }));

  it('A5 an e-mail that bounces on day 3 and a letter on day 5: the six weeks are counted from the letter', () =>
    invitedAt('2022-02-03T08:00:00.000Z', async (life, space) => {
      await life.at('2022-02-06T08:00:00.000Z');
      const campaign = (part: string, body?: object) =>
        life.done({ method: 'PUT', path: `/campaigns/${CAMPAIGN}/${part}`, as: 'operator', ...(body === undefined ? {} : { body }) });
      await campaign('pause', { reason: 'le prestataire d’impression est fermé' });
      const report = { space, report: '550 mailbox unavailable' };
      await life.done({ method: 'POST', path: '/delivery-reports', as: 'operator', body: report });
      expect(await life.overview(space)).toMatchObject({ hindrance: 'BOUNCED' });

      await life.at('2022-02-08T08:00:00.000Z');
      await campaign('resumption');
      await life.importing([adult]);
      expect(await life.overview(space)).toMatchObject({
        status: 'INVITED',
        channel: 'POST',
        hindrance: 'NONE',
        opposableUntil: { fr: 'mardi 22 mars 2022 (inclus)' },
      });
      expect((await life.mailOf(adult)).filter(({ channel }) => channel === 'post')).toHaveLength(1);
      await life.at('2022-03-22T22:59:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'INVITED' });
      await life.at('2022-03-22T23:00:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'OPENED' });
    }));
});
