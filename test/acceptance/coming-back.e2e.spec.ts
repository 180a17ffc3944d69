import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { placeOf } from '../../src/infrastructure/keys/key-row.js';
import { adult } from '../support/beneficiary-lines.js';
import { CAMPAIGN, CHECKS, lifeOn, subjectOf, type Life } from '../support/life.js';
import { careIn, entry, MARTIN, ownEntry } from '../support/care.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { eventually } from '../support/read-side.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const INVITATION = 'Votre espace santé va être créé';
const NEW_CODE = 'Votre nouveau code provisoire';

async function livingFrom(moment: string, live: (life: Life, running: RunningSystem) => Promise<void>): Promise<void> {
  const running = await openSystem({}, moment as Instant);
  try {
    await live(lifeOn(running), running);
  } finally {
    await running.close();
  }
}

/** Activated on 3 February 2022 and closed on 10 March 2022: the archive ends with 10 March 2032. */
async function closed(life: Life, lived: (space: string) => Promise<void> = async () => undefined): Promise<string> {
  await life.importing([adult]);
  expect(await life.activate('alice', await life.letterOf(adult, INVITATION))).toMatchObject({ status: 200 });
  const space = await life.handleOf(adult);
  await lived(space);
  await life.at('2022-03-10T11:00:00.000Z');
  await life.done({ method: 'PUT', path: `/spaces/${space}/closure`, as: 'alice', body: {} });
  expect(await life.overview(space)).toMatchObject({
    status: 'CLOSED',
    archivedUntil: { fr: 'mercredi 10 mars 2032 (inclus)', iso: '2032-03-10T23:59:59.999+01:00[Europe/Paris]' },
  });
  return space;
}
const reopening = (space: string) => ({ method: 'PUT', path: `/spaces/${space}/reopening`, as: 'alice', body: {} }) as const;

const called = { ins: adult.ins, checked: CHECKS };
const lifting = { method: 'POST', path: '/support/suppression-liftings', as: 'agent-3422', body: called } as const;
const pause = { method: 'PUT', path: `/campaigns/${CAMPAIGN}/pause`, as: 'operator', body: { reason: 'essai' } } as const;
const erasure = (space: string) => ({ method: 'PUT', path: `/spaces/${space}/erasure`, as: 'alice', body: {} }) as const;
const ending = (space: string) => ({ method: 'GET', path: `/spaces/${space}/ending`, as: 'archivist' }) as const;

/** Nobody finds it any more, whoever asks: the address goes behind the keys. */
const destroyed = (life: Life, space: string): Promise<void> =>
  eventually(async () => expect((await life.rest({ method: 'GET', path: `/spaces/${space}`, as: 'agent-3422' })).status).toBe(404), 30_000);

