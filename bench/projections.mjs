import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, interleave, line, now, sleep, summary } from './lib.mjs';
import { Spending } from './processor-time.mjs';

const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const SPACES = 25_000;
const PER_APPEND = 500;
/** A transaction per event is slow: a part of the log is enough to know how slow. */
const ONE_BY_ONE = 2_000;

/** Four sealed facts for each of many people, as a campaign and its wave of openings leave them. */
export async function fill({ journal, clock }, people = SPACES) {
  const meta = { who: { role: 'system', name: 'import' }, cause: 'bench', corr: 'bench' };
  for (let done = 0; done < people; done += PER_APPEND) {
    const entries = Array.from({ length: PER_APPEND }, (_, i) => entryOf(done + i, clock.now(), meta));
    for (const outcome of await journal.appendMany(entries)) if (outcome instanceof Error) throw outcome;
  }
}

function entryOf(n, at, meta) {
  const person = {
    ins: '185067599990139',
    insOid: '1.2.250.1.213.1.4.10',
    familyName: `BANC ${n}`,
    givenNames: 'ESSAI',
    sex: 'M',
    birthDate: '1985-06-01',
    birthPlace: '75999',
    email: `banc.${n}@courriel.test`,
    address: `${n} rue du Banc`,
    postalCode: '75000',
    city: 'PARIS',
    regime: 'CPAM',
    vitaleSerial: '12345678901',
  };
  const code = { seed: `seed-${n}`, codeDigest: randomUUID(), issuedAt: at, expiresAt: at, channel: 'EMAIL' };
  const facts = [
    { type: 'PersonDeclaredEligible', v: 1, ...person, handle: randomUUID(), campaign: 'bench' },
    { type: 'InvitationSent', v: 1, channel: 'EMAIL', campaign: 'bench', letter: '2026-01', sentAt: at, opposableUntil: at, opensAt: at },
    { type: 'ProvisionalCodeIssued', v: 1, ...code },
    { type: 'SpaceOpened', v: 1, mode: 'AUTOMATIC' },
  ];
  return { stream: `space-${randomUUID()}`, expected: -1, facts, at, meta: { ...meta, command: { id: randomUUID(), digest: '' } } };
}

async function openPlatform(url, stateDir) {
  await import('reflect-metadata');
  const { settingsFrom } = await dist('infrastructure/settings/settings.js');
  const { Log, pinoFor } = await dist('infrastructure/log.js');
  const platform = await dist('infrastructure/system/platform.js');
  return platform.openPlatform(
    settingsFrom({ DATABASE_URL: url, STATE_DIR: stateDir, LOG_LEVEL: 'silent' }, false),
    new Log(pinoFor('silent')),
  );
}

/** Events per second from an empty read side to the end of the log. */
async function catchUp(platform, readSideOf, spending) {
  await platform.pools.pool('mes_projector').query('TRUNCATE read.checkpoint');
  const { projector } = readSideOf(platform);
  // The first start builds beside; what is measured is a live projector that has everything before it.
  const { projections } = await dist('infrastructure/system/read-side.js');
  const { createTable, createIndexes } = await dist('infrastructure/postgres/projections/ddl.js');
  const writer = platform.pools.pool('mes_projector');
  // A table may lean on an earlier one: they come in their order, and go the other way.
  const all = projections.flatMap(({ tables }) => tables);
  for (const table of all.toReversed()) await writer.query(`DROP TABLE IF EXISTS read."${table.name}"`);
  for (const table of all) await writer.query(`${createTable('read', table)}; ${createIndexes('read', table)}`);
  for (const { name, version } of projections) {
    await writer.query('INSERT INTO read.checkpoint (name, version, position, sealed) VALUES ($1, $2, 0, 0)', [name, version]);
  }
  const rate = await spending.timed(async () => {
    projector.start();
    for (;;) {
      const health = await projector.health();
      const stopped = health.find(({ status }) => status === 'stopped');
      if (stopped) throw new Error(`the projection ${stopped.name} stopped: ${stopped.error}`);
      if (health.every(({ position }) => position >= BigInt(spending.events))) break;
      await sleep(50);
    }
  });
  await projector.stop();
  return rate;
}

async function readOnly({ store }, events) {
  const started = now();
  let read = 0;
  for await (const batch of store.readAll(0n, ['space', 'passage', 'campaign'])) read += batch.events.length;
  if (read !== events) throw new Error(`${read} of ${events} events were read`);
  return events / (now() - started);
}

const readAndDecrypt = ({ reader }, spending) =>
  spending.timed(async () => {
    let read = 0;
    for await (const batch of reader.read(0n, ['space', 'passage', 'campaign'])) read += batch.facts.length;
    if (read !== spending.events) throw new Error(`${read} of ${spending.events} facts were read`);
  });

function rebuild(platform, readSideOf, spending) {
  const { projector } = readSideOf(platform);
  return spending.timed(() => projector.rebuild());
}

