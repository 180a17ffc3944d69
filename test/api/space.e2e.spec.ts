import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };

describe('What a holder does, over both doors', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  it('binds the space of a letter to the account, says where it is, and includes one’s own write in the next answer', async () => {
    const { letter, address } = await world.invite();
    const done = await doors.rest('POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
    expect(done.body).toEqual({ position: expect.any(String), space: address.handle });
    expect(done).toMatchObject({ status: 200, headers: { location: `/api/v1/spaces/${address.handle}` } });

    const seen = await doors.rest('GET', `/spaces/${address.handle}?after=${done.body.position}`, { as: 'alice' });
    expect(seen).toMatchObject({ status: 200, body: { status: 'ACTIVE', terms: TERMS } });
    expect(seen.body).not.toHaveProperty('revision');
  });
});
