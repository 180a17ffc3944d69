import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CampaignImport } from '../../src/application/enrolment/campaign-import.js';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { adult, child, csvOf } from '../support/beneficiary-lines.js';
import { callerAs, campaignWorld, KNOWN, operator, type CampaignWorld } from '../support/campaign-world.js';
import { commandLineOn } from '../support/command-line.js';
import { underLostKey } from '../support/poison.js';
import { declared } from '../support/read-side.js';
import { meta } from '../support/sealed-log.js';

const ID = '2026-cpam-031';
const crowd = [...inventPeople({ count: 300, seed: 'crowd', year: 2026, children: 0 })];

let world: CampaignWorld;
beforeEach(async () => {
  world = await campaignWorld();
});
afterEach(() => world.close());

describe('an import', () => {
  it('declares and invites, counts, and lists what it rejects by line and code only', async () => {
    await world.open(ID);
    const minorAlone = { ...child, ins: '110054499991163', birth_date: '2010-05-02', representative_1_ins: '' };
    const wrongKey = { ...adult, ins: '185067599990140' };
    const withoutMailbox = { ...adult, ins: '185067599990139', sex: 'M', birth_date: '1985-06-01', email: '' };
    const { counts, rejected } = await world.import(ID, [
      adult,
      child,
      minorAlone,
      wrongKey,
      withoutMailbox,
      { ...adult, city: 'Fictiville' },
    ]);
    expect(counts).toMatchObject({ lines: 6, declared: 2, known: 0, suppressed: 0, deferred: 1, rejected: 3 });
    expect(rejected).toEqual(['4:import/minor-without-representative', '5:identity/ins-wrong-key', '7:import/second-line']);
    expect((await world.events()).counts).toEqual({
      CampaignOpened: 1,
      PersonDeclaredEligible: 2,
      InvitationSent: 2,
      ProvisionalCodeIssued: 2,
      CampaignFileImported: 1,
    });
  });

  it('of the same file again adds nothing and records the same counts', async () => {
    await world.open(ID);
    const first = await world.import(ID, crowd.slice(0, 50));
    const before = await world.events();
    const second = await world.import(ID, crowd.slice(0, 50));
    expect(await world.events()).toEqual(before);
    expect(second.counts).toEqual(first.counts);
    expect([first.declaredEarlier, second.declaredEarlier]).toEqual([0, 50]);
  });

  it('of another file with the same people counts them as known', async () => {
    await world.open(ID);
    await world.import(ID, crowd.slice(0, 20));
    const { counts } = await world.import(ID, crowd.slice(10, 40));
    expect(counts).toMatchObject({ declared: 20, known: 10 });
  });

  it('that breaks in the middle is finished by running the file again, nothing twice', async () => {
    await world.open(ID);
    const broken = world.import(ID, crowd, ({ phase, done }) => {
      if (phase === 'PROCESSING' && done >= 128) throw new StoreUnavailable('cut off');
    });
    await expect(broken).rejects.toThrow('cut off');
    expect((await world.events()).counts).toMatchObject({ PersonDeclaredEligible: 128 });
    const { counts, declaredEarlier } = await world.import(ID, crowd);
    expect(counts).toMatchObject({ lines: 300, declared: 300, known: 0 });
    expect(declaredEarlier).toBe(128);
    expect((await world.events()).counts).toMatchObject({ PersonDeclaredEligible: 300, InvitationSent: 300, CampaignFileImported: 1 });
  });

  describe('of people of whom some are out of reach', () => {
    const file = crowd.slice(0, 150);
    const idOf = async (n: number): Promise<string> => {
      const address = await world.log.registry.reserve(file[n]?.ins ?? '');
      if (address === 'suppressed') throw new Error('nobody is suppressed here');
      return address.id;
    };
    const without = (...missing: readonly number[]) => 150 - missing.length;

    it('passes over who stands still, declares and invites everybody else, and takes him when the place is released', async () => {
      await world.open(ID);
      const [ill, still] = [await idOf(40), await idOf(90)];
      const facts = [{ ...declared(), ins: file[40]?.ins ?? '' }];
      await underLostKey(world.log, KNOWN).append({ stream: `space-${ill}`, expected: -1, facts, at: instantOf(Date.now()), meta: meta() });
      await world.log.quarantine.report({ stream: `notices-${still}`, rev: 0, position: 1n, fault: 'ALTERED' });
      for (const declaredEarlier of [0, without(40, 90)]) {
        const { counts, rejected, ...result } = await world.import(ID, file);
        expect(result).toEqual({ declaredEarlier, heldBack: false, outOfReach: 2 });
        expect([counts.declared, counts.known, counts.suppressed, rejected]).toEqual([without(40, 90), 0, 0, []]);
      }
      const { counts: written } = await world.events();
      expect([written['InvitationSent'], written['CampaignFileImported']]).toEqual([without(40, 90), undefined]);

      for (const { id } of await world.log.quarantine.all()) await world.log.quarantine.settle(id, 'RELEASED');
      const { counts, outOfReach } = await world.import(ID, file);
      expect([counts.declared, counts.known, outOfReach]).toEqual([150, 0, 0]);
      expect((await world.events()).counts).toMatchObject({ InvitationSent: 150, CampaignFileImported: 1 });
    });

    it('says so on the command line, which fails, and says no more about him', async () => {
      await world.open(ID);
      await world.import(ID, file.slice(0, 5));
      await world.log.quarantine.report({ stream: `notices-${await idOf(6)}`, rev: 0, position: 1n, fault: 'ALTERED' });
      await world.log.vault.destroyRing(await idOf(3), instantOf(Date.now()));
      const system = { import: world.module.get(CampaignImport), campaigns: world.campaigns };
      const { mes } = commandLineOn({ system, settings: { databaseUrl: 'postgres://nowhere/x' }, stateDir: world.folder } as never);
      await world.import(ID, file.slice(0, 8));
      const said = await mes(
        'campaign',
        'import',
        join(world.folder, 'people.csv'),
        '--campaign',
        ID,
        '--report',
        join(world.folder, 'no.csv'),
      );
      expect([said.code, said.err]).toEqual([1, expect.stringContaining('people out of reach: 2')]);
      expect((await readFile(join(world.folder, 'no.csv'), 'utf8')).trim().split('\n')).toHaveLength(1);
    });

    it('passes over who is being destroyed, and says nothing of his line', async () => {
      await world.open(ID);
      await world.import(ID, file.slice(0, 10));
      await world.log.vault.destroyRing(await idOf(3), instantOf(Date.now()));
      const { counts, rejected, outOfReach } = await world.import(ID, file.slice(0, 20));
      expect([counts.declared, counts.known, outOfReach, rejected]).toEqual([10, 9, 1, []]);
    });
  });

  it('skips in silence those who had their space destroyed', async () => {
    await world.open(ID);
    const { digest } = world.log.peppers.suppression(adult.ins)[0];
    await world.log.pools.pool('mes_vault').query('INSERT INTO registry.suppression VALUES ($1)', [digest]);
    const { counts } = await world.import(ID, [adult, ...crowd.slice(0, 3)]);
    expect(counts).toMatchObject({ declared: 3, suppressed: 1, rejected: 0 });
  });

  it('into a paused campaign declares and invites nobody; resumed, the same file invites them', async () => {
    await world.open(ID);
    await world.campaigns.pause(ID, 'wrong leaflet', callerAs(operator));
    expect((await world.import(ID, crowd.slice(0, 30))).heldBack).toBe(true);
    expect((await world.events()).counts).toMatchObject({ PersonDeclaredEligible: 30 });
    expect((await world.events()).counts['InvitationSent']).toBeUndefined();
    await world.campaigns.resume(ID, callerAs(operator));
    expect((await world.import(ID, crowd.slice(0, 30))).heldBack).toBe(false);
    expect((await world.events()).counts).toMatchObject({ PersonDeclaredEligible: 30, InvitationSent: 30 });
  });

  it('writes people in an order that does not follow the file', async () => {
    await world.open(ID);
    await world.import(ID, crowd);
    const began = (await world.events()).began.filter((stream) => stream.startsWith('space-'));
    const place = new Map<string, number>();
    for (const [i, { ins }] of crowd.entries()) place.set(`space-${(await world.log.registry.byIns(ins))?.id}`, i);
    const places = began.map((stream) => place.get(stream) ?? -1);
    expect(new Set(places).size).toBe(300);
    const rising = places.filter((here, i) => i > 0 && here > (places[i - 1] ?? 0)).length;
    // Half of the neighbours rise in a shuffled order; all of them in the order of the file.
    expect(rising).toBeGreaterThan(100);
    expect(rising).toBeLessThan(200);
  });

  it('of 5,000 people keeps its memory flat: what it holds does not grow with the file', async () => {
    const held: number[] = [];
    const file = [...inventPeople({ count: 5_000, seed: 'many', year: 2026 })];
    await world.open(ID);
    const { counts } = await world.import(ID, file, ({ phase, done }) => {
      if (phase === 'PROCESSING' && done % 1_280 === 0) held.push(process.memoryUsage().arrayBuffers);
    });
    expect(counts.declared + counts.deferred).toBe(5_000);
    expect(held.length).toBeGreaterThan(2);
    expect(Math.max(...held) - Math.min(...held)).toBeLessThan(64 * 1024 * 1024);
  }, 120_000);

  it('needs an open campaign, and a file with all its columns', async () => {
    await expect(world.import(ID, [adult])).rejects.toMatchObject({ rejection: { rejected: 'enrolment/no-such-campaign' } });
    await world.open(ID);
    const cut = csvOf([adult]).replace('regime', 'fund');
    await expect(world.import(ID, cut)).rejects.toMatchObject({ rejection: { rejected: 'import/missing-column' } });
  });

  it('that is only rehearsed judges and counts, and writes nothing', async () => {
    const { counts } = await world.rehearse(ID, [adult, child, { ...adult, sex: 'X' }]);
    expect(counts).toMatchObject({ lines: 3, declared: 1, deferred: 1, rejected: 1 });
    expect((await world.events()).counts).toEqual({});
  });
});
