import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation } from '../support/crash/installation.js';
import { depositing, looking, masking } from '../support/crash/load.js';
import { NarrowDatabase } from '../support/crash/narrow-database.js';
import { behind, gaps, Ledger } from '../support/crash/reckoning.js';
import type { Act, Stubborn } from '../support/crash/stubborn.js';
import { eventually } from '../support/read-side.js';

const LONG = 180_000;
/** Room for so much of the write-ahead log, KiB. */
const LITTLE = 512;
const REFUSED = { status: 503, body: { code: 'request/store-unavailable' } };

/** Nothing of the database grows any more: what the server says when the volume of its data, not that of its log, is full. */
const FILL = `
CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
DO $$ DECLARE name regclass; BEGIN
  FOR name IN SELECT c.oid FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace::regnamespace::text IN ('log', 'keys', 'registry', 'read', 'process', 'seal')
  LOOP EXECUTE format('CREATE TRIGGER no_room BEFORE INSERT ON %s FOR EACH STATEMENT EXECUTE FUNCTION public.no_room()', name);
       EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER no_room', name); END LOOP; END $$`;
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
    installation = await Installation.start(async (stateDir) => (database = await NarrowDatabase.start(stateDir)));
    client = installation.client();
    ledger = new Ledger(installation.platform);
    [space = ''] = await installation.patients(client, 1);
    document = String((await client.does(depositing(space))).body['document']);
    await Promise.all([installation.worker.ready(), installation.sealer.ready()]);
    await level();
  }, LONG);
  afterAll(() => installation.close(), LONG);

  const level = (): Promise<void> => eventually(async () => expect(await behind(installation)).toBe(0), LONG);
  const rows = (sql: string): Promise<readonly object[]> => installation.rows(sql);
  const deposits = async (): Promise<number> => {
    await ledger.readOn();
    return ledger.count('DocumentDeposited');
  };

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
      expect(answer.body).not.toHaveProperty('documents');
      expect(answer.body).not.toHaveProperty('title');
    }
    waiting.push(...acts);
  };

  /** The same acts again, under the same keys: each once, and everything that follows from them. */
  const goesOn = async (): Promise<void> => {
    for (const act of waiting) await client.does(act);
    waiting = [];
    await level();
    expect(await ledger.missing(client.acknowledged)).toEqual([]);
    expect(await deposits()).toBe(client.acknowledged.filter(({ act }) => act.kind === 'deposit').length);
    expect(await gaps(installation)).toEqual([]);
    const { api, worker, sealer } = installation;
    expect([api, worker, sealer].flatMap(({ fallen }) => fallen)).toEqual([]);
    expect(await rows('SELECT trouble FROM seal.head')).toEqual([{ trouble: null }]);
  };

  it(
    'that is read-only acknowledges nothing and shows nothing; writable again, everything goes on',
    async () => {
      await rows('ALTER SYSTEM SET default_transaction_read_only = on');
      await rows('SELECT pg_reload_conf()');
      await eventually(async () => expect(await client.once(looking('alice', space))).toMatchObject(REFUSED));
      await refusesEverything();
      await rows('ALTER SYSTEM RESET default_transaction_read_only');
      await rows('SELECT pg_reload_conf()');
      await goesOn();
    },
    LONG,
  );

  it(
    'whose data have no room to grow acknowledges nothing and shows nothing; with room, everything goes on',
    async () => {
      await rows(FILL);
      await refusesEverything();
      await rows(CLEAR);
      await goesOn();
    },
    LONG,
  );

  it(
    'whose log of changes fills the disk gives up; with room, everything goes on',
    async () => {
      await rows('SELECT pg_switch_wal()');
      await database.restart(LITTLE);
      const untilFull = async (): Promise<void> => {
        for (let act = depositing(space); ; act = depositing(space)) {
          const answer = await client.once(act);
          if (answer.status === 201) client.acknowledged.push({ act, sent: 1, body: answer.body });
          else waiting.push(act);
          if (
            answer.status !== 201 &&
            !(await rows('SELECT 1').then(
              () => true,
              () => false,
            ))
          )
            return;
        }
      };
      await untilFull();
      await refusesEverything();
      await database.restart('unlimited');
      await goesOn();
    },
    LONG,
  );

  it(
    'by a clock 3 s off is refused, alarmed and counted; set right, everything goes on',
    async () => {
      const before = await deposits();
      await rows('UPDATE log.clock SET offset_ms = 3000');
      await refusesEverything();
      await eventually(async () =>
        expect(installation.api.output).toMatch(/"alarm":"an append was refused: the clock is off by -[23]\d{3} ms"/),
      );
      const figures = await (await fetch(`${installation.url}/metrics`)).text();
      expect(Number(/^log_appends_refused_by_clock_total (\d+)$/m.exec(figures)?.[1])).toBeGreaterThanOrEqual(5);
      expect(await deposits()).toBe(before);
      await rows('UPDATE log.clock SET offset_ms = 0');
      await goesOn();
    },
    LONG,
  );
});