/** The 99th percentile of readers in another process, milliseconds: with nothing else going on for so many seconds, and while everything is rebuilt. */
async function readersBeside(url, rounds, seconds, work) {
  const child = fork(new URL('reading-child.mjs', import.meta.url), [JSON.stringify({ url })]);
  await once(child, 'message');
  const waited = async () => {
    child.send('tell');
    const [{ asked, p99 }] = await once(child, 'message');
    if (asked < 100) throw new Error(`only ${asked} questions were asked`);
    return p99;
  };
  const [before, during] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await sleep(500);
    child.send('tell');
    await once(child, 'message');
    await sleep(seconds * 1_000);
    before.push(await waited());
    await work();
    during.push(await waited());
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  child.send('end');
  await once(child, 'exit');
  return { before: summary(before), during: summary(during) };
}

/** What a projection does that commits after each event. */
async function eventByEvent(platform) {
  const { projections } = await dist('infrastructure/system/read-side.js');
  const { project } = await dist('projections/shared/projection.js');
  const { writeRows } = await dist('infrastructure/postgres/projections/row-operations.js');
  const pool = platform.pools.pool('mes_projector');
  const started = now();
  let done = 0;
  for await (const { facts } of platform.reader.read(0n, ['space'])) {
    for (const fact of facts) {
      const db = await pool.connect();
      await db.query('BEGIN');
      for (const projection of projections) await writeRows(db, 'read', projection.tables, project(projection, fact));
      await db.query('COMMIT');
      db.release();
      if (++done === ONE_BY_ONE) return done / (now() - started);
    }
  }
  throw new Error('the log is too short');
}

/** The same log, opened by the main thread alone. */
async function inOneThread({ store, vault, secrets, clock, quarantine, alarm }) {
  const { SealedJournal } = await dist('infrastructure/eventstore/journal.js');
  const { LogReader } = await dist('infrastructure/eventstore/log-reader.js');
  const { catalogue } = await dist('infrastructure/system/known-facts.js');
  return { reader: new LogReader(store, new SealedJournal({ store, vault, secrets, catalogue, clock, quarantine, alarm })) };
}

/** P10 and P11: all read models, one process, sealed facts of spaces; and what processor time an event takes. */
export async function projectionLines(server, { rounds, seconds, only }) {
  const stateDir = await mkdtemp(join(tmpdir(), 'mes-bench-keys-'));
  await chmod(stateDir, 0o700);
  const url = await server.database('projections');
  const platform = await openPlatform(url, stateDir);
  const { readSideOf, projections } = await dist('infrastructure/system/read-side.js');
  const models = `${projections.length} read models`;
  const alone = await inOneThread(platform);
  await fill(platform);
  const events = Number(await platform.store.head());
  const spent = { decrypt: 'read and decrypted in one thread', threads: 'with threads', catchUp: 'caught up', rebuild: 'made anew' };
  const spending = Object.fromEntries(Object.keys(spent).map((what) => [what, new Spending(server.pid, events)]));
  const measured = await interleave(rounds, {
    read: () => readOnly(platform, events),
    decrypt: () => readAndDecrypt(alone, spending.decrypt),
    threads: () => readAndDecrypt(platform, spending.threads),
    catchUp: () => catchUp(platform, readSideOf, spending.catchUp),
    rebuild: () => rebuild(platform, readSideOf, spending.rebuild),
    single: () => eventByEvent(platform),
  });
  const readers = await readersBeside(url, rounds, seconds, () => rebuild(platform, readSideOf, new Spending(server.pid, events)));
  await platform.close();
  await rm(stateDir, { recursive: true });
  const lines = [
    line(
      'P10',
      `projections catching up, ${events} sealed events, ${models}, one process (events)`,
      measured.catchUp,
      'reading and decrypting only, one thread',
      measured.decrypt,
      0.5,
    ),
    line(
      'P10',
      'the same against all threads (events)',
      measured.catchUp,
      'reading and decrypting only, with threads',
      measured.threads,
      0.5,
    ),
    line('P10', 'the same against the bytes alone (events)', measured.catchUp, 'reading only, nothing decrypted', measured.read, 0.5),
    line('P10', 'the same against the usual way (events)', measured.catchUp, 'a transaction per event', measured.single, 30),
    line('P11', `rebuild of ${models} (events)`, measured.rebuild, 'reading and decrypting only, one thread', measured.decrypt, 0.7),
    line(
      'P11',
      'the same against all threads (events)',
      measured.rebuild,
      'reading and decrypting only, with threads',
      measured.threads,
      0.7,
    ),
    line('P11', 'readers in another process during it, p99', readers.during, 'before it', readers.before, atMost(2), ' ms'),
  ].filter(({ id }) => only(id));
  const costs = Object.entries(spent).map(([what, said]) => `${said}: ${spending[what]}`);
  return { lines, notes: [`P10, P11: microseconds of processor time for an event; ${costs.join('; ')}`] };
}
