import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RetentionReport } from '../../src/application/registers/controls.queries.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { ROLES } from '../../src/infrastructure/settings/settings.js';
import { adult } from '../support/beneficiary-lines.js';
import { commandLineOn } from '../support/command-line.js';
import { lifeOn, type Life } from '../support/life.js';
import { eventually } from '../support/read-side.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const CLOSED = '2022-02-03T08:00:00.000Z' as Instant;
const NOTHING = { pastArchive: 0, pastErasure: 0, held: 0, underWay: 0, pastTraces: 0 };

describe('What must be gone and is not, where nothing that waits for its day is running', () => {
  let running: RunningSystem;
  let life: Life;
  let space: string;
  const report = async (): Promise<RetentionReport> =>
    commandLineOn(running).json('audit', 'retention', '--purpose', 'contrôle CNIL 2032-1');
  /** The register of destructions, as a control asks for it. */
  const register = async (...narrowed: readonly string[]) =>
    (await commandLineOn(running).json('audit', 'destructions', ...narrowed, '--purpose', 'contrôle CNIL 2032-1')).lines;
  /** The clock moves, and nothing follows from it. */
  const later = async (moment: string) => running.system.simulatedClock?.advanceTo(moment as Instant);

  beforeAll(async () => {
    const roles = ROLES.filter((role) => role !== 'timers');
    running = await openSystem({}, CLOSED, roles);
    life = lifeOn(running);
    await life.importing([adult]);
    await life.activate('alice', await life.letterOf(adult, 'Votre espace santé va être créé'));
    space = await life.handleOf(adult);
    await life.done({ method: 'PUT', path: `/spaces/${space}/closure`, as: 'alice', body: {} });
    await life.done({ method: 'PUT', path: `/spaces/${space}/erasure`, as: 'alice', body: {} });
  }, 120_000);
  afterAll(() => running.close());

  it('nothing before its day', async () => {
    await later('2022-03-05T11:00:00.000Z');
    expect(await report()).toMatchObject(NOTHING);
    // Asked for on 3 February: from 4 May on it would be late.
    const asked = { ground: 'ERASURE', scope: 'SPACE', askedOn: '2022-02-03', lateFrom: '2022-05-03T22:00:00.000Z', doneAt: null, space };
    expect(await register()).toEqual([{ state: 'WAITING', ...asked, late: false, certificate: null }]);
  });

  it('an express erasure whose day has passed and that nobody decided is counted as such', async () => {
    await later('2022-03-07T11:00:00.000Z');
    expect(await report()).toMatchObject({ ...NOTHING, pastErasure: 1 });
    expect(await register('--open')).toMatchObject([{ state: 'DUE', late: false }]);
    await later('2022-05-03T21:50:00.000Z');
    expect(await register('--late')).toEqual([]);
    await later('2022-05-03T22:00:00.000Z');
    expect(await register('--late')).toMatchObject([{ state: 'DUE', late: true, space }]);
    expect(await register('--late', '--as-of', '2022-05-01T00:00:00Z')).toEqual([]);
  });

  it('what would come of one space is shown on the command line too, of now and of a past moment, and leaves a line in its history', async () => {
    const { mes, json } = commandLineOn(running);
    expect(await json('erase', space, '--dry-run')).toMatchObject({ due: 'ERASURE', holds: [], decided: false });
    expect(await json('erase', space, '--dry-run', '--as-of', '2022-02-20T12:00:00+01:00')).toMatchObject({ due: null });
    expect(await mes('erase', '0f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10', '--dry-run')).toMatchObject({ out: '', code: 1 });
    expect(await mes('erase', space, '--confirm', '--as-of', '2022-02-20T12:00:00+01:00')).toMatchObject({ code: 2 });
    await eventually(async () => {
      const history = {
        method: 'GET',
        path: `/spaces/${space}/history?lane=ACCESS`,
        as: 'compliance',
        headers: { 'x-purpose': 'essai' },
      } as const;
      expect(JSON.stringify((await life.done(history)).body.lines)).toContain('archiviste');
    });
  });

  it('ten years after the closing the archive is counted too', async () => {
    await later('2032-02-05T11:00:00.000Z');
    expect(await report()).toMatchObject({ ...NOTHING, pastErasure: 1, pastArchive: 1 });
  });

  it('a destruction that was decided is under way until it is carried out; its traces, whose own end has come, are past it', async () => {
    expect(await commandLineOn(running).json('erase', space, '--confirm')).toMatchObject({ due: 'ERASURE', decided: true });
    await eventually(async () => expect(await report()).toMatchObject({ ...NOTHING, underWay: 1, pastTraces: 1 }));
    expect(await register()).toMatchObject([{ state: 'UNDER_WAY', ground: 'ERASURE', late: true, certificate: null }]);
  });

  it('names the oldest fact of every category, and none of a category that has none', async () => {
    const { oldest } = await report();
    const of = Object.fromEntries(oldest.map(({ category, at }) => [category, at]));
    expect(of).toMatchObject({ matrix: expect.stringMatching(/^2022-02-03T/), alert: expect.stringMatching(/^2022-02-03T/) });
    expect(of).toMatchObject({ audit: expect.stringMatching(/^2022-/), export: null, case: null, breach: null });
  });
});
