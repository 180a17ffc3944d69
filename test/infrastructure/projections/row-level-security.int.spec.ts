import { randomUUID } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';
import type { Sight } from '../../../src/application/shared/subject-query.js';
import { nameOf } from '../../../src/domain/shared/actor.js';
import { visibleAt } from '../../../src/domain/record/hiding.js';
import { epochOf, instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { openPools } from '../../../src/infrastructure/postgres/pools.js';
import { PastTables } from '../../../src/infrastructure/postgres/projections/as-of.js';
import { PostgresReadModels } from '../../../src/infrastructure/postgres/projections/read-models.js';
import { projections } from '../../../src/infrastructure/system/read-side.js';
import type { Table } from '../../../src/projections/shared/projection.js';
import { accessFacts, acting, documentFacts, looked, MARTIN, refused, refusedAgain } from '../../support/record-facts.js';
import { holder, recordWorld, type RecordWorld } from '../../support/history-world.js';

const tables = projections.flatMap((projection) => projection.tables);
const guardedTables = tables.filter(({ guard }) => guard !== undefined);
/** For compliance alone, whomever the rows are about. */
const forCompliance = guardedTables.filter(({ guard }) => guard?.only === 'COMPLIANCE');
const shared = guardedTables.filter((table) => !forCompliance.includes(table));
const doctors = Array.from({ length: 4 }, (_, i) => acting({ ...MARTIN, id: `89970000010${i}`, name: `Doctor ${i}` }));

/** First deposit of everything that is hidden here. */
const since = instantOf(Date.now());

let world: RecordWorld;
let spaces: readonly string[];
let models: PostgresReadModels;
let closePools: () => Promise<void>;

/** A space with a fact for every guarded table, a document under each kind of veil among them. */
async function lived(doctor: (typeof doctors)[number]): Promise<string> {
  const space = await world.space();
  const { DocumentDeposited, DocumentDescribed } = documentFacts(space, randomUUID());
  await world.writeAs(holder, `access-${space}`, [
    accessFacts.AdministratorGranted,
    { ...accessFacts.AttendingDoctorDeclared, professional: doctor.professional.id },
  ]);
  await world.writeAs(doctor, `record-${space}`, [DocumentDeposited, DocumentDescribed]);
  await world.writeAs(doctor, `passage-${space}`, [looked('ListDocuments')]);
  await world.writeAs(doctor, `actor-${randomUUID()}`, [refused(space), refusedAgain(space, 1)]);
  const about = { stream: 'record', rev: 0 };
  await world.writeAs(holder, `notices-${space}`, [
    {
      type: 'NoticeIssued',
      v: 1,
      notice: randomUUID(),
      kind: 'DOCUMENT_ADDED',
      on: instantOf(Date.now()),
      hiddenFrom: [],
      mandatory: false,
      about,
    },
    { type: 'NoticesRead', v: 1, reader: nameOf(doctor), notices: [randomUUID()] },
    { type: 'NoticePreferenceSet', v: 1, preference: 'NOTIF_ACCESS', wanted: false },
  ]);
  const who = { kind: 'PROFESSIONAL', id: doctor.professional.id, name: doctor.professional.name } as const;
  const told = {
    notice: randomUUID(),
    professional: doctor.professional.id,
    space,
    kind: 'EMERGENCY_ACCESS' as const,
    on: instantOf(Date.now()),
    who,
    about,
  };
  await world.writeAs(holder, `actor-${randomUUID()}`, [{ type: 'ProfessionalNotified', v: 1, ...told }]);
  const looker = { actor: nameOf(doctor), accounts: [] };
  const opened = { cause: { kind: 'HAND', reason: 'plainte' }, looker, space, due: instantOf(Date.now() + 1_000) } as const;
  await world.writeAs(holder, `case-${randomUUID()}`, [{ type: 'CaseOpened', v: 1, ...opened }]);
  const subject = { issuer: 'https://idp.example', sub: randomUUID() };
  await world.writeAs(holder, `export-${randomUUID()}`, [
    { type: 'AuditorRegistered', v: 1, subject, authority: 'CNIL', until: instantOf(Date.now() + 1_000) },
  ]);
  for (const [hiddenFrom, code] of [
    ['HOLDER', 'INVISIBLE_PATIENT'],
    ['REPRESENTATIVES', 'INVISIBLE_REPRESENTANTS_LEGAUX'],
  ] as const) {
    const veiled = documentFacts(space, randomUUID(), { confidentiality: [code], since });
    const facts = [{ ...veiled.VeilOpened, hiddenFrom: [hiddenFrom] }, veiled.DocumentDeposited, veiled.DocumentDescribed];
    const veil = `veil-${randomUUID()}` as const;
    await world.writeAs(doctor, veil, [...facts, looked('GetDocument', { space })]);
    await world.writeAs(doctor, `actor-${randomUUID()}`, [refusedAgain(space, 1, { veil })]);
  }
  return space;
}

beforeAll(async () => {
  world = await recordWorld();
  spaces = await Promise.all(doctors.map(lived));
  await world.caughtUp();
  const pools = openPools(world.house.url, { sizes: { mes_reader: 4 } });
  closePools = () => pools.close();
  const readers = pools.pool('mes_reader');
  models = new PostgresReadModels(readers, new PastTables(world.side.reader, readers, projections), world.log.secrets, projections);
});
afterAll(async () => {
  await closePools();
  await world.close();
});

type Eyes = Omit<Sight, 'moment'> & Partial<Sight>;
const rowsOf = (space: string | null, eyes: Eyes, { name }: Table, asOf?: Instant) =>
  models.ask(space, { asOf }, { moment: since, ...eyes }, (sql) => sql<Record<string, unknown>>(`SELECT * FROM ${name}`));
const bySpace = guardedTables.filter(({ guard }) => guard?.space !== undefined);
const foreign = ({ guard }: Table, rows: readonly Record<string, unknown>[], space: string, actor: string) =>
  rows.filter(
    (row) => (guard?.space !== undefined && row[guard.space] !== space) || (guard?.actor !== undefined && row[guard.actor] !== actor),
  );

/** Rows that are hidden from the holder until a day, and those of them that his representatives see from then on. */
const UNTIL_A_DAY: Readonly<Record<string, { readonly hidden: number; readonly told: number }>> = {
  document: { hidden: 1, told: 1 },
  // The deposit and the look.
  activity_line: { hidden: 2, told: 2 },
  activity_refused_again: { hidden: 1, told: 1 },
  // The veil, and what is done in secret within it, of which they never hear.
  activity_veil: { hidden: 2, told: 1 },
};

describe('The database itself', () => {
  it('shows the rows of a guarded table to who asks about their space, or did them himself, and no others', async () => {
    for (const table of shared) {
      const [space, doctor] = [spaces[0] ?? '', nameOf(doctors[0] ?? holder)];
      const rows = await rowsOf(space, { viewer: 'PROFESSIONAL', actor: doctor }, table);
      expect([table.name, rows.length > 0, foreign(table, rows, space, doctor)]).toEqual([table.name, true, []]);
    }
  });

  it('shows who looked at whom, and what is reviewed of it, to compliance and to nobody else, now and in tables of the past', async () => {
    expect(forCompliance.map(({ name }) => name).sort()).toEqual(
      [
        'access_log',
        'access_log_again',
        'access_log_told',
        'account_act',
        'account_grant',
        'account_grant_span',
        'review_case',
        'review_case_step',
      ].sort(),
    );
    const [space = '', doctor] = [spaces[0], nameOf(doctors[0] ?? holder)];
    for (const table of forCompliance)
      for (const asOf of [undefined, instantOf(Date.now())]) {
        const seen = async (viewer: Sight['viewer']) => (await rowsOf(null, { viewer, actor: doctor }, table, asOf)).length > 0;
        const others = (['HOLDER', 'REPRESENTATIVE', 'PROFESSIONAL', 'NOBODY'] as const).map(seen);
        expect([table.name, await seen('COMPLIANCE'), await seen('GATE'), await Promise.all(others)]).toEqual([
          ...[table.name, true, true],
          [false, false, false, false],
        ]);
        expect([table.name, await rowsOf(space, { viewer: 'HOLDER', actor: nameOf(holder) }, table, asOf)]).toEqual([table.name, []]);
      }
  });

  it('shows no row where nothing was said of who asks, nor to a space or an actor that is not there', async () => {
    for (const table of guardedTables)
      for (const space of [null, randomUUID()])
        expect([table.name, await rowsOf(space, { viewer: 'PROFESSIONAL', actor: '' }, table)]).toEqual([table.name, []]);
  });

  it('shows no row to a connection that forgot to say for whom', async () => {
    const pool = new Pool({ connectionString: world.house.url, max: 1 });
    const db: PoolClient = await pool.connect();
    try {
      await db.query('SET ROLE mes_reader');
      for (const { name } of guardedTables) expect([name, (await db.query(`SELECT * FROM read.${name}`)).rows]).toEqual([name, []]);
    } finally {
      db.release();
      await pool.end();
    }
  });

  it('hides what lies under a veil from the kind of person it is hidden from', async () => {
    const lines = tables.find(({ name }) => name === 'activity_line');
    if (!lines) throw new Error('there is no table of lines');
    const [space = ''] = spaces;
    const count = async (viewer: Sight['viewer']) =>
      (await rowsOf(space, { viewer, actor: '' }, lines)).filter(({ veil }) => veil !== null).length;
    const counts = await Promise.all((['PROFESSIONAL', 'COMPLIANCE', 'HOLDER', 'REPRESENTATIVE', 'NOBODY'] as const).map(count));
    // Two veils, a deposit and a look in each.
    expect(counts).toEqual([4, 4, 2, 0, 0]);
  });

  it('shows what is hidden until a day to its holder from that day on, not a millisecond before, now and in tables of the past', async () => {
    const [space = ''] = spaces;
    const visible = epochOf(visibleAt(since));
    const timed = guardedTables.filter(({ guard }) => guard?.visibleAt !== undefined || guard?.under !== undefined);
    expect(timed.map(({ name }) => name).sort()).toEqual(['activity_line', 'activity_refused_again', 'activity_veil', 'document']);
    for (const table of timed)
      for (const asOf of [undefined, instantOf(Date.now())]) {
        const seenBy = async (viewer: Sight['viewer'], after: number) =>
          (await rowsOf(space, { viewer, actor: '', moment: instantOf(visible + after) }, table, asOf)).length;
        const [all, before, then, after] = [
          await seenBy('PROFESSIONAL', -1),
          await seenBy('HOLDER', -1),
          await seenBy('HOLDER', 0),
          await seenBy('HOLDER', 1),
        ];
        const { hidden, told } = UNTIL_A_DAY[table.name] ?? { hidden: 0, told: 0 };
        expect([table.name, asOf, before, then, after]).toEqual([table.name, asOf, all - hidden, all, all]);
        const nobody = [await seenBy('REPRESENTATIVE', -1), await seenBy('REPRESENTATIVE', 0)];
        // As many again are kept from representatives for good.
        expect(nobody).toEqual([all - 2 * hidden, all - 2 * hidden + told]);
      }
  });

  it('lets no row of a space or an actor through to another in 1,000 requests that share four connections', async () => {
    const actors = doctors.map((doctor) => nameOf(doctor));
    const request = async (n: number) => {
      const [i, table] = [n % spaces.length, guardedTables[n % guardedTables.length]];
      if (!table) throw new Error('nothing is guarded');
      const [space, actor] = [spaces[i] ?? '', actors[i] ?? ''];
      const viewer = (['HOLDER', 'PROFESSIONAL', 'REPRESENTATIVE', 'NOBODY'] as const)[n % 4] ?? 'NOBODY';
      const rows = await rowsOf(n % 7 === 0 ? null : space, { viewer, actor }, table);
      return foreign(table, rows, n % 7 === 0 ? '' : space, actor).map((row) => [table.name, row]);
    };
    const found = await Promise.all(Array.from({ length: 1_000 }, (_, n) => request(n)));
    expect(found.flat()).toEqual([]);
  });

  it('guards the tables of a past moment in the same way', async () => {
    const asOf = instantOf(Date.now());
    const [space = '', other = ''] = spaces;
    for (const table of bySpace) {
      const rows = await rowsOf(space, { viewer: 'REPRESENTATIVE', actor: '' }, table, asOf);
      expect([table.name, foreign(table, rows, space, '')]).toEqual([table.name, []]);
      expect(rows.filter((row) => row['veil'] !== null && row['veil'] !== undefined)).toEqual([]);
    }
    expect(other).not.toBe(space);
  });
});
