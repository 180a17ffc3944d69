import 'reflect-metadata';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../src/domain/audit/destruction.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { parseVerifierKey, type Verifier } from '../../src/infrastructure/seal/note/signed-note.js';
import { verifyBundle, type ProofBundle } from '../../src/infrastructure/seal/proof-bundle.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { openPlatform } from '../../src/infrastructure/system/platform.js';
import { startSystem } from '../../src/infrastructure/system/start-system.js';
import { allOf as stored } from '../infrastructure/event-store/samples.js';
import { commandLineOn } from '../support/command-line.js';
import { auditorOf, type Auditor } from '../support/outside/auditor.js';
import { erasureDrill, type ErasureDrill } from '../support/outside/world.js';
import { sameInstallation } from '../support/same-installation.js';
import { trustFigures } from '../support/trust/figures.js';

/** ERASURE_PEOPLE=5000 for the full size: a tenth of them asks for the erasure. */
const PEOPLE = Number(process.env['ERASURE_PEOPLE'] ?? 60);
const GONE = PEOPLE / 10;
const MINUTES = 60_000;
const PATIENCE = PEOPLE > 1_000 ? 30 * MINUTES : 4 * MINUTES;
const FIELDS = 30;
/** Read models show these to whoever may see them: they lie on the disk in clear, by the database's own protection of its files only. */
const IN_CLEAR = [
  'account',
  'handle',
  'reason of an emergency',
  'purpose of a look',
  ...[1, 2, 3].flatMap((n) => [`title of document ${n}`, `comments of document ${n}`]),
];
/** The log knows these, under the keys of the space. What is left of thirty are other ways to write them, and what is kept nowhere but in the blobs. */
const IN_FACTS = [
  ...['family name', 'given names', 'INS', 'INS without its key', 'birth date', 'e-mail', 'local part of the e-mail', 'postal address'],
  ...['city', 'Vitale serial', 'last eleven digits of the Vitale serial'],
  ...IN_CLEAR,
];
/** Who looked, and why, stays readable under the keys of the traces until the archive would have ended (GDPR article 17(3)(e)). */
const STAYS = 'purpose of a look';
const sum = (counts: Readonly<Record<string, number>> | readonly number[]): number =>
  Object.values(counts).reduce((all, one) => all + one, 0);
/** All steps but the last, which writes down what was counted. */
const STEPS_BEFORE = 7;
const allOf = (fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, GONE]));

