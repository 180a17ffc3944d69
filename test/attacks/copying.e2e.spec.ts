import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopyMaker } from '../../src/application/portability/copy-maker.js';
import { unzipped } from '../support/unzip.js';
import { twinWorlds, type Request, type Twins } from '../support/twins.js';
import type { World } from '../support/world.js';
import { childrenOfAlice, spacesOfAlice, type Home } from './masked-homes.js';
import * as worlds from './masked-worlds.js';

const SEED = Number(process.env['MASKING_SEED'] ?? 20_260_101);
/** Random lives for each way of being secret. */
const LIVES = Number(process.env['MASKING_LIVES'] ?? 1);
/** What is hidden from the holder's side itself; the rest is a matter of professionals, who take nothing with them. */
const SECRETS = worlds.secrets.filter(({ reader }) => reader === 'alice');

interface Life {
  readonly told: worlds.Life;
  readonly home: Home;
  readonly apart: Home;
}

describe(`A copy tells as little of what is hidden as everything else does (seed ${SEED}; another one: MASKING_SEED)`, () => {
  let twins: Twins;
  let homes: { readonly own: readonly Home[]; readonly minors: readonly Home[] };
  beforeAll(async () => {
    const { twins: made, shared } = await twinWorlds(async (world) => {
      const own = await spacesOfAlice(world, LIVES + 1);
      return { own, minors: await childrenOfAlice(world, own[0] as Home, LIVES + 1) };
    });
    [twins, homes] = [made, shared];
  }, 60_000);
  afterAll(() => twins.close());

  const both = async (one: Request, other = one) => {
    twins.tick();
    const said = [await twins.one.ask(one), await twins.other.ask(other)];
    for (const { status, bytes } of said) if (status > 299) throw new Error(`${one.method} ${one.url}: ${status} ${bytes}`);
    return said;
  };

  /** In one world the secret comes into this space, in the other into another one. */
  async function lived({ told, home, apart }: Life, secret: worlds.Secret, name: string): Promise<void> {
    for (let n = 0; n <= told.stories.length; n++) {
      const hidden = worlds.secretStory(told, secret);
      if (n === told.place)
        await both(worlds.deposit(home.space, hidden, `${name}/secret`), worlds.deposit(apart.space, hidden, `${name}/secret`));
      const story = told.stories[n];
      if (story) await both(worlds.deposit(home.space, story, `${name}/${n}`));
    }
  }

  /** The copy of one world, made by hand: nothing works in the background here, so nothing is sealed, and receipts are left out. */
  async function made({ app, platform }: World, home: Home): Promise<Buffer> {
    const address = await platform.registry.byHandle(home.space);
    const asked = { method: 'GET', url: `/api/v1/spaces/${home.space}/copies`, as: 'alice' } as const;
    const twin = app === twins.worlds[0]?.app ? twins.one : twins.other;
    const [{ copy }] = JSON.parse((await twin.ask(asked)).bytes) as [{ copy: string }];
    expect(await app.get(CopyMaker).make({ space: address?.id ?? '', copy }, false)).toBe('done');
    const { bytes, status } = await twin.ask({ ...asked, url: `${asked.url}/${copy}/content` });
    expect(status).toBe(200);
    return Buffer.from(bytes, 'latin1');
  }

  describe.each(SECRETS.map((secret, n) => [secret.why, secret, n] as const))('%s', (why, secret, n) => {
    const told = fc.sample(worlds.life(4, 8), { numRuns: LIVES, seed: SEED + n });
    it.each(told.map((one, nth) => [`beside ${one.stories.length} documents`, one, nth] as const))('%s', async (_, one, nth) => {
      const of = why === 'kept from parents' ? homes.minors : homes.own;
      const [home, apart] = [of[nth + 1] as Home, of[0] as Home];
      await lived({ told: one, home, apart }, secret, `${why}-${nth}`.replaceAll(' ', '-'));
      await both(worlds.order('alice', 'POST', `spaces/${home.space}/copies`, {}, `${why}-${nth}/copy`.replaceAll(' ', '-')));
      twins.tick();
      // At the same time: the clock of both stands still, and the log takes no moment that is two seconds old.
      const [copy, other] = await Promise.all([made(twins.worlds[0] as World, home), made(twins.worlds[1] as World, home)]);
      const [files, others] = [unzipped(copy), unzipped(other)];
      expect([...files.keys()]).toEqual([...others.keys()]);
      for (const [path, bytes] of files) expect([path, bytes.toString()]).toEqual([path, others.get(path)?.toString()]);
      expect(copy.equals(other)).toBe(true);
      expect([...files.keys()].filter((path) => path.startsWith('documents/') && path.endsWith('.txt')).length).toBeGreaterThan(0);
    });
  });
});
