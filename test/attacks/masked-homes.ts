import { doorsOf } from '../support/doors.js';
import type { World } from '../support/world.js';
import { lettingIn } from './masked-worlds.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };

export interface Home {
  readonly space: string;
  readonly ins: string;
}

/** So many spaces of Alice, everybody let in; the first is where the other world keeps what it does not have. The last is no space yet: its owner is invited. */
export async function spacesOfAlice(world: World, count: number): Promise<readonly Home[]> {
  const { ins: guest, address: uninhabited } = await world.invite();
  const { rest } = doorsOf(world);
  const homes: Home[] = [];
  while (homes.length < count) {
    const { address, letter, ins } = await world.invite();
    await rest('POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
    for (const { method, url, as, headers = {}, payload } of lettingIn(address.handle)) {
      const { status, body } = await rest(method, url.replace('/api/v1', ''), { ...(as ? { as } : {}), headers, body: payload });
      if (status !== 200) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`);
    }
    homes.push({ space: address.handle, ins });
  }
  return [...homes, { space: uninhabited.handle, ins: guest }];
}
