import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { doorsOf } from '../support/doors.js';
import { twinWorlds, type Request, type Sight, type Twins } from '../support/twins.js';
import type { World } from '../support/world.js';
import * as worlds from './masked-worlds.js';
import { aboutOne, around, forgedPages, lists, UNKNOWN, wishesAbout, type Known } from './reader-questions.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };
const SEED = Number(process.env['MASKING_SEED'] ?? 20_260_101);
/** Random lives for each way of being secret. */
const LIVES = Number(process.env['MASKING_LIVES'] ?? 1);
const SPACES = worlds.secrets.length * LIVES + 1;

interface Home {
  readonly space: string;
  readonly ins: string;
}

/** Spaces of Alice, everybody let in. The first is where the other world keeps what it does not have. */
async function past(world: World): Promise<readonly Home[]> {
  const { rest } = doorsOf(world);
  const homes: Home[] = [];
  while (homes.length < SPACES) {
    const { address, letter, ins } = await world.invite();
    await rest('POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
    for (const { method, url, as, headers = {}, payload } of worlds.lettingIn(address.handle)) {
      const { status, body } = await rest(method, url.replace('/api/v1', ''), { as, headers, body: payload });
      if (status !== 200) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`);
    }
    homes.push({ space: address.handle, ins });
  }
  return homes;
}

describe(`Masking is itself masked (seed ${SEED}; another one: MASKING_SEED)`, () => {
  let twins: Twins;
  let homes: readonly Home[];
  let elsewhere: Home;
  beforeAll(async () => {
    const { twins: made, shared } = await twinWorlds(past);
    [twins, homes] = [made, shared.slice(1)];
    elsewhere = shared[0] as Home;
  }, 60_000);
  afterAll(() => twins.close());

  /** The same in both, at the same moment; what each saw. */
  const both = async (one: Request, other = one): Promise<readonly [Sight, Sight]> => {
    twins.tick();
    return [await twins.one.ask(one), await twins.other.ask(other)];
  };
  const done = async (one: Request, other = one): Promise<readonly [Sight, Sight]> => {
    const said = await both(one, other);
    for (const { status, bytes } of said) if (status > 299) throw new Error(`${one.method} ${one.url} ${other.url}: ${status} ${bytes}`);
    return said;
  };
  const equal = async (request: Request): Promise<Sight> => {
    const [one, other] = await both(request);
    expect({ request, ...one }).toEqual({ request, ...other });
    return one;
  };

  interface Deposited {
    readonly id: string;
    readonly position: readonly [string, string];
    readonly depositedAt: string;
  }
  /** Brings a document with what becomes of it; `other`: into which space of the other world. */
  const bring = async (space: string, other: string, told: worlds.Story, uniqueId: string): Promise<readonly Deposited[]> => {
    const deposited = async (nth: string, replaces?: readonly [string, string]): Promise<Deposited & { readonly twin: string }> => {
      const depositedAt = twins.tick();
      const said = await done(
        worlds.deposit(space, told, `${uniqueId}/${nth}`, replaces?.[0]),
        worlds.deposit(other, told, `${uniqueId}/${nth}`, replaces?.[1]),
      );
      const [one, twin] = said.map(({ bytes }) => JSON.parse(bytes) as { document: string; position: string });
      return { id: one?.document ?? '', twin: twin?.document ?? '', position: [one?.position ?? '', twin?.position ?? ''], depositedAt };
    };
    const first = await deposited('1');
    if (told.end === 'archived' && told.by !== 'alice') {
      const archive = (where: string, id: string) =>
        worlds.order(told.by, 'PUT', `spaces/${where}/documents/${id}/archive`, { archived: true }, `${uniqueId}/archive`);
      await done(archive(space, first.id), archive(other, first.twin));
    }
    return told.end === 'replaced' ? [first, await deposited('2', [first.id, first.twin])] : [first];
  };

  /** A life in one space of both; only the first has the secret. */
  const lived = async ({ space, ins }: Home, told: worlds.Life, secret: worlds.Secret, name: string): Promise<Known> => {
    const moments: string[] = [];
    const documents: (Deposited & { title: string })[] = [];
    const hidden = worlds.secretStory(told, secret);
    let id = '';
    for (let n = 0; n <= told.stories.length; n++) {
      const story = told.stories[n];
      if (n === told.place) {
        const its = await bring(space, elsewhere.space, hidden, `${name}/secret`);
        id = its[0]?.id ?? '';
        documents.push(...its.map((one) => ({ ...one, title: hidden.title })));
      }
      if (story) documents.push(...(await bring(space, space, story, `${name}/${n}`)).map((one) => ({ ...one, title: story.title })));
      moments.push(twins.tick());
    }
    for (const wish of worlds.hiding(secret, space, id)) await done(wish);
    const [one, other] = documents.at(-1)?.position ?? ['', ''];
    const caughtUp = (after: string): Request => ({ method: 'GET', url: `/api/v1/spaces/${space}/documents?after=${after}`, as: 'alice' });
    await done(caughtUp(one), caughtUp(other));
    return { space, ins, documents, secret: id, moments };
  };

  /** Page by page, as long as there are any; each as the other world gives it. */
  const leafed = async (space: string, first: number, as: worlds.Secret['reader']): Promise<readonly string[]> => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { bytes } = await equal({ method: 'GET', url: `/api/v1/spaces/${space}/documents?all=true&first=${first}${cursor}`, as });
      const page = JSON.parse(bytes) as { readonly documents: readonly { readonly document: string }[]; readonly next: string | null };
      seen.push(...page.documents.map(({ document }) => document));
      if (page.next === null) return seen;
      cursor = `&cursor=${page.next}`;
    }
  };

  describe.each(worlds.secrets.map((secret, n) => [secret.why, secret, n] as const))('secret: %s', (why, secret, n) => {
    const told = fc.sample(worlds.life(2, 24), { numRuns: LIVES, seed: SEED + n });
    it.each(told.map((one, nth) => [`${one.stories.length + 1} documents`, one, nth] as const))('%s', async (_, one, nth) => {
      const home = homes[n * LIVES + nth] as Home;
      const known = await lived(home, one, secret, `${why} ${nth}`.replaceAll(' ', '-'));
      const as = secret.reader;
      for (const first of [1, 3, 7, 100]) expect(await leafed(home.space, first, as)).not.toContain(known.secret);
      const asked = [...lists(known), ...forgedPages(known), ...around(known), ...aboutOne(known, known.secret)];
      for (const { id } of known.documents.slice(-3)) asked.push(...aboutOne(known, id));
      for (const request of [...asked, ...wishesAbout(known, known.secret, secret)]) await equal({ ...request, as });
      await theSameAsUnknown(known, secret);
      await theSameWork(known, secret);
    });
  });

  /** In the world that has it, its id gets what an id gets that nobody has. */
  async function theSameAsUnknown(known: Known, secret: worlds.Secret): Promise<void> {
    const about = (id: string) => [...aboutOne(known, id), ...wishesAbout(known, id, secret)];
    const guesses = about(UNKNOWN);
    for (const [n, request] of about(known.secret).entries()) {
      const guess = guesses[n] as Request;
      const [said] = await both({ ...request, as: secret.reader });
      const [guessed] = await both({ ...guess, as: secret.reader });
      expect({ url: request.url, ...said }).toEqual({ url: request.url, ...guessed });
    }
  }

  /** Statements, reads and appends of the log: the same for both worlds, and for the two ids in the one that has the secret. */
  async function theSameWork(known: Known, { reader, ...secret }: worlds.Secret): Promise<void> {
    const wishes = (id: string) => wishesAbout(known, id, { reader, ...secret });
    const questions = [...lists(known).slice(0, 4), ...aboutOne(known, known.secret)];
    for (const [n, wish] of [...questions, ...wishes(known.secret)].entries()) {
      const request = { ...wish, as: reader };
      twins.tick();
      const [one, other] = [await twins.one.workOf(request), await twins.other.workOf(request)];
      // A wish, and a question of the past, read the whole record of the space, and there the secret lies: as often, then, but not as much.
      const seen = n < questions.length && !wish.url.includes('asOf') ? [one, other] : [one.map(withoutSize), other.map(withoutSize)];
      expect({ request, work: seen[0] }).toEqual({ request, work: seen[1] });
    }
    const guesses = [...aboutOne(known, UNKNOWN), ...wishes(UNKNOWN)];
    for (const [n, wish] of [...aboutOne(known, known.secret), ...wishes(known.secret)].entries()) {
      twins.tick();
      const work = await twins.one.workOf({ ...wish, as: reader });
      const guess = await twins.one.workOf({ ...(guesses[n] as Request), as: reader });
      expect({ url: wish.url, work: work.map(withoutSize) }).toEqual({ url: wish.url, work: guess.map(withoutSize) });
    }
  }
});

const withoutSize = (done: string): string => done.replace(/^(read|read many|append|append many): [\d ]+$/, '$1');
