import { doorsOf } from '../support/doors.js';
import { MINUTE, type World } from '../support/world.js';
import { lettingIn } from './masked-worlds.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };

export interface Home {
  readonly space: string;
  readonly ins: string;
}

/** So many spaces of Alice, everybody let in; the first is where the other world keeps what it does not have. The last is no space yet: its owner is invited. */
export async function spacesOfAlice(world: World, count: number): Promise<readonly Home[]> {
  const { ins: guest, address: uninhabited } = await world.invite();
  const homes: Home[] = [];
  while (homes.length < count) {
    homes.push(await homeOf(world, 'alice'));
  }
  return [...homes, { space: uninhabited.handle, ins: guest }];
}

/** So many spaces of Bruno, who is a minor and whom Alice represents, everybody let in. */
export async function childrenOfAlice(world: World, alice: Home, count: number): Promise<readonly Home[]> {
  const homes: Home[] = [];
  while (homes.length < count) {
    const home = await homeOf(world, 'bruno', '2012-06-14');
    const body = { representative: alice.space };
    const linked = await doorsOf(world).rest('POST', `/spaces/${home.space}/legal-representatives`, { as: 'agent-3422', body });
    if (linked.status !== 200) throw new Error(`the link was answered ${linked.status} ${linked.body.code}`);
    homes.push(home);
  }
  return homes;
}

async function homeOf(world: World, owner: 'alice' | 'bruno', birthDate?: string): Promise<Home> {
  const { rest } = doorsOf(world);
  const { address, letter, ins } = await world.invite(MINUTE, birthDate);
  await rest('POST', '/activations', { as: owner, body: { ...letter, terms: TERMS } });
  for (const { method, url, as, headers = {}, payload } of lettingIn(address.handle)) {
    const { status, body } = await rest(method, url.replace('/api/v1', ''), { ...(as ? { as } : {}), headers, body: payload });
    if (status !== 200) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`);
  }
  return { space: address.handle, ins };
}
