import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import { openCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { cosignaturesBy, parseWitnessKey } from '../../../src/infrastructure/seal/note/cosignature.js';
import { partsOf, verifierKey } from '../../../src/infrastructure/seal/note/signed-note.js';
import { parsePolicy } from '../../../src/infrastructure/seal/witness/policy.js';
import { WitnessBook } from '../../../src/infrastructure/seal/witness/witness-book.js';
import { WitnessPublisher } from '../../../src/infrastructure/seal/witness/witness-publisher.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { appendSealable, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { WitnessProgram } from '../../support/witness-program.js';
import { storeOn } from '../event-store/postgres.js';

const PATIENCE_MS = 2_000;
interface Named {
  readonly label: string;
  readonly key: string;
  readonly url: string;
}
const policyText = (witnesses: readonly Named[], quorum: string): string =>
  [
    `log ${verifierKey(signer)} https://log.example`,
    ...witnesses.map(({ label, key, url }) => `witness ${label} ${key} ${url}`),
    quorum,
    '',
  ].join('\n');

/** A log with its seal and its witnesses, as one installation has them. */
async function installation() {
  const database: TestDatabase = await freshDatabase();
  const store: PostgresEventStore = storeOn(database);
  const seal: Seal = sealOn(database.url, store);
  const { heads } = seal;
  const book = new WitnessBook(seal.pools.pool('mes_sealer'));
  let publisher: WitnessPublisher | null = null;
  let events = 0;
  const here = {
    seal,
    heads,
    book,
    alarms: seal.alarms,
    /** Appends so many events to streams of their own, and has them sealed. */
    grow: async (count: number): Promise<number> => {
      for (let n = 0; n < count; n += 1) await appendSealable(store, `passage-${crypto.randomUUID()}`, NO_STREAM);
      seal.sealer.start();
      await sealed(seal, store);
      await seal.sealer.stop();
      return (events += count);
    },
    ask: async (text: string, patience = PATIENCE_MS): Promise<void> => {
      await publisher?.stop();
      const policy = parsePolicy(text);
      await book.adopt({ text, patience, witnesses: policy.witnesses });
      const { tree, leases, alarms } = seal;
      publisher = new WitnessPublisher({ tree, book, leases, policy, patience, every: 5, alarm: (reason) => void alarms.push(reason) });
      publisher.start();
    },
    published: (size: number, quorum: boolean) =>
      eventually(async () => expect(await heads.published()).toMatchObject({ size, quorum }), 30_000),
    stop: async () => publisher?.stop(),
    close: async () => {
      await publisher?.stop();
      await seal.close();
      await store.close();
      await database.drop();
    },
  };
  return here;
}
type Installation = Awaited<ReturnType<typeof installation>>;

/** Who cosigned a note, each cosignature checked. */
const cosigners = (note: string, witnesses: readonly Named[]): string[] => {
  const { text } = partsOf(note);
  const lines = note.slice(text.length + 1);
  expect(openCheckpoint(note, [signer]).origin).toBe(ORIGIN);
  return witnesses.filter(({ key }) => cosignaturesBy(parseWitnessKey(key), lines, text).length === 1).map(({ label }) => label);
};

describe('The heads of the log are shown to witnesses', () => {
  let here: Installation;
  let witnesses: WitnessProgram[];
  let named: Named[];
  beforeEach(async () => {
    here = await installation();
    witnesses = await Promise.all([1, 2, 3].map(async (n) => (await WitnessProgram.make(`witness.example/w${n}`, [signer])).start()));
    named = witnesses.map(({ key, url }, n) => ({ label: `w${n + 1}`, key, url }));
  });
  afterEach(async () => {
    await here.close();
    for (const witness of witnesses) await witness.close();
  });
  const twoOfThree = (): string => policyText(named, 'group trio 2 w1 w2 w3\nquorum trio');

  it('and published with their cosignatures, each new head from where each witness was', async () => {
    await here.ask(policyText(named, 'group trio all w1 w2 w3\nquorum trio'));
    for (const count of [3, 1, 300]) {
      const size = await here.grow(count);
      await here.published(size, true);
      const { note = '' } = (await here.heads.published()) ?? {};
      expect(cosigners(note, named)).toEqual(['w1', 'w2', 'w3']);
      expect((await witnesses[0]?.head(ORIGIN))?.size).toBe(size);
    }
    expect(await here.heads.witnesses()).toMatchObject([1, 2, 3].map(() => ({ known: 304, trouble: null })));
    expect(here.alarms).toEqual([]);
  });

  it('two of three are a quorum of two while the third is dead, and it catches up when it is back', async () => {
    await witnesses[2]?.kill();
    await here.ask(twoOfThree());
    const size = await here.grow(5);
    await here.published(size, true);
    expect(cosigners((await here.heads.published())?.note ?? '', named)).toEqual(['w1', 'w2']);
    await eventually(async () => expect((await here.heads.witnesses())[2]).toMatchObject({ trouble: 'away', known: 0 }));
    await witnesses[2]?.start();
    await eventually(async () => expect((await here.heads.witnesses())[2]).toMatchObject({ trouble: null, known: size }), 30_000);
    expect(cosigners((await here.heads.published())?.note ?? '', named)).toEqual(['w1', 'w2', 'w3']);
  });

  it('one of three is none: the head is published without after the patience of the policy, with an alarm, and sealing goes on', async () => {
    await witnesses[1]?.kill();
    await witnesses[2]?.kill();
    await here.ask(twoOfThree(), 400);
    const size = await here.grow(5);
    await here.published(size, false);
    await eventually(async () =>
      expect(here.alarms).toContainEqual(`the head of ${size} leaves is published without the quorum of its witnesses`),
    );
    expect(await here.grow(2)).toBe(7);
    await here.published(7, false);
    expect(here.alarms.filter((alarm) => alarm.includes('without the quorum'))).toHaveLength(1);
  });

  it('a head is not published before its quorum while there is patience', async () => {
    const silent = await listening(() => undefined);
    await here.ask(policyText([{ ...named[0]!, url: silent.url }], 'quorum w1'), 3_600_000);
    const size = await here.grow(2);
    expect(await here.heads.published()).toBeNull();
    await here.ask(policyText(named.slice(0, 1), 'quorum w1'));
    await here.published(size, true);
    await silent.close();
  });

  it('what was cosigned once is known after a restart: the next proof begins there, and a witness that forgot is asked from where it says', async () => {
    const [witness] = named as [Named];
    await here.ask(policyText([witness], 'quorum w1'));
    await here.published(await here.grow(4), true);
    await here.stop();
    const requests: string[] = [];
    const between = await listening(passingOn(witness.url, (body) => void requests.push(body.split('\n')[0] ?? '')));
    await here.ask(policyText([{ ...witness, url: between.url }], 'quorum w1'));
    await here.published(await here.grow(1), true);
    expect(requests).toContain('old 4');
    expect(requests).not.toContain('old 0');
    await here.book.remember(parsePolicy(policyText(named, 'quorum w1')).witnesses[0]!, 2);
    await here.published(await here.grow(1), true);
    expect(requests.slice(-2)).toEqual(['old 2', 'old 5']);
    await between.close();
  });

  it('one that says a size above ours is told of, and asked again: once it answers right its cosignatures count', async () => {
    const [witness] = named as [Named];
    const most = Number.MAX_SAFE_INTEGER;
    let times = 0;
    const pass = passingOn(witness.url, () => undefined);
    const wrong = await listening((request, response) => {
      if (times++ > 0) return void pass(request, response);
      response.writeHead(409, { 'content-type': 'text/x.tlog.size' });
      response.end(`${most}\n`);
    });
    const text = policyText([{ ...witness, url: wrong.url }], 'quorum w1');
    const heals = (size: number) =>
      eventually(async () => expect(await here.heads.witnesses()).toMatchObject([{ known: size, trouble: null }]), 30_000);
    await here.ask(text);
    const size = await here.grow(3);
    await eventually(async () => expect(here.alarms).toContain(`witness w1: contradicts, it was shown ${most} leaves, and ours are fewer`));
    await heals(size);
    expect(cosigners((await here.heads.published())?.note ?? '', named)).toEqual(['w1']);
    // What was believed before is no longer, whether or not there is a new head to ask for.
    for (const count of [0, 2]) {
      await here.stop();
      await here.book.remember(parsePolicy(text).witnesses[0]!, most);
      await here.ask(text);
      const grown = count === 0 ? size : await here.grow(count);
      await heals(grown);
      await here.published(grown, true);
    }
    await wrong.close();
  });

  it('a cosignature that does not hold is not one', async () => {
    const liar = await listening((_, response) =>
      response.end(`— ${named[0]?.key.split('+')[0] ?? ''} ${Buffer.alloc(76).toString('base64')}\n`),
    );
    const strange = await listening((_, response) => response.end('x'.repeat(100_000)));
    const lies: Named[] = [
      { ...named[0]!, url: liar.url },
      { ...named[1]!, url: strange.url },
    ];
    await here.ask(policyText(lies, 'group both any w1 w2\nquorum both'), 300);
    await here.published(await here.grow(2), false);
    await eventually(async () => expect(await here.heads.witnesses()).toMatchObject([{ trouble: 'away' }, { trouble: 'away' }]));
    await liar.close();
    await strange.close();
  });

  it('a policy whose quorum is none asks all the same, and waits for nobody', async () => {
    await here.ask(policyText(named, 'quorum none'), 3_600_000);
    const size = await here.grow(2);
    await here.published(size, true);
    await eventually(async () => expect(cosigners((await here.heads.published())?.note ?? '', named)).toHaveLength(3));
  });

  describe('A second history of the log, made by somebody with its key', () => {
    let second: Installation;
    beforeEach(async () => {
      second = await installation();
      await here.ask(policyText(named, 'group trio all w1 w2 w3\nquorum trio'));
      await here.published(await here.grow(6), true);
      await here.stop();
    });
    afterEach(() => second.close());

    it.each([9, 6])('of %d leaves finds no witness, and the log that shows it raises an alarm', async (size) => {
      await second.ask(twoOfThree(), 500);
      await second.grow(size);
      await eventually(async () => expect(await second.heads.witnesses()).toMatchObject([1, 2, 3].map(() => ({ trouble: 'contradicts' }))));
      await eventually(async () =>
        expect(second.alarms.filter((alarm) => /contradicts, it was shown another history/.test(alarm))).not.toEqual([]),
      );
      await second.published(size, false);
      expect(cosigners((await second.heads.published())?.note ?? '', named)).toEqual([]);
    });

    it('of fewer leaves than were cosigned, as after a restore without the seal, is said to be short', async () => {
      await second.ask(twoOfThree(), 500);
      await second.grow(4);
      await eventually(async () =>
        expect(second.alarms).toContainEqual('witness w1: contradicts, it was shown 6 leaves, and ours are fewer'),
      );
      const all = [1, 2, 3].map(() => ({ known: 0, trouble: 'contradicts' }));
      const contradicted = () => eventually(async () => expect(await second.heads.witnesses()).toMatchObject(all), 30_000);
      await contradicted();
      // Not once, but in every round.
      for (const witness of parsePolicy(twoOfThree()).witnesses) await second.book.trouble(witness, 'away', 'of the test');
      await contradicted();
    });
  });
});

/** Hands each request on to the witness at this address, and its answer back. */
const passingOn =
  (url: string, seen: (body: string) => void): RequestListener =>
  (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen(body);
      void fetch(`${url}/add-checkpoint`, { method: 'POST', body }).then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
        response.end(await answer.text());
      });
    });
  };

/** A server of the test on a free port. */
async function listening(answer: RequestListener): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}