describe(`Of ${PEOPLE} people, ${GONE} ask for their erasure; seen from outside`, () => {
  let drill: ErasureDrill;
  let ids: readonly string[];
  let proofs: readonly ProofBundle[];
  let verifiers: readonly Verifier[];
  let before: { readonly disk: Readonly<Record<string, number>>; readonly facts: Readonly<Record<string, number>> };
  let auditor: Auditor;
  let exported: { readonly opened: string; readonly closed: string };
  /** What docs/TRUST.md says of it; left out as long as a step fails. */
  const counted = { people: PEOPLE, destroyed: GONE, fields: FIELDS };
  let passed = 0;
  let found = NaN;
  let findings = NaN;
  const verdicts: number[] = [];

  beforeAll(async () => {
    drill = await erasureDrill({ people: PEOPLE, gone: GONE, patience: PATIENCE });
    ids = await drill.idsOf(drill.leaving);
    proofs = await drill.prove(ids.flatMap((id): StreamName[] => [`space-${id}`, `record-${id}`, `access-${id}`]));
    verifiers = (await drill.running.system.seal.status()).keys.map(parseVerifierKey);
    // Closing puts a space away: its rows go at once, so what they show is looked for before.
    before = { disk: await drill.onDisk(), facts: await drill.inFacts() };
    // What the planner keeps of the values of a table outlives its rows.
    await drill.server.count();
    auditor = await auditorOf(drill.running);
    exported = { opened: await auditor.receive('authority'), closed: await auditor.receive('pseudonymised') };
    await drill.backUp();
    await drill.askForErasure();
  }, PATIENCE);
  afterAll(async () => {
    await auditor?.end();
    await drill?.end();
  }, MINUTES);

  const holds = (bundle: ProofBundle): boolean => verifyBundle(bundle, verifiers).size > bundle.index;

  it('each has thirty secrets, and the search finds them where they must be: read models on the disk, facts under their keys', () => {
    expect(drill.leaving.map(({ canaries }) => canaries.length)).toEqual(Array.from({ length: GONE }, () => FIELDS));
    expect(before.disk).toEqual(allOf(IN_CLEAR));
    expect(before.facts).toEqual(allOf(IN_FACTS));
    passed++;
  });

  it('letters apart, nothing of them lies anywhere else, not even before', async () => {
    expect(await drill.elsewhere()).toEqual([]);
    expect(await drill.inFolder(drill.running.settings.outboxDir)).toMatchObject(allOf(['e-mail']));
    passed++;
  });

  it(
    'A10 their day comes, and nothing of them is on the disk after a rewrite, or in blobs, logs and answers',
    async () => {
      await drill.destroyed();
      await drill.sweep();
      const [disk, elsewhere, facts] = [await drill.onDisk(), await drill.elsewhere(), await drill.inFacts()];
      const { [STAYS]: stays, ...readable } = facts;
      found = sum(disk) + elsewhere.length + sum(readable);
      expect({ disk, elsewhere, readable, stays }).toEqual({ disk: {}, elsewhere: [], readable: {}, stays: GONE });
      passed++;
    },
    PATIENCE,
  );

  it(
    'question 8 each is in the register: asked for, done within three months, under a certificate that proves itself',
    async () => {
      const mes = commandLineOn(drill.running);
      const asked = ['audit', 'destructions', '--purpose', 'contrôle'];
      const { lines } = await mes.json(...asked);
      const done = {
        state: 'DONE',
        ground: 'ERASURE',
        scope: 'SPACE',
        askedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        late: false,
        space: null,
      };
      expect(lines).toEqual(Array.from({ length: GONE }, () => expect.objectContaining(done)));
      expect(await commandLineOn(drill.running, { linesOfPage: 5 }).json(...asked)).toEqual({ lines, next: null });
      expect((await mes.json(...asked, '--late')).lines).toEqual([]);
      expect((await mes.json(...asked, '--open')).lines).toEqual([]);
      await drill.sealed();
      for (const { certificate, askedOn, doneAt } of lines.slice(0, 100)) {
        expect(certificate.events).toBeGreaterThan(certificate.streams);
        expect(doneAt > askedOn).toBe(true);
        expect(holds(await mes.json('prove', certificate.stream, String(certificate.rev)))).toBe(true);
      }
      passed++;
    },
    PATIENCE,
  );

  it('those who lived the same life and stay are where they were', async () => {
    expect(Object.keys(await drill.onDiskOfThoseWhoStay()).sort()).toEqual([...IN_CLEAR].sort());
    expect(await drill.idsOf(drill.staying)).toHaveLength(drill.staying.length);
    expect(await drill.idsOf(drill.leaving)).toEqual([]);
    passed++;
  });

  it(
    'every proof that was handed out still holds, and log and seal agree',
    async () => {
      expect(proofs).toHaveLength(3 * GONE);
      for (const bundle of proofs) expect(holds(bundle)).toBe(true);
      await drill.sealed();
      const { system } = drill.running;
      const { size } = await system.seal.status();
      const checked = await system.seal.check({}, { keys: [], progress: () => undefined });
      findings = checked.count;
      expect(checked).toMatchObject({ count: 0, to: size });
      expect(checked.purged).toBeGreaterThanOrEqual(3 * GONE);
      passed++;
    },
    PATIENCE,
  );

  it(
    'every export that was made before still verifies, and one that is made later holds nothing of them but who looked at them, and why',
    async () => {
      for (const folder of Object.values(exported)) {
        const judged = await auditor.judge(folder);
        verdicts.push(judged.code);
        expect(judged).toMatchObject({ code: 0 });
      }
      expect(await drill.inFolder(exported.opened)).toMatchObject(allOf([STAYS]));
      await drill.sealed();
      for (const mode of ['authority', 'pseudonymised'] as const) {
        const later = await auditor.receive(mode);
        const judged = await auditor.judge(later);
        verdicts.push(judged.code);
        expect({ mode, ...judged }).toMatchObject({ mode, code: 0 });
        expect(await drill.inFolder(later)).toEqual(mode === 'authority' ? allOf([STAYS]) : {});
      }
      passed++;
    },
    PATIENCE,
  );

  it(
    'a backup of before brings nobody back: all are destroyed again before a door opens, and the log says so',
    async () => {
      const { running, server } = drill;
      await running.system.stop();
      expect(await drill.inFolder(join(server.folder, 'backup'))).toMatchObject(allOf(IN_CLEAR));
      await drill.restore();
      expect((await server.rows('SELECT 1 FROM registry.person WHERE space = ANY($1)', [ids])).length).toBe(GONE);
      const environment = { ...sameInstallation(running), NODE_ENV: 'test', SIMULATED_CLOCK: '1', DATABASE_URL: server.database.url };
      const settings = settingsFrom(environment, false);
      const system = await startSystem(settings, { roles: [] }, new Log(pinoFor('silent')));
      await system.stop();
      const platform = await openPlatform(settings, new Log(pinoFor('silent')));
      let cameBack: number;
      let restored: readonly number[];
      try {
        cameBack = (await platform.vault.living(ids, ['trace'])).size;
        expect(cameBack).toBe(0);
        for (const { handle } of drill.leaving) expect(await platform.registry.byHandle(handle)).toBeNull();
        for (const { handle } of drill.staying) expect(await platform.registry.byHandle(handle)).not.toBeNull();
        const audits = new Set((await stored(platform.store, 0n, ['audit'])).map(({ stream }) => stream));
        const told = await Promise.all([...audits].map((stream) => platform.journal.read<AuditEvent>(stream)));
        restored = told.flatMap(({ facts }) =>
          facts.flatMap(({ event }) => (event.type === 'StoreRestored' ? [event.destroyedAgain] : [])),
        );
        expect(restored).toEqual([GONE]);
      } finally {
        await platform.close();
      }
      await drill.sweep();
      expect(await drill.onDisk()).toEqual({});
      const [stillHolding, exportsHolding] = [proofs.filter(holds).length, verdicts.filter((code) => code === 0).length];
      const later = { exports: verdicts.length, exportsHolding, destroyedAgain: sum(restored), cameBack };
      const figures = { ...counted, forms: drill.forms, found, proofs: proofs.length, stillHolding, findings, ...later };
      if (passed === STEPS_BEFORE) trustFigures('erasure', figures);
    },
    PATIENCE,
  );
});
