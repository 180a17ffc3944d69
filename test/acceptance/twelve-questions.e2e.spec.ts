import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { AccountLine } from '../../src/application/registers/accounts.queries.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { adult } from '../support/beneficiary-lines.js';
import { careIn, MARTIN } from '../support/care.js';
import { commandLineOn } from '../support/command-line.js';
import { doorsOf } from '../support/doors.js';
import { lifeOn, type Life } from '../support/life.js';
import { eventually } from '../support/read-side.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';

const BEGIN = '2027-03-02T08:00:00.000Z' as Instant;
const LATER = '2027-05-03T08:00:00.000Z';
const PURPOSE = 'contrôle CNIL 2027-4';
const GUIDE = 'docs/how-to/answer-a-control.md';
const HOLDER_LETTER = 'Votre espace santé va être créé';
const FORMER = { issuer: LOCAL_ISSUER, sub: 'supervisor-3422' };
const staff = (sub: string, role: string, more: object = {}) => ({
  ...{ issuer: LOCAL_ISSUER, sub, role, grantedOn: '2026-06-01', grantedBy: 'DRH', reason: 'prise de poste' },
  ...more,
});
const LIST = {
  of: '2027-03-01',
  accounts: [
    staff('agent-3422', 'support', { reviewedOn: '2027-01-10' }),
    staff('operator', 'operator', { grantedOn: '2026-01-05' }),
    staff('supervisor-3422', 'support', { removedOn: '2027-03-01', removedBy: 'DRH' }),
    staff('never-came', 'archivist'),
  ],
};

