import 'reflect-metadata';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation } from '../support/crash/installation.js';
import { depositing, looking, masking } from '../support/crash/load.js';
import { NarrowDatabase } from '../support/crash/narrow-database.js';
import { behind, gaps, Ledger } from '../support/crash/reckoning.js';
import type { Act, Stubborn } from '../support/crash/stubborn.js';
import { aLetter } from '../support/patient-life.js';
import { eventually } from '../support/read-side.js';
import { letterPdf } from '../support/sample-pdf.js';

const LONG = 120_000;
/** Room for so much of the write-ahead log, KiB. */
const LITTLE = 4_096;
/** More than fit into what is left of it. */
const MOST_DEPOSITS = 300;
/** Room for each file of the doors, KiB: a letter fits, a large document does not. */
const SMALL_FILE = 200;
const LARGE_BYTES = 1_000_000;
const REFUSED = { status: 503, body: { code: 'request/store-unavailable' } };

/** Every table of the system, whoever added it, by its schema. */
const TABLES = `
SELECT table_schema AS schema, array_agg(format('%I.%I', table_schema, table_name)) AS names FROM information_schema.tables
 WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') GROUP BY 1 ORDER BY 1`;
/** What the server says when the volume of its data, not that of its log, is full: nothing of these tables grows any more, and a changed row is a new one. */
const filling = (tables: readonly string[]): string =>
  `
CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;` +
  tables
    .map(
      (name) => `
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION public.no_room();
ALTER TABLE ${name} ENABLE ALWAYS TRIGGER no_room;`,
    )
    .join('');
/** Schemas that only workers write: what the doors do does not wait for them. */
const BEHIND_THE_DOORS = /^(process|read|seal):/;
const CLEAR = 'DROP FUNCTION public.no_room CASCADE';

