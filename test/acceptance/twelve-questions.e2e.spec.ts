import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { MARTIN } from '../support/care.js';
import { commandLineOn } from '../support/command-line.js';
import { exportPackage, openControlWorld, PURPOSE, type ControlWorld } from '../support/control-world.js';
import { factsIn } from '../support/system.js';

const LATER = '2027-05-03T08:00:00.000Z';
const GUIDE = 'docs/how-to/answer-a-control.md';

describe('The twelve questions of a control, by the commands of the guide', () => {
  let world: ControlWorld;
  let { life, mes, space, folder, running } = {} as ControlWorld;
  const ran = new Set<string>();

  /** Runs a line with a purpose; what it answered as JSON. */
  const asked = async (...line: readonly string[]) => {
    ran.add(line.slice(0, ['audit', 'cases', 'seal'].includes(line[0] ?? '') ? 2 : 1).join(' '));
    return mes.json(...line, '--purpose', PURPOSE);
  };

  beforeAll(async () => {
    world = await openControlWorld();
    ({ life, mes, space, folder, running } = world);
    await exportPackage(world);
    await running.system.waitUntilCaughtUp();
  }, 120_000);
  afterAll(() => world.close());

  it('question 1: the register of processing activities, with purposes, recipients and retention', async () => {
    const register = await asked('audit', 'processing');
    const named: readonly string[] = register.map(({ name }: { name: string }) => name);
    for (const activity of [
      'opposition',
      'Dossier',
      'consentements',
      'Traces',
      'Registres',
      'Messages',
      'revues',
      'autorité',
      'Copies',
      'Comptes',
    ])
      expect([activity, named.filter((name) => name.includes(activity))]).toEqual([activity, [expect.any(String)]]);
    for (const { purposes, data, recipients, retention } of register)
      for (const words of [...purposes, ...data, ...recipients, retention]) expect(words).toMatch(/\S{3}/);
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

  it('question 4: who may use the system, and who did', async () => {
    const { accounts } = await asked('audit', 'accounts', '--role', 'support');
    expect(accounts).toMatchObject([{ account: `${LOCAL_ISSUER}|agent-3422` }, { account: `${LOCAL_ISSUER}|supervisor-3422` }]);
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
    const could = await asked('who-could-see', space, document.document, '2027-03-02');
    expect(could).toMatchObject({ document: document.document, law: { matrix: [{ version: 1 }] } });
    expect(could.readers).toEqual(
      expect.arrayContaining([expect.objectContaining({ reader: expect.objectContaining({ id: MARTIN.id }) })]),
    );
    const fhir = `/fhir/AuditEvent?patient=${space}`;
    const { body } = await life.done({ method: 'GET', path: fhir, as: 'compliance', headers: { 'x-purpose': 'essai' } });
    const named = (entry: readonly { resource: object }[]) => entry.map(({ resource }) => JSON.stringify(resource));
    expect(body).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
    expect(named(body.entry).filter((resource) => resource.includes(`"value":"${MARTIN.id}"`))).not.toEqual([]);
    for (const { resource } of body.entry) expect(resource).toMatchObject({ resourceType: 'AuditEvent', recorded: expect.any(String) });
  });

  it('question 6: all accesses by a professional; emergencies with their reason and what followed', async () => {
    const { accesses } = await asked('accesses', '--professional', MARTIN.id);
    expect(accesses.map(({ action }: { action: string }) => action)).toEqual(expect.arrayContaining(['ListDocuments', 'RecordConsent']));
    const emergencies = (await asked('accesses', '--break-glass')).accesses;
    expect(emergencies).toMatchObject([{ said: 'personne inconsciente', mode: 'bris_de_glace', review: { state: 'OPEN' } }]);
    const review = { cause: 'BREAK_GLASS', case: emergencies[0].review.case };
    expect((await asked('cases', 'list')).cases).toMatchObject([review]);
    expect(await asked('cases', 'show', review.case)).toMatchObject(review);
  });

  it('what is asked of a past moment is answered as it was known then, by every command that looks', async () => {
    const before = ['--as-of', '2027-03-01T00:00:00Z'];
    const { accesses } = await asked('accesses', '--break-glass');
    for (const line of [['--break-glass'], ['--professional', MARTIN.id], ['--space', space]])
      expect([line, await asked('accesses', ...line, ...before)]).toEqual([line, { accesses: [] }]);
    expect((await asked('cases', 'list', '--all', ...before)).cases).toEqual([]);
    const then = await mes.mes('cases', 'show', accesses[0].review.case, '--purpose', PURPOSE, ...before);
    expect(then).toMatchObject({ out: '', code: 1, err: expect.stringMatching(/no-such-case/) });
    expect(await asked('alerts', 'rules', ...before)).toMatchObject({ version: 1 });
  });

  it('an answer of many pages is whole, and the same as in one: as JSON, as a table, as CSV', async () => {
    const small = commandLineOn(running, { linesOfPage: 1 });
    const second = '3f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
    const put = (path: string, as: 'agent-3422' | 'compliance', body: object) => life.done({ method: 'PUT', path, as, body });
    await put(`/registers/rights-requests/${second}`, 'agent-3422', { right: 'ACCESS', channel: 'POST', reference: 'COURRIER-2' });
    const words = { facts: 'une coupure', consequences: 'aucune', measures: 'une reprise' };
    const breach = { ...words, kinds: ['AVAILABILITY'], people: 3, awareSince: '2027-03-02T08:30:00.000Z' };
    await put(`/registers/breaches/${second}`, 'compliance', breach);
    const longest = async (...line: readonly string[]): Promise<number> => {
      const asking = [...line, '--purpose', PURPOSE];
      const whole = await mes.json(...asking);
      expect([line, await small.json(...asking)]).toEqual([line, whole]);
      const [one, many] = [await mes.mes(...asking), await small.mes(...asking)];
      expect(many.out.split('\n')).toHaveLength(one.out.split('\n').length);
      return Math.max(...[whole, whole.history ?? {}].flatMap(Object.values).map((list) => (Array.isArray(list) ? list.length : 0)));
    };
    expect(await longest('accesses', '--professional', MARTIN.id)).toBeGreaterThan(1);
    expect(await longest('accesses', '--professional', MARTIN.id, '--csv')).toBeGreaterThan(1);
    expect(await longest('audit', 'requests')).toBe(2);
    expect(await longest('audit', 'breaches')).toBe(2);
    expect(await longest('audit', 'accounts', '--role', 'support')).toBeGreaterThan(1);
    expect(await longest('as-of', space, '2027-03-02T08:30:00Z')).toBeGreaterThan(1);
    expect(await longest('as-of', space, '2027-03-02T08:30:00Z', '--what', 'notices')).toBeGreaterThan(0);
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
    expect(await asked('audit', 'destructions')).toEqual({ lines: [], next: null });
    ran.add('erase');
    expect(await mes.json('erase', '--dry-run')).toMatchObject({ underWay: [] });
    await life.at(LATER);
    expect((await asked('audit', 'requests', '--late')).lines).toMatchObject(
      ['COURRIER-2', 'COURRIER-1'].map((reference) => ({ right: 'ACCESS', reference, late: true, answer: null })),
    );
  });

  it('question 11: breaches, and those that the authority does not know of after 72 hours', async () => {
    expect((await asked('audit', 'breaches', '--late')).lines).toMatchObject(
      [3, 12].map((people) => ({ people, late: true, notifiedOn: null })),
    );
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
