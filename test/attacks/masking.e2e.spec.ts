import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pause } from '../../src/application/shared/pause.js';
import { cropped, welch } from '../support/welch.js';
import { twinWorlds, type Request, type Sight, type Twins } from '../support/twins.js';
import { childrenOfAlice, spacesOfAlice, type Home } from './masked-homes.js';
import * as worlds from './masked-worlds.js';
import { aboutOne, around, forgedPages, lists, UNKNOWN, wishesAbout, type Known } from './reader-questions.js';
import { trustFigures } from '../support/trust/figures.js';

const SEED = Number(process.env['MASKING_SEED'] ?? 20_260_101);
/** Random lives for each way of being secret. */
const LIVES = Number(process.env['MASKING_LIVES'] ?? 1);
const SPACES = worlds.secrets.length * LIVES + 1;
/** Requests of each kind that are timed with TIMING=1. */
const TIMED = 2_000;
/** Well formed (INS of the test range), and nobody's. */
const NOBODYS_INS = '185067599999938';

const about = (known: Known, id: string, secret: worlds.Secret) => [...aboutOne(known, id), ...wishesAbout(known, id, secret)];
type Work = () => Promise<readonly string[]>;

describe(`Masking is itself masked (seed ${SEED}; another one: MASKING_SEED)`, () => {
  let twins: Twins;
  let homes: readonly Home[];
  let children: readonly Home[];
  let elsewhere: Home;
  let guest: Home;
  beforeAll(async () => {
    const { twins: made, shared } = await twinWorlds(async (world) => {
      const own = await spacesOfAlice(world, SPACES);
      return { own, minors: await childrenOfAlice(world, own[0] as Home, LIVES + 1) };
    });
    [twins, homes, children] = [made, shared.own.slice(1), shared.minors];
    [elsewhere, guest] = [shared.own[0] as Home, shared.own.at(-1) as Home];
  }, 60_000);
  let asked = 0;
  let differing = 0;
  afterAll(async () => {
    trustFigures('masking', { secrets: worlds.secrets.length, worlds: 2 * (SPACES - 1), asked, differing });
    await twins.close();
  });

  /** The same in both, at the same moment; what each saw. */
  const both = async (one: Request, other = one): Promise<readonly [Sight, Sight]> => {
    twins.tick();
    return [await twins.one.ask(one), await twins.other.ask(other)];
  };
  /** Whether the line of a look itself is shown already is a matter of milliseconds in each world: what differs must differ every time. */
  const compared = async (one: Request, other = one): Promise<readonly [Sight, Sight]> => {
    for (let tries = 1; ; tries++) {
      const said = await both(one, other);
      if (tries === 6 || JSON.stringify(withoutSeal(said[0])) === JSON.stringify(withoutSeal(said[1]))) return said;
      await pause(tries * 100);
    }
  };
  const done = async (one: Request, other = one): Promise<readonly [Sight, Sight]> => {
    const said = await both(one, other);
    for (const { status, bytes } of said) if (status > 299) throw new Error(`${one.method} ${one.url} ${other.url}: ${status} ${bytes}`);
    return said;
  };
  const equal = async (request: Request): Promise<Sight> => {
    const [one, other] = await compared(request);
    asked += 1;
    if (JSON.stringify(withoutSeal(one)) !== JSON.stringify(withoutSeal(other))) differing += 1;
    expect({ request, ...withoutSeal(one) }).toEqual({ request, ...withoutSeal(other) });
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
  const lived = async ({ space, ins }: Home, told: worlds.Life, secret: worlds.Secret, name: string, apart = elsewhere): Promise<Known> => {
    const moments: string[] = [];
    const documents: (Deposited & { title: string })[] = [];
    const hidden = worlds.secretStory(told, secret);
    let id = '';
    for (let n = 0; n <= told.stories.length; n++) {
      const story = told.stories[n];
      if (n === told.place) {
        const its = await bring(space, apart.space, hidden, `${name}/secret`);
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

  /** The same of the history, where each world seals the place of the next page anew. */
  const leafedHistory = async (space: string, as: worlds.Secret['reader']): Promise<void> => {
    const path = `/api/v1/spaces/${space}/history?first=100`;
    for (let cursors = ['', '']; ;) {
      const said = await compared(...(cursors.map((cursor) => ({ method: 'GET', url: path + cursor, as })) as [Request, Request]));
      expect(withoutSeal(said[0])).toEqual(withoutSeal(said[1]));
      const nexts = said.map(({ bytes }) => (JSON.parse(bytes) as { readonly next?: string | null }).next ?? null);
      if (nexts[0] === null) return;
      cursors = nexts.map((next) => `&cursor=${next}`);
    }
  };

  describe.each(worlds.secrets.map((secret, n) => [secret.why, secret, n] as const))('secret: %s', (why, secret, n) => {
    const told = fc.sample(worlds.life(2, 12), { numRuns: LIVES, seed: SEED + n });
    it.each(told.map((one, nth) => [`${one.stories.length + 1} documents`, one, nth] as const))('%s', async (_, one, nth) => {
      const kept = why === 'kept from parents';
      const home = (kept ? children[nth + 1] : homes[n * LIVES + nth]) as Home;
      const known = await lived(home, one, secret, `${why} ${nth}`.replaceAll(' ', '-'), kept ? children[0] : elsewhere);
      const as = secret.reader;
      for (const first of [1, 3, 100]) expect(await leafed(home.space, first, as)).not.toContain(known.secret);
      const asked = [...lists(known), ...forgedPages(known), ...around(known), ...aboutOne(known, known.secret)];
      for (const { id } of known.documents.slice(-1)) asked.push(...aboutOne(known, id));
      for (const request of [...asked, ...wishesAbout(known, known.secret, secret)]) await equal({ ...request, as });
      await leafedHistory(home.space, as);
      await theSameAsUnknown(known, secret);
      await theSameWork(known, secret);
    });
  });

  /** In the world that has it, its id gets what an id gets that nobody has. */
  async function theSameAsUnknown(known: Known, secret: worlds.Secret): Promise<void> {
    const guesses = about(known, UNKNOWN, secret);
    for (const [n, request] of about(known, known.secret, secret).entries()) {
      const guess = guesses[n] as Request;
      const [said] = await both({ ...request, as: secret.reader });
      const [guessed] = await both({ ...guess, as: secret.reader });
      expect({ url: request.url, ...said }).toEqual({ url: request.url, ...guessed });
    }
  }

  /** What is due to a clock (a key forgotten after its minute, the numbers of a minute that is over) shows once; what is due to the secret, each time. */
  const sameWork = async (asked: string, one: Work, other: Work): Promise<void> => {
    for (let tries = 1; ; tries++) {
      twins.tick();
      const [its, others] = [await one(), await other()];
      if (tries === 3 || String(its) === String(others)) return expect({ asked, work: its }).toEqual({ asked, work: others });
    }
  };

  /** Statements, reads and appends of the log: the same for both worlds, and for the two ids in the one that has the secret. */
  async function theSameWork(known: Known, secret: worlds.Secret): Promise<void> {
    const { one, other } = twins;
    const workOf = (twin: Twins['one'], asked: Omit<Request, 'as'>, seen: (done: string) => string) => async () =>
      (await twin.workOf({ ...asked, as: secret.reader })).map(seen);
    const questions = [...lists(known).slice(0, 4), ...aboutOne(known, known.secret)];
    for (const [n, wish] of [...questions, ...wishesAbout(known, known.secret, secret)].entries()) {
      // A wish, and a question of the past, read the whole record of the space, and there the secret lies: as often, then, but not as much.
      const seen = n < questions.length && !wish.url.includes('asOf') ? (done: string) => done : withoutSize;
      await sameWork(wish.url, workOf(one, wish, seen), workOf(other, wish, seen));
    }
    const guesses = about(known, UNKNOWN, secret);
    // The other world is asked the same: a minute that turns here writes its lines in both, and their logs stay alike.
    const inBoth = (asked: Omit<Request, 'as'>) => async () => {
      await other.ask({ ...asked, as: secret.reader });
      return workOf(one, asked, withoutSize)();
    };
    for (const [n, wish] of about(known, known.secret, secret).entries())
      await sameWork(wish.url, inBoth(wish), inBoth(guesses[n] as Request));
  }

  describe('nor is a number that somebody has told from one that nobody has', () => {
    const posted = (url: string, body: object): Omit<Request, 'as'> => ({
      method: 'POST',
      url: `/api/v1/${url}`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    const routes = [
      ['a search for a patient', 'dr-martin', (ins: string) => posted('patients/search', { ins })],
      ['a search by software', 'lab-software', (ins: string) => posted('patients/search', { ins })],
      [
        'a new code, without the right card',
        null,
        (ins: string) => posted('provisional-codes', { ins, vitaleSerial: '99999999999', birthDate: '1985-06-14', channel: 'EMAIL' }),
      ],
    ] as const;
    it.each(routes)('by %s', async (_, as, about) => {
      for (let round = 0; round < 2; round++) {
        const [known] = await both({ ...about(guest.ins), as });
        expect(known).toEqual((await both({ ...about(NOBODYS_INS), as }))[0]);
      }
      const workOf = (ins: string) => async () => (await twins.one.workOf({ ...about(ins), as })).map(withoutSize);
      await sameWork('a number', workOf(guest.ins), workOf(NOBODYS_INS));
    });
  });

  if (process.env['TIMING'] === '1')
    describe('and it takes as long', () => {
      const timed = async (one: () => Promise<unknown>, other: () => Promise<unknown>) => {
        const samples: [number[], number[]] = [[], []];
        for (let n = 0; n < 2 * TIMED + 200; n++) {
          twins.tick();
          const which = n % 2 === 0 ? 0 : 1;
          const start = performance.now();
          await (which === 0 ? one() : other());
          if (n >= 200) samples[which].push(performance.now() - start);
        }
        const found = welch(...cropped(...samples));
        process.stdout.write(`${expect.getState().currentTestName}: ${JSON.stringify(found)}\n`);
        return found.p;
      };
      const aLife = fc.sample(worlds.life(8, 8), { numRuns: 1, seed: SEED })[0] as worlds.Life;
      const secret: worlds.Secret = { why: 'at deposit', reader: 'dr-martin' };
      let known: Known;
      beforeAll(async () => {
        known = await lived(homes[0] as Home, aLife, secret, 'timed');
      }, 60_000);
      const content = (id: string): Request => ({
        method: 'GET',
        url: `/api/v1/spaces/${known.space}/documents/${id}/content`,
        as: 'dr-martin',
      });
      const list = (): Request => ({ method: 'GET', url: `/api/v1/spaces/${known.space}/documents`, as: 'dr-martin' });

      // First, while both worlds have been asked as much: what one of them alone was asked makes its log longer.
      it('to list with it and without it', async () => {
        expect(
          await timed(
            () => twins.one.ask(list()),
            () => twins.other.ask(list()),
          ),
        ).toBeGreaterThan(0.01);
      }, 600_000);
      it('to refuse the content of the secret and of what nobody has', async () => {
        expect(
          await timed(
            () => twins.one.ask(content(known.secret)),
            () => twins.one.ask(content(UNKNOWN)),
          ),
        ).toBeGreaterThan(0.01);
      }, 600_000);
    });
});

/** Where the next page of a history begins, encrypted under a nonce of its own; and the ids of his acts, digests under a key of where a fact lies. */
const withoutSeal = (sight: Sight): Sight => {
  const bytes = sight.bytes.replace(/(?<="next":")[\w-]{48}(?=")/g, 'SEALED');
  return { ...sight, bytes: bytes.includes('"acts":[') ? bytes.replace(/(?<="id":")[\w-]{43}(?=")/g, 'SEALED') : bytes };
};
const withoutSize = (done: string): string => done.replace(/^(read|read many|append|append many): [\d ]+$/, '$1');