describe('The twelve questions of a control, by the commands of the guide', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twelve-questions-'));
  let running: RunningSystem;
  let life: Life;
  let space: string;
  let mes: ReturnType<typeof commandLineOn>;
  const ran = new Set<string>();

  /** Runs a line with a purpose; what it answered as JSON. */
  const asked = async (...line: readonly string[]) => {
    ran.add(line.slice(0, ['audit', 'cases', 'seal'].includes(line[0] ?? '') ? 2 : 1).join(' '));
    return mes.json(...line, '--purpose', PURPOSE);
  };
  const put = (path: string, as: 'agent-3422' | 'compliance', body: object) => life.done({ method: 'PUT', path, as, body });
  const accountsOf = async (...more: readonly string[]): Promise<readonly AccountLine[]> =>
    (await asked('audit', 'accounts', ...more)).accounts;
  const accountOf = async (sub: string, ...more: readonly string[]) =>
    (await accountsOf(...more)).find(({ account }) => account.endsWith(`|${sub}`));

  const export_ = async (): Promise<void> => {
    const doors = doorsOf(running);
    const recipient = await identityToRecipient(await generateX25519Identity());
    const wish = { mode: 'pseudonymised', scope: 'all', recipient, legalBasis: 'Loi 78-17, article 19', reason: 'contrôle' };
    const { body } = await doors.rest('POST', '/exports', { as: 'compliance', body: wish });
    for (const as of ['compliance-2', 'compliance-3'] as const) await doors.rest('POST', `/exports/${body.export}/approvals`, { as });
    const status = async () =>
      (await doors.rest('GET', `/exports/${body.export}`, { as: 'compliance', headers: { 'x-purpose': 'essai' } })).body.status;
    await eventually(async () => expect(await status()).toBe('GENERATED'), 60_000);
    await mes.json('export', 'download', body.export, join(folder, 'package.age'));
  };

  beforeAll(async () => {
    const [references, accounts] = [join(folder, 'references.json'), join(folder, 'accounts.json')];
    writeFileSync(references, JSON.stringify({ dpia: { reference: 'AIPD-2027-03', date: '2027-01-10' } }));
    writeFileSync(accounts, JSON.stringify(LIST));
    running = await openSystem({ SEAL_EVERY: '10', CONTROL_REFERENCES_FILE: references, STAFF_ACCOUNTS_FILE: accounts }, BEGIN);
    [life, mes] = [lifeOn(running), commandLineOn(running)];
    await life.importing([adult]);
    await life.activate('alice', await life.letterOf(adult, HOLDER_LETTER));
    space = await life.handleOf(adult);
    const doors = doorsOf(running);
    const care = careIn(doors.rest, space);
    await care.consent('dr-martin', MARTIN);
    await care.deposit('dr-martin', {
      typeCode: '11502-2',
      title: 'Résultats',
      healthcareFacilityType: 'SA07',
      practiceSetting: 'AMBULATOIRE',
    });
    expect((await doors.rest('GET', `/spaces/${space}/documents`, { as: 'dr-martin' })).status).toBe(200);
    await care.order('emergency-doctor', 'POST', 'emergency-accesses', { mode: 'bris_de_glace', reason: 'personne inconsciente' });
    await put('/registers/rights-requests/1f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10', 'agent-3422', {
      right: 'ACCESS',
      channel: 'POST',
      reference: 'COURRIER-1',
    });
    await put('/registers/breaches/2f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10', 'compliance', {
      ...{ kinds: ['CONFIDENTIALITY'], facts: 'un envoi au mauvais destinataire', consequences: 'lecture par un tiers' },
      ...{ measures: 'destruction attestée', people: 12, awareSince: BEGIN },
    });
    await life.rest({ method: 'POST', path: '/support/space-searches', as: 'supervisor-3422', body: { ins: adult.ins } });
    const auditor = { issuer: LOCAL_ISSUER, sub: 'auditor' };
    await life.done({
      method: 'POST',
      path: '/auditors',
      as: 'compliance',
      body: { ...auditor, authority: 'CNIL', until: '2027-04-01T00:00:00Z' },
    });
    await export_();
    await running.system.waitUntilCaughtUp();
  }, 120_000);
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true });
  });

  it('question 1: the register of processing activities, with purposes, recipients and retention', async () => {
    const register = await asked('audit', 'processing');
    expect(register.length).toBeGreaterThan(3);
    for (const activity of register)
      expect(activity).toMatchObject({
        purposes: [expect.any(String), ...activity.purposes.slice(1)],
        retention: expect.stringMatching(/\S/),
      });
  });

  it('question 2: the references that are written down', async () => {
    expect(await asked('audit', 'references')).toMatchObject({ dpia: { reference: 'AIPD-2027-03' }, securityPolicy: null });
  });

  it('question 3: the versions of the matrix, and its cells at a past day', async () => {
    const [first] = await asked('audit', 'matrix-versions');
    expect(first).toMatchObject({ version: 1, reason: expect.any(String) });
    const path = '/habilitation-matrix?system=1.2.250.1.71.1.2.7&code=10&asOf=2027-03-02T08:30:00Z';
    await life.at('2027-03-02T09:00:00.000Z');
    expect((await life.rest({ method: 'GET', path, as: 'compliance', headers: { 'x-purpose': 'essai' } })).body).toMatchObject({
      version: 1,
    });
    const period = ['--from', '2027-03-02T00:00:00Z', '--until', '2027-03-03T00:00:00Z'];
    expect(await asked('what-if', '--matrix', '1', '--space', space, ...period)).toMatchObject({ decisions: 1, same: 1, notReproduced: 0 });
  });

  describe('question 4: accounts with role, last use, removal date', () => {
    it('as they left facts, with the grants of the list of the identity provider', async () => {
      const agent = await accountOf('agent-3422');
      expect(agent).toMatchObject({
        role: 'support',
        acts: 1,
        looks: 1,
        refusals: 0,
        state: 'IN_FORCE',
        outsideGrant: 0,
        reviewDue: false,
      });
      expect(agent).toMatchObject({ firstUse: expect.stringMatching(/^2027-03-02T08/), grant: { source: 'IDENTITY_PROVIDER', by: 'DRH' } });
      expect(await accountOf('dr-martin')).toMatchObject({
        role: 'professional',
        actor: `professional:${MARTIN.id}`,
        state: 'NOT_TOLD',
        outsideGrant: null,
      });
      expect(await accountOf('never-came')).toMatchObject({ role: 'archivist', firstUse: null, lastUse: null, state: 'IN_FORCE' });
      expect((await accountsOf()).map(({ role }) => role)).not.toContain('person');
    });

    it('of an auditor from the log alone: for which authority, by whom, until when', async () => {
      const grant = {
        source: 'LOG',
        reason: 'CNIL',
        by: expect.stringMatching(/^compliance:/),
        until: '2027-04-01T00:00:00.000Z',
        removedOn: null,
      };
      expect(await accountOf('auditor')).toMatchObject({ state: 'IN_FORCE', grant });
    });

    it('what somebody must look into: used after its removal, used without a grant, not reviewed for a year', async () => {
      const found = await accountsOf('--findings');
      const named = Object.fromEntries(
        found.map(({ account, state, outsideGrant, reviewDue }) => [account.split('|')[1], [state, outsideGrant, reviewDue]]),
      );
      expect(named).toMatchObject({ 'supervisor-3422': ['REMOVED', 1, false], operator: ['IN_FORCE', 0, true] });
      expect(named['compliance']).toEqual(['WITHOUT_GRANT', expect.any(Number), false]);
      expect(Object.keys(named)).not.toContain('agent-3422');
      expect(await accountOf(FORMER.sub)).toMatchObject({ grant: { removedOn: '2027-02-28T23:00:00.000Z', removedBy: 'DRH' } });
    });

    it('by role, by not used since, as of a past moment, and as CSV; page by page without losing or repeating one', async () => {
      expect(new Set((await accountsOf('--role', 'support')).map(({ role }) => role))).toEqual(new Set(['support']));
      const unused = await accountsOf('--unused-since', '2027-03-01T00:00:00Z');
      expect(unused.map(({ account }) => account.split('|')[1]).sort()).toEqual(['auditor', 'never-came']);
      const before = await accountsOf('--as-of', '2026-03-01T00:00:00Z');
      expect(before.map(({ account, lastUse }) => [account.split('|')[1], lastUse])).toEqual([['operator', null]]);
      const { out } = await mes.mes('audit', 'accounts', '--csv', '--role', 'support', '--purpose', PURPOSE);
      expect(out.split('\n')[0]).toMatch(/^role;account;first use;last use;/);
      expect(out).toContain(`support;${LOCAL_ISSUER}|supervisor-3422;2027-03-02T`);
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const path = `/controls/accounts?first=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
        const { body } = await life.done({ method: 'GET', path, as: 'compliance', headers: { 'x-purpose': 'essai' } });
        seen.push(...body.accounts.map(({ actor, account }: AccountLine) => `${actor} ${account}`));
        if (body.next === null) break;
        cursor = body.next;
      }
      expect(seen).toEqual([...new Set(seen)]);
      expect(seen).toHaveLength((await accountsOf()).length);
    });

    it('and says in words which part only the identity provider knows; the look itself is a fact', async () => {
      const head = await running.system.eventStore.head();
      const { fr, listOf } = await asked('audit', 'accounts');
      expect([listOf, fr.join(' ')]).toEqual([
        '2027-03-01',
        expect.stringMatching(/liste du fournisseur d’identité du 2027-03-01.*Pro Santé Connect/s),
      ]);
      const looked = await running.inside((platform) => factsIn(platform, head, ['audit']));
      expect(looked).toMatchObject([{ event: { type: 'ComplianceLooked', action: 'ListAccounts' }, meta: { purpose: PURPOSE } }]);
    });
  });

  it('question 5: all accesses to the record of a person between two dates, with the decision', async () => {
    const { accesses } = await asked('accesses', '--space', space, '--from', '2027-03-02T00:00:00Z', '--until', '2027-03-03T00:00:00Z');
    const read = accesses.find(({ action }: { action: string }) => action === 'ListDocuments');
    expect(read).toMatchObject({
      role: 'professional',
      who: { id: MARTIN.id, facility: { id: expect.any(String) } },
      receipt: { outcome: 'ALLOW', matrix: 1 },
    });
    const [document] = (await life.rest({ method: 'GET', path: `/spaces/${space}/documents`, as: 'alice' })).body.documents;
    expect(await asked('who-could-see', space, document.document, '2027-03-02')).toBeDefined();
    const fhir = `/fhir/AuditEvent?patient=${space}`;
    const { body } = await life.done({ method: 'GET', path: fhir, as: 'compliance', headers: { 'x-purpose': 'essai' } });
    expect(body).toMatchObject({ resourceType: 'Bundle' });
  });

  it('question 6: all accesses by a professional; emergencies with their reason and what followed', async () => {
    const { accesses } = await asked('accesses', '--professional', MARTIN.id);
    expect(accesses.map(({ action }: { action: string }) => action)).toEqual(expect.arrayContaining(['ListDocuments', 'RecordConsent']));
    const emergencies = (await asked('accesses', '--break-glass')).accesses;
    expect(emergencies).toMatchObject([{ said: 'personne inconsciente', mode: 'bris_de_glace', review: { state: 'OPEN' } }]);
    expect((await asked('cases', 'list')).cases).toMatchObject([{ cause: 'BREAK_GLASS', case: emergencies[0].review.case }]);
  });

  it('question 7: what the person was told and agreed to, and under which text', async () => {
    const kinds = (await asked('audit', 'evidence', space)).map(({ kind, text }: { kind: string; text: string | null }) => [kind, text]);
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['INFORMATION', '2026-01'],
        ['TERMS', '2026-01 / 2026-01'],
        ['CONSENT', null],
      ]),
    );
  });

  it('question 9: what must be gone is gone: nothing is kept beyond its time', async () => {
    expect(await asked('audit', 'retention')).toMatchObject({ pastArchive: 0, pastErasure: 0, held: 0, underWay: 0 });
  });

  it('question 10: the log is what was sealed; a line proves itself to whoever has the key alone', async () => {
    ran.add('seal check').add('prove').add('verify').add('export');
    expect(await mes.json('seal', 'check')).toMatchObject({ count: 0 });
    const { keys } = await mes.json('seal', 'status');
    const [policy, name] = [join(folder, 'policy.txt'), join(folder, 'line')];
    writeFileSync(policy, `log ${keys[0]}\nquorum none\n`);
    const stream = (await running.inside((platform) => factsIn(platform, 0n, ['passage'])))[0]?.stream ?? '';
    await mes.json('prove', stream, '0', '--tlog-proof', name);
    const proof = ['--proof', `${name}.tlog-proof`, '--event', `${name}.event.json`, '--policy', policy];
    expect((await mes.mes('verify', ...proof)).code).toBe(0);
    const recipient = await identityToRecipient(await generateX25519Identity());
    const wish = ['--recipient', recipient, '--legal-basis', 'Loi 78-17, article 19', '--reason', 'contrôle', '--dry-run'];
    expect(await mes.json('export', 'request', ...wish)).toMatchObject({ dryRun: true, counts: { missing: 0 } });
  });

  it('question 12: no service is referenced, as this version and the matrix of the day say; what passed to others, by party and purpose', async () => {
    const { catalogue, releases } = await asked('audit', 'services');
    expect(catalogue).toMatchObject({ written: [], matrix: { version: 1, professions: expect.any(Number) } });
    expect(catalogue.roles).not.toContain('service');
    expect(catalogue.fr).toMatch(/n’a pas de catalogue de services.*matrice n° 1/s);
    const line = (party: string, what: string, purpose: string | null, direction = 'OUT') => ({
      party,
      what,
      purpose,
      direction,
      count: 1,
    });
    expect(releases).toMatchObject([
      line('AUTHORITY', 'pseudonymised', 'Loi 78-17, article 19'),
      ...['AccessConsentRecorded', 'BreakGlassUsed', 'DocumentDeposited'].map((what) => line('PROFESSIONAL', what, null, 'IN')),
      line('PROFESSIONAL', 'ListDocuments', 'CARE_TEAM'),
    ]);
    const before = await asked('audit', 'services', '--as-of', '2027-01-01T00:00:00Z');
    expect(before).toMatchObject({ catalogue: { matrix: null, fr: expect.stringMatching(/Aucune matrice/) }, releases: [] });
    const { out } = await mes.mes('audit', 'services', '--csv', '--purpose', PURPOSE);
    expect(out).toContain('AUTHORITY;OUT;pseudonymised;Loi 78-17, article 19;1;');
  });

  it('question 8: requests about rights with their delays; what would be erased', async () => {
    expect((await asked('audit', 'requests', '--late')).lines).toEqual([]);
    ran.add('erase');
    expect(await mes.json('erase', '--dry-run')).toMatchObject({ underWay: [] });
    await life.at(LATER);
    expect((await asked('audit', 'requests', '--late')).lines).toMatchObject([{ right: 'ACCESS', late: true, answer: null }]);
  });

  it('question 4: the account of an auditor whose day has passed has ended by itself', async () => {
    expect(await accountOf('auditor')).toMatchObject({ state: 'ENDED', grant: { removedOn: null } });
    expect(await accountOf('auditor', '--as-of', '2027-03-31T00:00:00Z')).toMatchObject({ state: 'IN_FORCE' });
  });

  it('question 11: breaches, and those that the authority does not know of after 72 hours', async () => {
    expect((await asked('audit', 'breaches', '--late')).lines).toMatchObject([{ people: 12, late: true, notifiedOn: null }]);
  });

  it('every command that the guide names for a question was run', () => {
    const table = readFileSync(GUIDE, 'utf8')
      .split('\n')
      .filter((line) => /^\| \d+ /.test(line));
    expect(table).toHaveLength(12);
    const named = table.flatMap((row) =>
      [...row.matchAll(/`mes ((?:audit|cases|seal) [a-z-]+|[a-z-]+)/g)].map(([, command = '']) => command),
    );
    expect([...ran].sort()).toEqual(expect.arrayContaining([...new Set(named)].sort()));
  });
});