describe('A store that cannot be written to', () => {
  let database: NarrowDatabase;
  let installation: Installation;
  let client: Stubborn;
  let ledger: Ledger;
  let space: string;
  let document: string;
  /** What was sent in vain so far: it is sent again, under its key, when the trouble is over. */
  let waiting: Act[] = [];

  beforeAll(async () => {
    installation = await Installation.start({ startDatabase: async (stateDir) => (database = await NarrowDatabase.start(stateDir)) });
    client = installation.client();
    ledger = new Ledger(installation.platform);
    [space = ''] = await installation.patients(client, 1);
    document = String((await client.does(depositing(space))).body['document']);
    await installation.ready();
    await level();
  }, LONG);
  afterAll(() => installation.close(), LONG);

  const level = (): Promise<void> => eventually(async () => expect(await behind(installation)).toBe(0), LONG);
  const rows = (sql: string): Promise<readonly object[]> => installation.rows(sql);
  const deposits = async (): Promise<number> => {
    await ledger.readOn();
    return ledger.count('DocumentDeposited');
  };

  /** Objects in the store of documents, and what was left in the middle. */
  const stored = async (): Promise<number> => {
    let count = 0;
    for await (const page of installation.platform.blobs.list()) count += page.length;
    return count;
  };
  const drafts = async (): Promise<number> => (await readdir(join(installation.platform.settings.blobDir, 'drafts'))).length;

  /** Deposits, masks and looks of everybody: each is answered 503 and says nothing. */
  const refusesEverything = async (): Promise<void> => {
    const acts = [
      depositing(space),
      masking(space, document),
      looking('alice', space),
      looking('dr-petit', space),
      looking('dr-petit', space, document),
    ];
    for (const act of acts) {
      const answer = await client.once(act);
      expect({ ...answer, kind: act.kind }).toMatchObject({ ...REFUSED, kind: act.kind });
      expect(Object.keys(answer.body).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type']);
    }
    waiting.push(...acts);
  };

  /** Done, and in the book, or refused with 503 and to be sent again: no other answer is right, and none may be missing. */
  const doneOrRefused = async (act: Act): Promise<'done' | 'refused'> => {
    const { status, body } = await client.once(act);
    if (status === 200 || status === 201) {
      client.acknowledged.push({ act, sent: 1, body });
      return 'done';
    }
    expect({ status, body, kind: act.kind }).toMatchObject({ ...REFUSED, kind: act.kind });
    waiting.push(act);
    return 'refused';
  };

  /** The same acts again, under the same keys: each once, and everything that follows from them. */
  const goesOn = async (): Promise<void> => {
    for (const act of waiting) await client.does(act);
    waiting = [];
    document = String((await client.does(depositing(space))).body['document']);
    await level();
    expect(await ledger.missing(client.acknowledged)).toEqual([]);
    expect(await deposits()).toBe(client.acknowledged.filter(({ act }) => act.kind === 'deposit').length);
    expect(await gaps(installation)).toEqual([]);
    expect(installation.wards.flatMap(({ fallen }) => fallen)).toEqual([]);
    expect(await rows('SELECT trouble FROM seal.head')).toEqual([{ trouble: null }]);
  };

  /** Refused while the trouble lasts and done once it is over; ended whatever came of it, so that the next one finds everything in order. */
  const through = async (trouble: () => Promise<unknown>, over: () => Promise<unknown>, meanwhile = refusesEverything): Promise<void> => {
    try {
      await trouble();
      await meanwhile();
    } finally {
      await over();
    }
    await goesOn();
  };
  const reloaded = (change: string) => async (): Promise<unknown> => rows(change).then(() => rows('SELECT pg_reload_conf()'));
  const isUp = (): Promise<boolean> =>
    rows('SELECT 1').then(
      () => true,
      () => false,
    );

  it(
    'that is read-only acknowledges nothing and shows nothing; writable again, everything goes on',
    async () => {
      const readOnly = reloaded('ALTER SYSTEM SET default_transaction_read_only = on');
      await through(readOnly, reloaded('ALTER SYSTEM RESET default_transaction_read_only'), async () => {
        await eventually(async () => expect(await client.once(looking('alice', space))).toMatchObject(REFUSED));
        await refusesEverything();
      });
    },
    LONG,
  );

  const schemas = (): Promise<readonly { schema: string; names: readonly string[] }[]> => installation.rows(TABLES);
  // Whoever works meanwhile may hold what this needs: one of the two then gives way.
  const changed = (sql: string): Promise<void> => eventually(async () => void (await rows(sql)), LONG);

  it(
    'whose data have no room to grow acknowledges nothing and shows nothing; with room, everything goes on',
    async () => {
      await through(
        async () => changed(filling((await schemas()).flatMap(({ names }) => names))),
        () => changed(CLEAR),
      );
    },
    LONG,
  );

  it(
    'of which one schema after the other has no room refuses what needs it and does the rest; with room, everything goes on',
    async () => {
      const refused: string[] = [];
      const acts = async (schema: string): Promise<void> => {
        for (const act of [depositing(space), looking('dr-petit', space)])
          if ((await doneOrRefused(act)) === 'refused') refused.push(`${schema}: ${act.kind}`);
      };
      for (const { schema, names } of await schemas())
        try {
          await changed(filling(names));
          await acts(schema);
        } finally {
          await changed(CLEAR);
        }
      await goesOn();
      // Each deposit needs a new key: that of the document.
      expect(refused).toEqual(expect.arrayContaining(['log: deposit', 'log: look', 'vault: deposit']));
      expect(refused.filter((one) => BEHIND_THE_DOORS.test(one))).toEqual([]);
    },
    LONG,
  );

  // Only root can make a small volume. What anybody can is a limit on the size of each file of a process (RLIMIT_FSIZE): the system then refuses the byte that
  // is too many in the middle of a document, with EFBIG where a full disk says ENOSPC; the store treats every such code alike.
  it(
    'of documents without room for one keeps nothing of it, and takes the next one that fits; with room, everything goes on',
    async () => {
      const large = depositing(space, { ...aLetter(), bytes: letterPdf(`/Nonce (${'x'.repeat(LARGE_BYTES)})`) });
      const [before, objects] = [await deposits(), await stored()];
      await through(
        () => installation.api.restart(SMALL_FILE),
        () => installation.api.restart('unlimited'),
        async () => {
          for (let times = 0; times < 3; times++) expect(await client.once(large)).toMatchObject(REFUSED);
          waiting.push(large);
          expect([await deposits(), await stored(), await drafts()]).toEqual([before, objects, 0]);
          await client.does(looking('alice', space, document));
          await client.does(depositing(space));
          expect([await deposits(), await stored(), await drafts()]).toEqual([before + 1, objects + 1, 0]);
        },
      );
      expect(await stored()).toBe(objects + 3);
    },
    LONG,
  );

  it(
    'by a clock 3 s off is refused, alarmed and counted; set right, everything goes on',
    async () => {
      const before = await deposits();
      const wrong = (): Promise<unknown> => rows('UPDATE log.clock SET offset_ms = 3000');
      await through(
        wrong,
        () => rows('UPDATE log.clock SET offset_ms = 0'),
        async () => {
          await refusesEverything();
          expect(installation.api.output).toMatch(/"alarm":"an append was refused: the clock is off by -[23]\d{3} ms"/);
          const figures = await (await fetch(`${installation.url}/metrics`)).text();
          expect(Number(/^log_appends_refused_by_clock_total (\d+)$/m.exec(figures)?.[1])).toBeGreaterThanOrEqual(5);
          expect(await deposits()).toBe(before);
        },
      );
    },
    LONG,
  );

  it(
    'whose write-ahead log fills the disk gives up; with room, everything goes on',
    async () => {
      const narrow = async (): Promise<void> => {
        await rows('SELECT pg_switch_wal()');
        await database.restart(LITTLE);
        // Others fill it too.
        await rows("SELECT pg_logical_emit_message(true, 'filling', repeat('x', 3 * 1024 * 1024))");
      };
      await through(
        narrow,
        () => database.restart('unlimited'),
        async () => {
          for (let count = 0; count < MOST_DEPOSITS && (await isUp()); count++) await doneOrRefused(depositing(space));
          expect(await isUp()).toBe(false);
          await refusesEverything();
        },
      );
    },
    LONG,
  );
});
