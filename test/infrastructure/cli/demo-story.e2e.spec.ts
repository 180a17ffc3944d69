import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../src/infrastructure/cli/context.js';
import { run } from '../../../src/infrastructure/cli/program.js';
import { Settings } from '../../../src/infrastructure/settings/settings.js';
import { startSystem } from '../../../src/infrastructure/system/start-system.js';
import { emptyDatabase, type TestDatabase } from '../../support/database.js';

describe('the story of the demonstration', () => {
  let folder: string;
  let database: TestDatabase;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-story-'));
    database = await emptyDatabase();
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes through the doors from the file to what was revealed, and its counts agree with the log', async () => {
    const out: string[] = [];
    const err: string[] = [];
    const start: Context['runtime']['start'] = (settings, options) =>
      startSystem(new Settings({ ...settings, databaseUrl: database.url }), options);
    const context: Context = {
      runtime: { environment: {}, root: false, start, generate: () => Promise.reject(new Error('not here')) },
      out: { write: (text) => out.push(text) },
      err: { write: (text) => err.push(text) },
      interrupted: new Promise(() => undefined),
    };
    const code = await run(['demo', '--once', '--count', '120', '--state-dir', folder, '--json'], context);
    expect(err.join('')).not.toContain('mes: ');
    expect(code).toBe(0);
    const answer = JSON.parse(out.join('')) as Record<string, number | boolean>;
    const people = Number(/(\d+) people declared/.exec(err.join(''))?.[1]);
    const life = { invited: people, opposed: 3, opened: people - 2, activated: 4, closed: 1, reopened: 1 };
    const record = { deposited: 4, masked: 2, refused: 7, emergency: 1, notices: 15, revealed: 1 };
    expect(answer).toEqual({ ...life, ...record, agree: true });
  });
});