describe('Coming back', () => {
  it('A8 somebody who opposed activates two years later: ACTIVE, and nothing in it but his own decisions', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      await life.importing([adult]);
      await life.oppose(await life.letterOf(adult, INVITATION));
      const space = await life.handleOf(adult);
      await life.at('2024-02-05T08:00:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'OPPOSED' });

      expect((await life.requestCode(adult)).status).toBe(202);
      expect(await life.activate('alice', await life.letterOf(adult, NEW_CODE))).toMatchObject({ status: 200, body: { space } });
      expect(await life.overview(space)).toMatchObject({ status: 'ACTIVE', terms: { conditions: '2026-01' } });
      const { body } = await life.done({ method: 'GET', path: '/me/spaces', as: 'alice' });
      expect(body).toMatchObject([{ space, status: 'ACTIVE' }]);
      expect(await life.sentences(space)).toEqual([
        expect.stringMatching(/conditions d’utilisation/),
        expect.stringMatching(/activé votre espace/),
        expect.stringMatching(/code provisoire a été utilisé/),
        expect.stringMatching(/ouvert à votre demande, bien que vous vous y soyez d’abord opposé/),
        expect.stringMatching(/nouveau code provisoire/),
        expect.stringMatching(/opposition .* enregistrée sur le site/),
        expect.stringMatching(/Un code provisoire/),
        expect.stringMatching(/lettre d’information/),
        expect.stringMatching(/caisse d’assurance maladie/),
      ]);
    }));

  it('A9 reopened after 9 years and 364 days, a closed space has its history back', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const space = await closed(life);
      const before = await life.sentences(space);
      await life.at('2032-03-09T11:00:00.000Z');
      expect(await life.rest(reopening(space))).toMatchObject({ status: 200 });
      expect(await life.overview(space)).toMatchObject({ status: 'ACTIVE', archivedUntil: null });
      expect(await life.sentences(space)).toEqual([expect.stringMatching(/a été rouvert/), ...before]);
    }));

  it('A9 reopened on the last day of the archive at 23:59 it is still there', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life) => {
      const space = await closed(life);
      await life.at('2032-03-10T22:59:00.000Z');
      expect(await life.rest(reopening(space))).toMatchObject({ status: 200 });
    }));

  it('A9 after 10 years and 1 day it is destroyed: nobody finds it, its keys are gone, and a file that names the person skips him', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, { rows }) => {
      const space = await closed(life);
      await life.at('2032-03-10T22:59:00.000Z');
      expect(await rows('SELECT 1 FROM erasure.destruction')).toEqual([]);
      await life.at('2032-03-11T11:00:00.000Z');
      await destroyed(life, space);
      expect((await life.requestCode(adult)).status).toBe(404);
      await eventually(async () =>
        expect(await rows('SELECT ground, scope, step FROM erasure.destruction')).toEqual([
          { ground: 'RETENTION', scope: 'SPACE', step: 'SETTLE' },
        ]),
      );
      expect(await rows('SELECT DISTINCT state FROM vault.key k WHERE k.owner IN (SELECT space FROM erasure.destruction)')).toEqual([
        { state: 3 },
      ]);
      await life.importing([adult]);
      expect(await rows('SELECT 1 FROM registry.person')).toEqual([]);
    }));

  it('A9 lifted by phone after its destruction, the next file declares the person anew, and a code opens an empty space at once (T13)', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, running) => {
      const { rows, inside } = running;
      const spacesOf = () => inside(({ registry }) => registry.byIns(adult.ins));
      const old = await closed(life, async (space) => {
        const care = careIn(doorsOf(running).rest, space);
        await care.consent('dr-martin', MARTIN);
        await care.deposit('alice', ownEntry());
      });
      const before = await spacesOf();
      const oldLetter = await life.letterOf(adult, INVITATION);
      await life.at('2032-03-11T11:00:00.000Z');
      await destroyed(life, old);
      await eventually(async () => expect(await rows('SELECT step FROM erasure.destruction')).toEqual([{ step: 'SETTLE' }]));
      expect((await life.importing([adult])).counts).toMatchObject({ declared: 0, suppressed: 1 });

      expect(await life.rest(lifting)).toMatchObject({ status: 200 });
      expect((await life.requestCode(adult)).status).toBe(404);
      await life.at('2032-03-15T08:00:00.000Z');
      await life.done(pause);
      expect((await life.importing([adult])).counts).toMatchObject({ declared: 1, suppressed: 0 });
      const [space, after] = [await life.handleOf(adult), await spacesOf()];
      expect([space === old, after?.id === before?.id]).toEqual([false, false]);
      expect(await life.overview(space)).toMatchObject({ status: 'ELIGIBLE' });

      expect((await life.requestCode(adult)).status).toBe(202);
      expect(await life.activate('alice', oldLetter)).toMatchObject({ status: 404, body: { code: 'enrolment/code-unknown' } });
      expect(await life.activate('alice', await life.letterOf(adult, NEW_CODE))).toMatchObject({ status: 200, body: { space } });
      expect(await life.overview(space)).toMatchObject({
        status: 'ACTIVE',
        statusSince: expect.stringMatching(/^2032-03-15T/),
        archivedUntil: null,
      });
      const asked = async (path: string) => (await life.done({ method: 'GET', path, as: 'alice' })).body;
      expect(await asked('/me/spaces')).toMatchObject([{ space, status: 'ACTIVE' }]);
      expect(await asked(`/spaces/${space}/documents`)).toMatchObject({ documents: [], total: 0 });
      expect(await asked(`/spaces/${space}/rights`)).toMatchObject({ rights: [] });
      expect(await life.sentences(space)).toEqual([
        expect.stringMatching(/conditions d’utilisation/),
        expect.stringMatching(/activé votre espace/),
        expect.stringMatching(/code provisoire a été utilisé/),
        expect.stringMatching(/ouvert à votre demande/),
        expect.stringMatching(/nouveau code provisoire/),
        expect.stringMatching(/caisse d’assurance maladie/),
      ]);
      expect((await life.rest({ method: 'GET', path: `/spaces/${old}`, as: 'alice' })).status).toBe(404);
      expect(await rows('SELECT DISTINCT state FROM vault.key WHERE owner = $1', [before?.id])).toEqual([{ state: 3 }]);
    }));

  it('A10 closed with an express request, it is destroyed from the day after the thirtieth; the traces wait for the end of the archive', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, { rows }) => {
      const space = await closed(life);
      expect(await life.rest(erasure(space))).toMatchObject({ status: 200 });
      expect((await life.mailOf(adult)).map(subjectOf)).toContain('Vos données vont être supprimées');
      await life.at('2022-04-09T21:59:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'CLOSED', erasedFrom: { fr: 'dimanche 10 avril 2022' } });
      expect(await life.rest(ending(space))).toMatchObject({ body: { erasureOn: '2022-04-09T22:00:00.000Z', due: null } });
      await life.at('2022-04-09T22:00:00.000Z');
      await destroyed(life, space);
      await eventually(async () =>
        expect(await rows('SELECT ground, scope, step FROM erasure.destruction ORDER BY scope')).toEqual([
          { ground: 'ERASURE', scope: 'SPACE', step: 'SETTLE' },
          { ground: 'ERASURE', scope: 'TRACE', step: 'COLLECT' },
        ]),
      );
      // Between its last row and its certificate only the destruction itself knows of it.
      const asked = {
        method: 'GET',
        path: '/registers/destructions',
        as: 'compliance',
        headers: { 'x-purpose': 'contrôle 2022-4' },
      } as const;
      const { body } = await life.done(asked);
      expect(body.lines).toEqual([
        expect.objectContaining({ state: 'UNDER_WAY', ground: 'ERASURE', scope: 'SPACE', askedOn: '2022-03-10', late: false, space: null }),
      ]);
    }));

  it('what was asked about a space that is destroyed stays in the register of requests, and names no space any more', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, { rows }) => {
      const space = await closed(life);
      const path = '/registers/rights-requests/1f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
      const received = { right: 'ERASURE', channel: 'POST', reference: 'COURRIER-2022-0077', space };
      await life.done({ method: 'PUT', path, as: 'agent-3422', body: received });
      const headers = { 'x-purpose': 'contrôle 2022-4' };
      const register = { method: 'GET', path: '/registers/rights-requests', as: 'compliance', headers } as const;
      const line = { right: 'ERASURE', reference: 'COURRIER-2022-0077', answer: null };
      await eventually(async () => expect((await life.done(register)).body.lines).toMatchObject([{ ...line, space }]));
      expect(await life.rest(erasure(space))).toMatchObject({ status: 200 });
      await life.at('2022-04-09T22:00:00.000Z');
      await destroyed(life, space);
      await eventually(async () =>
        expect(await rows(`SELECT step FROM erasure.destruction WHERE scope = 'SPACE'`)).toEqual([{ step: 'SETTLE' }]),
      );
      expect((await life.done(register)).body.lines).toMatchObject([{ ...line, space: null, late: false }]);
      // What is said of it afterwards reaches its line as well.
      await life.done({ method: 'PUT', path: `${path}/answer`, as: 'compliance', body: { answer: 'GRANTED' } });
      await eventually(async () =>
        expect((await life.done(register)).body.lines).toMatchObject([{ ...line, answer: 'GRANTED', space: null }]),
      );
    }));

  it('A11 somebody who comes back takes his request to erase with it', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, { rows }) => {
      const space = await closed(life);
      expect(await life.rest(erasure(space))).toMatchObject({ status: 200 });
      await life.at('2022-04-01T10:00:00.000Z');
      expect(await life.rest(reopening(space))).toMatchObject({ status: 200 });
      await life.at('2022-05-20T10:00:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'ACTIVE', erasedFrom: null });
      expect(await rows('SELECT 1 FROM erasure.destruction')).toEqual([]);
    }));

  it('a legal hold keeps it, also beyond its ten years, until two people lift it', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, running) => {
      const { rows, system } = running;
      const space = await closed(life);
      const path = `/spaces/${space}/legal-holds/0f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10`;
      const order = { order: 'TJ-2022-0042', keys: ['content', 'trace'], second: 'archivist', reviewOn: '2033-01-01T00:00:00.000Z' };
      expect(await life.rest({ method: 'PUT', path, as: 'compliance', body: order })).toMatchObject({ status: 200 });
      const other = { ...order, keys: ['content'] };
      expect(await life.rest({ method: 'PUT', path, as: 'compliance', body: other })).toMatchObject({
        status: 409,
        body: { code: 'enrolment/hold-differs' },
      });
      const place = `mutation ($input: LegalHoldInput!) {
        placeLegalHold(space: "${space}", hold: "${path.split('/').at(-1)}", input: $input) { position }
      }`;
      expect(refusedOverGraphql(await doorsOf(running).graphql(place, { input: other }, { as: 'compliance' }))).toBe(
        'enrolment/hold-differs',
      );
      await life.at('2032-03-12T11:00:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'CLOSED' });
      expect(await rows('SELECT 1 FROM erasure.destruction')).toEqual([]);
      expect(await life.rest(ending(space))).toMatchObject({ body: { due: null, holds: [expect.any(String)] } });
      const lifting = { method: 'PUT', path: `${path}/lifting`, as: 'archivist', body: { second: 'compliance' } } as const;
      expect(await life.rest(lifting)).toMatchObject({ status: 200 });
      await system.waitUntilCaughtUp();
      await destroyed(life, space);
    }));

  it('held beyond its ten years after a request to erase, it is destroyed with what was hidden in it, and a file skips the person', () =>
    livingFrom('2022-02-03T08:00:00.000Z', async (life, running) => {
      const { rows, inside, system } = running;
      const linked = () => rows(`SELECT stream FROM read.linked_stream WHERE stream LIKE 'veil-%'`);
      let veils: readonly string[] = [];
      const space = await closed(life, async (open) => {
        const care = careIn(doorsOf(running).rest, open);
        await care.consent('dr-martin', MARTIN);
        await care.deposit('dr-martin', entry({ confidentiality: ['INVISIBLE_PATIENT'] }));
        await eventually(async () => expect(await linked()).toHaveLength(1));
        veils = (await linked()).map(({ stream }) => String(stream));
      });
      const stored = () => inside(async ({ store }) => [...(await store.readMany(veils as never)).values()].flat().length);
      const keys = () =>
        rows('SELECT DISTINCT state FROM vault.key WHERE owner = ANY($1)', [
          veils.map((veil) => placeOf({ owner: veil.slice('veil-'.length), purpose: 'own' }).owner),
        ]);
      expect([await stored(), await keys()]).toEqual([4, [{ state: 1 }]]);
      expect(await life.rest(erasure(space))).toMatchObject({ status: 200 });
      const path = `/spaces/${space}/legal-holds/0f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10`;
      const order = { order: 'TJ-2022-0042', keys: ['content', 'trace'], second: 'archivist', reviewOn: '2033-01-01T00:00:00.000Z' };
      await life.done({ method: 'PUT', path, as: 'compliance', body: order });
      await life.at('2032-03-12T11:00:00.000Z');
      await life.done({ method: 'PUT', path: `${path}/lifting`, as: 'archivist', body: { second: 'compliance' } });
      await system.waitUntilCaughtUp();
      await destroyed(life, space);
      await eventually(async () => {
        // Nobody waits until a key is remembered nowhere: that is the database's own time.
        await rows(`UPDATE erasure.destruction SET not_before = now() WHERE step = 'SETTLE'`);
        expect(await rows('SELECT scope, step FROM erasure.destruction ORDER BY scope')).toEqual([
          { scope: 'SPACE', step: 'DONE' },
          { scope: 'TRACE', step: 'DONE' },
        ]);
      }, 30_000);
      expect([await stored(), await keys()]).toEqual([0, [{ state: 3 }]]);
      expect((await life.importing([adult])).counts).toMatchObject({ declared: 0, suppressed: 1 });
    }));
});
