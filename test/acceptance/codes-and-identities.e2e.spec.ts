import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { refusalOfRpps } from '../../src/domain/enrolment/beneficiary.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { BeneficiariesCsv } from '../../src/infrastructure/campaign/beneficiaries-csv.js';
import { operatorHere } from '../../src/infrastructure/cli/context.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { startSystem } from '../../src/infrastructure/system/start-system.js';
import { adult, csvOf } from '../support/beneficiary-lines.js';
import { freshDatabase } from '../support/database.js';
import { lifeOn, type Life } from '../support/life.js';
import { openSystem } from '../support/system.js';

const INVITED = '2022-02-03T08:00:00.000Z' as Instant;
const INVITATION = 'Votre espace santé va être créé';
const WRONG_KEY = { ...adult, ins: `${adult.ins.slice(0, 13)}99` };

async function withLife(live: (life: Life) => Promise<void>): Promise<void> {
  const running = await openSystem({}, INVITED);
  try {
    await live(lifeOn(running));
  } finally {
    await running.close();
  }
}

describe('Codes', () => {
  it('A6 a code serves once, for six weeks, and no two are sent within 30 seconds: three distinct refusals', () =>
    withLife(async (life) => {
      await life.importing([adult]);
      expect(await life.requestCode(adult)).toMatchObject({ status: 429, body: { code: 'enrolment/code-asked-too-soon' } });
      const first = await life.letterOf(adult, INVITATION);

      await life.at('2022-03-17T22:59:50.000Z');
      expect((await life.requestCode(adult)).status).toBe(202);
      const again = await life.requestCode(adult);
      expect(again).toMatchObject({ status: 429, body: { code: 'enrolment/code-asked-too-soon' } });
      expect(again.headers.get('retry-after')).toBe('30');
      const second = await life.letterOf(adult, 'Votre nouveau code provisoire');
      expect(await life.activate('alice', first)).toMatchObject({ status: 409, body: { code: 'enrolment/code-superseded' } });

      await life.at('2022-04-28T22:00:00.000Z');
      expect(await life.activate('alice', second)).toMatchObject({ status: 409, body: { code: 'enrolment/code-expired' } });
    }));

  it('A6 a code that was used is used up, for everybody', () =>
    withLife(async (life) => {
      await life.importing([adult]);
      const letter = await life.letterOf(adult, INVITATION);
      expect(await life.activate('alice', letter)).toMatchObject({ status: 200 });
      const used = { status: 409, body: { code: 'enrolment/code-already-used' } };
      expect(await life.activate('bruno', letter)).toMatchObject(used);
      expect(await life.oppose(letter)).toMatchObject(used);
    }));
});

describe('Identities', () => {
  it('A33 an INS with a wrong key is refused by the import and by the doors, with the same code', () =>
    withLife(async (life) => {
      expect(await life.importing([WRONG_KEY])).toMatchObject({
        counts: { declared: 0, rejected: 1 },
        rejected: ['2:identity/ins-wrong-key'],
      });
      const search = { method: 'POST', path: '/support/space-searches', as: 'agent-3422', body: { ins: WRONG_KEY.ins } } as const;
      expect(await life.rest(search)).toMatchObject({ status: 400, body: { code: 'identity/ins-wrong-key' } });
      expect(await life.requestCode(WRONG_KEY)).toMatchObject({ status: 400, body: { code: 'identity/ins-wrong-key' } });
    }));

  it('A33 a test identity is refused in production settings, a real one everywhere else', async () => {
    expect(await importedInProduction()).toEqual(['2:identity/test-ins-in-production']);
    await withLife(async (life) => {
      const real = { ...adult, ins_oid: '1.2.250.1.213.1.4.8' };
      expect((await life.importing([real])).rejected).toEqual(['2:identity/real-ins-outside-production']);
    });
  });

  it('A33 an RPPS that fails Luhn is refused with a code of its own', () => {
    expect(refusalOfRpps(`1010101010${luhnOf('1010101010')}`)).toBeNull();
    expect(refusalOfRpps(`1010101010${(luhnOf('1010101010') + 1) % 10}`)).toMatchObject({ rejected: 'identity/rpps-invalid' });
  });
});

/** The check digit, by another method than the code's: the number that completes the sum of the doubled digits to a multiple of ten. */
const luhnOf = (digits: string): number => {
  const doubled = [...digits].reverse().map((digit, i) => (i % 2 === 0 ? [...String(Number(digit) * 2)] : [digit]));
  return (10 - (doubled.flat().reduce((sum, digit) => sum + Number(digit), 0) % 10)) % 10;
};

/** The rejected lines of a test identity on a system that starts with the settings of production, without doors. */
async function importedInProduction(): Promise<readonly string[]> {
  const database = await freshDatabase();
  const stateDir = await mkdtemp(join(tmpdir(), 'mes-production-'));
  const environment = {
    NODE_ENV: 'production',
    SEAL_ORIGIN: 'journal.example/main',
    DATABASE_URL: database.url,
    STATE_DIR: stateDir,
    ALLOW_EMBEDDED_KEK: '1',
    ANTIVIRUS: 'clamd://127.0.0.1:3310',
    LOG_LEVEL: 'silent',
  };
  const system = await startSystem(settingsFrom({ ...environment, ROLES: 'projections' }, false), { roles: ['projections'] });
  try {
    const path = join(stateDir, 'people.csv');
    await writeFile(path, csvOf([adult]));
    await system.campaigns.open('essai', 'Essai', operatorHere(system.clock));
    const rejected: string[] = [];
    const rejections = { add: async (line: number, code: string) => void rejected.push(`${line}:${code}`) };
    await system.import.run({ campaign: 'essai', file: new BeneficiariesCsv(path), rejections });
    return rejected;
  } finally {
    await system.stop();
    await database.drop();
    await rm(stateDir, { recursive: true });
  }
}
