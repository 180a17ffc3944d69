import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gate } from '../../src/application/shared/gate.js';
import { Refused } from '../../src/application/shared/refused.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { operatorNamed } from '../support/lines.js';
import { careIn, type Care } from '../support/patient-life.js';
import { patientOf, refusalsAbout, type Patient } from '../support/patients.js';
import { openWorld, type World } from '../support/world.js';

const PURPOSE = 'demande du 12, dossier DUPONT';

describe('Who was refused at a space', () => {
  let world: World;
  let care: Care;
  let alice: Patient;
  let bruno: Patient;
  beforeAll(async () => {
    world = await openWorld();
    care = careIn(world);
    [alice, bruno] = [await patientOf(world, 'alice'), await patientOf(world, 'bruno')];
  }, 60_000);
  afterAll(() => world.close());

  const tries = async (as: PersonaName, { space }: Patient): Promise<number> =>
    (await care.ask(`/spaces/${space}/documents`, { as, headers: { 'x-purpose': PURPOSE } })).status;

  it('its holder too, while it is closed, is not remembered longer than the space; what he was refused elsewhere stays', async () => {
    expect(await tries('dr-petit', alice)).toBe(403);
    await care.done('PUT', `/spaces/${alice.space}/closure`, { as: 'alice' }, {});
    expect(await tries('alice', alice)).toBe(409);
    expect(await tries('dr-petit', bruno)).toBe(403);
    const before = await refusalsAbout(world.platform, alice);
    expect(before.map(({ event: { target }, meta: { who } }) => [target, who.role])).toEqual([
      [alice.id, 'professional'],
      [alice.id, 'person'],
    ]);
    expect(JSON.stringify(before.map(({ meta }) => meta))).toContain(PURPOSE);
    const { vault, clock } = world.platform;
    // As an express erasure does.
    await vault.destroyRing(alice.id, clock.now(), ['trace']);
    expect(await refusalsAbout(world.platform, alice)).toEqual([]);
    expect(await refusalsAbout(world.platform, bruno)).toHaveLength(1);
  });

  it('is remembered as ever, although what his stream begins with cannot be read any more', async () => {
    const other = await patientOf(world, 'david');
    expect(await tries('dr-petit', other)).toBe(403);
    expect(await refusalsAbout(world.platform, other)).toHaveLength(1);
  });

  it('where there is no such space, leaves a line in his own stream, and no key for it', async () => {
    const nowhere = randomUUID();
    const asking = { actor: operatorNamed('curious'), action: 'ListDocuments', space: nowhere, messageId: randomUUID() } as const;
    await expect(world.app.get(Gate).admit(asking)).rejects.toThrow(Refused);
    expect(await refusalsAbout(world.platform, { id: nowhere })).toMatchObject([{ event: { target: nowhere } }]);
    expect(await world.rows('SELECT 1 FROM vault.key WHERE owner = $1', [nowhere])).toEqual([]);
  });
});
