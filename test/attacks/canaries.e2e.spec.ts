import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { people } from '../../src/infrastructure/identity/personas.js';
import { receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { bytesOfRecord } from '../kurrentdb/loopback.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';
import { bytesOf, canaries, formsOf, foundIn, person } from './canary.js';
import { ofRecord } from './canary-record.js';
import { contentsOf, liveThroughEverything } from './canary-life.js';
import { trustFigures } from '../support/trust/figures.js';

describe('a person lived through everything, and many tried to make the system repeat who she is', () => {
  let running: RunningSystem;
  let life: Awaited<ReturnType<typeof liveThroughEverything>>;
  /** The canaries, with the codes of her messages: no answer repeats them. */
  let hers: Readonly<Record<string, string>>;
  /** And with the words of her record, which whoever may is shown. */
  let sought: Readonly<Record<string, string>>;
  let streamId: string;

  beforeAll(async () => {
    running = await openSystem({ LOG_LEVEL: 'trace' });
    life = await liveThroughEverything(running);
    const codes = life.codes.flatMap((code, n) => [
      [`code ${n}`, code] as const,
      [`code ${n} without its dash`, code.replace('-', '')] as const,
    ]);
    hers = { ...canaries, ...Object.fromEntries(codes) };
    sought = { ...hers, ...ofRecord };
    streamId = await running.inside(async ({ registry }) => (await registry.byIns(person.ins))?.id ?? '');
  });
  afterAll(() => running.close());

  const metrics = async () => (await running.app.inject('/metrics')).payload;
  const tablesOf = async (...schemas: string[]): Promise<string[]> => {
    const rows = await running.rows(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = ANY($1) ORDER BY 1`,
      [schemas],
    );
    return rows.map(({ name }) => String(name));
  };
  const bytesIn = async (table: string): Promise<Buffer> =>
    Buffer.concat([
      ...(await running.rows(`SELECT * FROM ${table}`)).map(bytesOf),
      ...(table === 'log.event' ? await elsewhereLogged() : []),
    ]);
  /** Events that lie on a server of their own. */
  const elsewhereLogged = async (): Promise<Buffer[]> => ((await running.logServer?.records()) ?? []).map(bytesOfRecord);

  describe('the search itself finds what there is to find', () => {
    it.each(Object.entries({ ...canaries, ...ofRecord }))('the %s, in every form, between other bytes', (name, text) => {
      for (const form of formsOf(text)) expect(foundIn(`…${form}…`, { [name]: text })).not.toEqual([]);
    });

    it('a base64 text, wherever the words begin in it', () => {
      for (const before of ['', 'a', 'ab', 'abc'])
        expect(foundIn(Buffer.from(`${before}${person.family_name}z`).toString('base64'), canaries)).not.toEqual([]);
    });

    it('all of it in the decrypted facts', async () => {
      const facts = await running.inside((platform) =>
        factsIn(platform, 0n, ['space', 'passage', 'actor', 'campaign', 'access', 'record']),
      );
      const text = JSON.stringify(facts.map(({ event, meta }) => ({ event, meta })));
      for (const item of ['family_name', 'given_names', 'ins', 'birth_date', 'birth_place', 'email', 'address', 'city'] as const)
        expect(text).toContain(person[item]);
      expect(text).toContain(person.vitale_serial);
      const ofAccess = [
        'reason of an emergency',
        'name of a professional',
        'identifier of a professional',
        'identifier of who is blocked',
      ] as const;
      for (const item of ofAccess) expect(text).toContain(ofRecord[item]);
      expect(text).not.toContain(ofRecord.content);
      const types = [
        'ProvisionalCodeRefused',
        'InvitationBounced',
        'OppositionWithdrawn',
        'SpaceReopened',
        'AccessGranted',
        'AccessDenied',
        'BreakGlassUsed',
      ];
      expect([...new Set(facts.map(({ event }) => event.type))]).toEqual(expect.arrayContaining(types));
    });

    it('and every word of her record in what whoever may is shown', () => {
      const shown = life.heard.join('\n');
      const { 'file name': _, ...words } = ofRecord;
      for (const text of Object.values(words)) expect(shown).toContain(text);
    });

    it('name, e-mail, address and codes in the messages', async () => {
      const messages = (await receivedIn(running.settings.outboxDir)).map(({ head, text }) => `${head}\n${text}`).join('\n');
      for (const words of [person.email, person.family_name, person.address, ...life.codes]) expect(messages).toContain(words);
      expect(life.codes.length).toBeGreaterThanOrEqual(2);
    });

    it('her stream id in the names of streams, and the clear types in the headers', async () => {
      const events = await bytesIn('log.event');
      expect(foundIn(events, { id: streamId, type: 'PersonDeclaredEligible' })).toHaveLength(2);
    });
  });

  describe('nothing of her lies in clear', () => {
    it('in any table of the log, the vault, the processes and the registry: names of streams, headers, bodies, deadlines, checkpoints', async () => {
      const tables = await tablesOf('log', 'vault', 'process', 'registry', 'read_next', 'public');
      expect(tables).toEqual(
        expect.arrayContaining(['log.event', 'vault.key', 'process.deadline', 'process.checkpoint', 'registry.person', 'registry.code']),
      );
      for (const table of tables) expect({ table, found: foundIn(await bytesIn(table), sought) }).toEqual({ table, found: [] });
      expect(await running.rows('SELECT 1 FROM process.deadline')).not.toEqual([]);
    });

    it('in the statements the database shows to its administrator, or in its log', async () => {
      const statements = await running.rows('SELECT query FROM pg_stat_activity WHERE datname = current_database()');
      const [server] = await running.rows(`SELECT current_setting('data_directory') AS data`);
      // A server that was given to the tests may keep its log anywhere; ours keeps it beside its data.
      const ours = process.env['TEST_DATABASE_URL'] === undefined ? await readFile(join(String(server?.['data']), '..', 'server.log')) : '';
      expect(foundIn(JSON.stringify(statements), sought)).toEqual([]);
      expect(foundIn(ours, sought)).toEqual([]);
    });

    it('in the log lines of the process, at the level that says most', () => {
      expect(running.lines.length).toBeGreaterThan(200);
      expect(foundIn(running.lines.join(''), sought)).toEqual([]);
    });

    it('in the metrics', async () => {
      expect(await metrics()).toContain('commands_total{command="OpenCampaign",outcome="done"}');
      expect(foundIn(await metrics(), sought)).toEqual([]);
    });

    it('in any answer of a door, its headers and its refusals included', () => {
      expect(life.heard.length).toBeGreaterThan(200);
      for (const answer of life.heard) expect({ answer, found: foundIn(answer, hers) }).toEqual({ answer, found: [] });
      const found = [...life.heard.flatMap((answer) => foundIn(answer, hers)), ...foundIn(running.lines.join(''), sought)];
      trustFigures('canaries', {
        fields: Object.keys(sought).length,
        answers: life.heard.length,
        lines: running.lines.length,
        found: found.length,
      });
    });

    it('nor any word of her record in a refusal of a door', () => {
      const refusals = life.heard.filter((answer) => /^[45]/.test(answer) || answer.includes('"errors":'));
      expect(refusals.length).toBeGreaterThan(200);
      for (const answer of refusals) expect({ answer, found: foundIn(answer, sought) }).toEqual({ answer, found: [] });
    });

    it('in the names of messages', async () => {
      const names = await readdir(running.settings.outboxDir, { recursive: true });
      expect(names.some((name) => name.endsWith('.eml')) && names.some((name) => name.endsWith('.txt'))).toBe(true);
      expect(foundIn(names.join('\n'), { ...sought, streamId, handle: life.handle })).toEqual([]);
    });

    it('in the state folder while her line is staged', () => {
      expect(life.staging.toString('latin1')).toContain('/import-');
      expect(foundIn(life.staging, sought)).toEqual([]);
    });

    it('in the state folder afterwards: secrets, keys of the issuers, clock, bytes of documents', async () => {
      const [blobs, ...files] = (await readdir(running.stateDir)).filter((name) => name !== 'outbox').sort();
      expect(files).toEqual([
        'clock-ahead-ms',
        'demo-facility-client.jwk',
        'facility-issuer.jwk',
        'local-issuer.jwk',
        'seal-keys.json',
        'seal-keys.json.head',
        'secrets.json',
      ]);
      expect(foundIn(contentsOf(`${running.stateDir}/${blobs}`), sought)).toEqual([]);
      for (const name of files) expect(foundIn(await readFile(`${running.stateDir}/${name}`), sought)).toEqual([]);
      expect(foundIn(contentsOf(running.settings.outboxDir), sought)).not.toEqual([]);
    });

    it('in the report of rejected lines', () => {
      expect(life.report.trim().split('\n')).toEqual(['line;code', '3;import/malformed-email', '4;import/second-line']);
    });
  });

  describe('who is who stays inside', () => {
    it('her stream id is in no answer, no log line, no metric, no message', async () => {
      const elsewhere = [...life.heard, ...running.lines, await metrics(), contentsOf(running.settings.outboxDir).toString('latin1')];
      const ids = { streamId, 'without dashes': streamId.replaceAll('-', '') };
      for (const text of elsewhere) expect({ text, found: foundIn(text, ids) }).toEqual({ text, found: [] });
    });

    it('her handle is in no log line, no metric, and not in clear in the log or the calendar', async () => {
      const tables = await tablesOf('log', 'vault', 'process');
      const elsewhere = [running.lines.join(''), await metrics(), ...(await Promise.all(tables.map(bytesIn)))];
      for (const bytes of elsewhere) expect(foundIn(bytes, { handle: life.handle })).toEqual([]);
    });

    it('accounts and agents are named in no log line, no metric, no clear column', async () => {
      const subjects = Object.fromEntries(['alice', 'bruno', 'agent-3422'].map((name) => [name, people[name as 'alice'].sub]));
      const tables = await tablesOf('log', 'vault', 'process', 'registry');
      const elsewhere = [running.lines.join(''), await metrics(), ...(await Promise.all(tables.map(bytesIn)))];
      for (const bytes of elsewhere) expect(foundIn(bytes, subjects)).toEqual([]);
    });

    it('no stranger is told that she exists: a space of hers and a space of nobody give the same refusal', () => {
      const refusals = life.heard.filter((answer) => answer.includes('access/nothing-here'));
      expect(refusals.length).toBeGreaterThan(1);
      for (const refusal of refusals) expect(foundIn(refusal, { handle: life.handle, streamId })).toEqual([]);
    });
  });
});
