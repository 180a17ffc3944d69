import 'reflect-metadata';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { doorsOf } from '../../support/doors.js';
import { decrypted, policyOf, unpacked } from '../../support/opened-package.js';
import { Program } from '../../support/program.js';
import { eventually } from '../../support/read-side.js';
import { sameInstallation } from '../../support/same-installation.js';
import { openSystem, type RunningSystem } from '../../support/system.js';

const STACK = /^\s+at .*:\d+:\d+\)?$/m;

/** Nothing makes exports here but the command line. */
describe('mes export on a shell', () => {
  let running: RunningSystem;
  let folder: string;
  let identity: string;
  let request: readonly string[];

  const started = (...line: readonly string[]): Program => Program.under(sameInstallation(running), ...line);
  const mes = async (...line: readonly string[]) => {
    const program = started(...line);
    const code = await program.exit();
    expect(program.output).not.toMatch(STACK);
    return { code, said: program.output };
  };
  /** What a line that succeeds answers. */
  const answered = async <T>(...line: readonly string[]): Promise<T> => {
    const { code, said } = await mes(...line);
    if (code !== 0) throw new Error(`mes ${line.join(' ')} ended with ${code}: ${said}`);
    // Where work takes long, how far it is stands before the answer.
    return JSON.parse(said.replace(/^leaves: .*\n/gm, '')) as T;
  };
  const path = (name: string): string => join(folder, name);

  beforeAll(async () => {
    running = await openSystem({ SEAL_EVERY: '10' }, undefined, ['api', 'projections', 'processes', 'sealer']);
    folder = await mkdtemp(join(tmpdir(), 'mes-shell-'));
    identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    request = ['export', 'request', '--recipient', recipient, '--legal-basis', 'Loi 78-17, art. 19', '--reason', 'contrôle'];
    await running.system.waitUntilCaughtUp();
  });
  afterAll(async () => {
    await running.close();
    await rm(folder, { recursive: true });
  });

  it('counts chosen events from a list or a file, and says what is wrong with either', async () => {
    const chosen = (events: string) => [...request, '--mode', 'nominative', '--dry-run', '--events', events];
    await writeFile(path('places'), '0\n2\n');
    for (const events of ['0, 2', path('places')])
      expect(await answered(...chosen(events))).toMatchObject({ counts: { events: 2, opened: 2 }, dryRun: true });
    expect(await mes(...chosen('0 99999999'))).toMatchObject({ code: 1, said: expect.stringContaining('audit/export-events-unknown') });
    await writeFile(path('places'), 'all');
    expect(await mes(...chosen(path('places')))).toMatchObject({ code: 1, said: expect.stringContaining('--events takes places') });
    expect(await mes(...chosen('0'), '--space', 'x')).toMatchObject({ code: 2 });
  });

  it('asks, is approved by two people, makes, fetches, and what was fetched opens and verifies', async () => {
    const { export: id } = await answered<{ export: string }>(...request);
    expect(await mes('export', 'approve', id)).toMatchObject({ code: 0 });
    const again = await mes('export', 'approve', id);
    expect(again).toEqual({
      code: 1,
      said: 'mes: refused: You approved this export before: somebody else must approve it. (audit/already-approved)\n',
    });
    expect(await mes('export', 'download', id, path('too-soon'))).toMatchObject({ code: 1, said: expect.stringContaining('is not ready') });
    await expect(access(path('too-soon'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await doorsOf(running).rest('POST', `/exports/${id}/approvals`, { as: 'compliance-2' })).status).toBe(200);

    const broken = started('export', 'run');
    await eventually(async () => expect(await readdir(join(running.settings.exportDir, id))).toHaveLength(1));
    expect(await broken.stop()).toBe(0);
    expect(await answered('export', 'run')).toMatchObject({ interrupted: false });
    expect(await answered('export', 'status', id, '--purpose', 'contrôle')).toMatchObject([
      { export: id, status: 'GENERATED', progress: null },
    ]);
    await eventually(async () => expect(await running.rows(`SELECT 1 FROM process.export_job WHERE not_before > now()`)).toEqual([]));
    await running.system.makeExports(new AbortController().signal);

    const full = Program.limited(1, sameInstallation(running), 'export', 'download', id, path('package.tar.age'));
    expect(await full.exit()).toBe(1);
    await expect(access(path('package.tar.age'))).rejects.toMatchObject({ code: 'ENOENT' });
    await answered('export', 'download', id, path('package.tar.age'));
    await answered('export', 'download', id, path('proof'), '--what', 'proof');
    await answered('export', 'download', id, path('event'), '--what', 'event');
    const tar = await decrypted(await readFile(path('package.tar.age')), identity);
    await unpacked(tar, path('open'));
    await writeFile(path('package.tar'), tar);
    await writeFile(path('policy'), policyOf((await running.system.seal.status()).keys));
    const [name = ''] = await readdir(path('open'));
    expect(await mes('verify', join(path('open'), name), '--policy', path('policy'))).toMatchObject({ code: 0 });
    const receipt = ['--proof', path('proof'), '--event', path('event'), '--archive', path('package.tar'), '--policy', path('policy')];
    expect(await mes('verify', ...receipt)).toMatchObject({ code: 0 });
  }, 180_000);

  it('calls one off, which is then not made, and says so to who approves it', async () => {
    const { export: id } = await answered<{ export: string }>(...request);
    await answered('export', 'cancel', id);
    expect(await mes('export', 'approve', id)).toMatchObject({ code: 1, said: expect.stringContaining('(audit/export-over)') });
    expect(await answered('export', 'run')).toEqual({ steps: 0, interrupted: false });
  }, 60_000);

  it('says what is wrong with an id or a line, without a stack', async () => {
    const unknown = '0193b1c2-0000-7000-8000-00000000e001';
    expect(await mes('export', 'cancel', unknown)).toEqual({
      code: 1,
      said: 'mes: refused: There is no such export. (audit/no-such-export)\n',
    });
    const { code, said } = await mes('export', 'request');
    expect([code, said]).toEqual([2, expect.stringMatching(/^error: required option '--recipient <age1…>' not specified/)]);
  }, 60_000);
});
