import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokenLedger, DeletionLedger, type LedgerEntry } from '../../../src/infrastructure/erasure/deletion-ledger.js';

const entryOf = (space: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  v: 1,
  on: '2026-11-22T08:00:00.000Z',
  space,
  scope: 'SPACE',
  ground: 'ERASURE',
  streams: [`space-${space}`],
  blobs: [],
  suppression: null,
  ...more,
});

describe('The deletion ledger', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-ledger-'));
    path = join(folder, 'apart', 'ledger.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is empty where nothing was destroyed yet, and for its owner alone', async () => {
    expect(await new DeletionLedger(path).entries()).toEqual([]);
    await new DeletionLedger(path).add(entryOf('a'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('tells every destruction once, however often it was written', async () => {
    const ledger = new DeletionLedger(path);
    for (const entry of [entryOf('a'), entryOf('b'), entryOf('a'), entryOf('a', { scope: 'TRACE' })]) await ledger.add(entry);
    expect(await ledger.entries()).toEqual([entryOf('a'), entryOf('b'), entryOf('a', { scope: 'TRACE' })]);
  });

  it('bears a line that a crash cut, at the end and when the next one follows', async () => {
    const ledger = new DeletionLedger(path);
    await ledger.add(entryOf('a'));
    await ledger.add(entryOf('b'));
    await truncate(path, (await readFile(path)).length - 20);
    expect(await ledger.entries()).toEqual([entryOf('a')]);
    await ledger.add(entryOf('b'));
    expect(await ledger.entries()).toEqual([entryOf('a'), entryOf('b')]);
  });

  it('opens nothing when something else wrote into it', async () => {
    const ledger = new DeletionLedger(path);
    await ledger.add(entryOf('a'));
    await appendFile(path, 'not ours\n');
    await expect(ledger.entries()).rejects.toThrow(BrokenLedger);
  });
});
