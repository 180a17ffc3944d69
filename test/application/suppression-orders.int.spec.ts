import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActorEvent } from '../../src/domain/access/passage.js';
import type { SuppressionEvent } from '../../src/domain/enrolment/suppression.js';
import { nameOf, type Actor } from '../../src/domain/shared/actor.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { monthOf } from '../../src/domain/shared/time.js';
import { doorsOf } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const CHECKED = ['INS', 'BIRTH_DATE', 'ADDRESS'];

describe('Lifting a suppression', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let keys = 0;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  const key = (): string => `lifting-${++keys}`;
  const lifting = (ins: string, said: { as?: PersonaName; key?: string; checked?: readonly string[] } = {}) =>
    doors.rest('POST', '/support/suppression-liftings', {
      as: said.as ?? 'agent-3422',
      headers: { 'idempotency-key': said.key ?? key() },
      body: { ins, checked: said.checked ?? CHECKED },
    });
  /** Somebody who had his space destroyed. */
  const destroyed = async (): Promise<{ readonly ins: string; readonly person: string }> => {
    const { ins } = await world.invite();
    await world.platform.registry.suppress(ins);
    return { ins, person: world.platform.secrets.digest('person', ins) };
  };
  /** What is written of this person, and by whom. */
  const written = async (person: string) => {
    const { facts } = await world.platform.journal.read<SuppressionEvent>(`audit-${monthOf(world.clock.now())}-returns`);
    return facts.filter(({ event }) => event.person === person);
  };

  /** What lies in the stream of a member of staff: what he was refused. */
  const triesOf = async (role: 'operator' | 'support', sub: string) => {
    const actor = { role, subject: { issuer: 'urn:mon-espace-sante:local-issuer', sub }, assurance: 'substantial' } satisfies Actor;
    const { facts } = await world.platform.journal.read<ActorEvent>(`actor-${world.platform.secrets.digest('actor', nameOf(actor))}`);
    return facts.map(({ event }) => event);
  };

  it('is one fact of the audit, by its agent, with his checks and a digest in place of the person', async () => {
    const { ins, person } = await destroyed();
    expect(await lifting(ins)).toMatchObject({ status: 200, body: { position: expect.any(String) } });
    const [fact, ...more] = await written(person);
    expect(more).toEqual([]);
    expect(fact).toMatchObject({
      event: { type: 'SuppressionLifted', v: 1, person, checked: CHECKED },
      meta: { who: { role: 'support' } },
    });
    expect(JSON.stringify(fact, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(ins);
    expect(await world.platform.registry.reserve(ins)).toMatchObject({ id: expect.any(String) });
  });

  it('lies encrypted, in a stream whose header does not say what it is', async () => {
    const { ins } = await destroyed();
    await lifting(ins);
    const [event] = await world.platform.store.read(`audit-${monthOf(world.clock.now())}-returns`);
    expect(JSON.parse(Buffer.from(event?.header ?? []).toString('utf8'))).toMatchObject({ type: 'AuditFact' });
    expect(Buffer.from(event?.body ?? []).toString('latin1')).not.toMatch(/SuppressionLifted|BIRTH_DATE/);
  });

  it('is once, however often it is said with one key, and another wish under that key is refused', async () => {
    const { ins, person } = await destroyed();
    const same = key();
    const first = await lifting(ins, { key: same });
    const space = await world.platform.registry.reserve(ins);
    const [second, third] = [await lifting(ins, { key: same }), await lifting(ins, { key: same })];
    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    expect(await written(person)).toHaveLength(1);
    expect(await world.platform.registry.reserve(ins)).toEqual(space);
    const { ins: other } = await destroyed();
    expect(await lifting(other, { key: same })).toMatchObject({ status: 422, body: { code: 'request/key-used-for-something-else' } });
    expect(await world.platform.registry.reserve(other)).toBe('suppressed');
  });

  it('is once, also when the same wish comes twice at the same moment', async () => {
    const { ins, person } = await destroyed();
    const same = key();
    const answers = await Promise.all([1, 2, 3].map(() => lifting(ins, { key: same })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await written(person)).toHaveLength(1);
  });

  it('is refused for somebody whose space was never destroyed, or was lifted before', async () => {
    const { ins: invited } = await world.invite();
    expect(await lifting(invited)).toMatchObject({ status: 409, body: { code: 'enrolment/not-suppressed' } });
    const { ins, person } = await destroyed();
    await lifting(ins);
    expect(await lifting(ins)).toMatchObject({ status: 409, body: { code: 'enrolment/not-suppressed' } });
    expect(await written(person)).toHaveLength(1);
  });

  it.each<[PersonaName]>([['alice'], ['operator'], ['compliance'], ['archivist'], ['dr-martin']])(
    'is refused to %s with the same answer, whoever it is about',
    async (as) => {
      const { ins } = await destroyed();
      const { ins: invited } = await world.invite();
      const [one, other] = [await lifting(ins, { as }), await lifting(invited, { as })];
      expect(one).toMatchObject({ status: 403, body: { code: 'access/not-allowed' } });
      const { instance: _one, ...said } = one.body;
      expect(other.body).toMatchObject(said);
      expect(await world.platform.registry.reserve(ins)).toBe('suppressed');
    },
  );

  it('tells an agent who checked too little nothing, and lifts nothing', async () => {
    const { ins, person } = await destroyed();
    const { ins: invited } = await world.invite();
    for (const one of [ins, invited])
      expect(await lifting(one, { checked: ['INS', 'BIRTH_DATE'] })).toMatchObject({
        status: 403,
        body: { code: 'enrolment/checks-missing' },
      });
    expect(await world.platform.registry.reserve(ins)).toBe('suppressed');
    expect(await written(person)).toEqual([]);
    expect(await lifting('287014499991256')).toMatchObject({ status: 400, body: { code: 'identity/ins-wrong-key' } });
  });

  it('leaves a line of whom the gate refused, as any order does, and none of what the rules refused', async () => {
    const { ins } = await world.invite();
    expect([await lifting(ins, { as: 'operator' }), await lifting(ins)]).toMatchObject([{ status: 403 }, { status: 409 }]);
    expect(await triesOf('operator', 'operator')).toContainEqual(
      expect.objectContaining({ type: 'AccessDenied', action: 'LiftSuppression', reason: 'not-allowed', target: '' }),
    );
    expect(await triesOf('support', 'agent-3422')).toEqual([]);
  });

  it.each([
    ['under the same key without a second fact', true, 1],
    ['under another key with a fact of its own', false, 2],
  ])('that died behind its fact is finished by the wish said again: %s', async (_, sameKey, facts) => {
    const { ins, person } = await destroyed();
    const first = key();
    await world.rows('REVOKE DELETE ON registry.suppression FROM mes_vault');
    try {
      expect((await lifting(ins, { key: first })).status).toBeGreaterThanOrEqual(500);
    } finally {
      await world.rows('GRANT DELETE ON registry.suppression TO mes_vault');
    }
    expect(await written(person)).toHaveLength(1);
    expect(await world.platform.registry.reserve(ins)).toBe('suppressed');
    expect(await lifting(ins, sameKey ? { key: first } : {})).toMatchObject({ status: 200 });
    expect(await written(person)).toHaveLength(facts);
    expect(await world.platform.registry.reserve(ins)).toMatchObject({ id: expect.any(String) });
  });
});
