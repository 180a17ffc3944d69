import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../../src/application/shared/pause.js';
import { receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { Dice } from '../attacks/dice.js';
import { Installation, type Surroundings } from '../support/crash/installation.js';
import { underLoad, type Load } from '../support/crash/load.js';
import { behind, gaps, hashes, Ledger, rebuilt, wrongHeads } from '../support/crash/reckoning.js';
import { Order } from '../support/crash/order.js';
import type { Stubborn } from '../support/crash/stubborn.js';
import type { Ward } from '../support/crash/ward.js';
import { subjectOf } from '../support/life.js';
import { eventually } from '../support/read-side.js';
import { trustFigures } from '../support/trust/figures.js';

/** CRASH_CYCLES=200 is the long drill; CRASH_SEED repeats a run as far as what is killed when. */
const CYCLES = process.env['CRASH_CYCLES'];
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const SPACES = 4;
const CLOSE = 120_000;
/** Whoever waits for a drill that is longer than this is told how far it is, every so many deaths. */
const SHORT = 20;
const TOLD_EVERY = 10;
/** About as long as a process takes to start, milliseconds. */
const LONGEST_START = 600;

/** `log`: the server of the event store where it is not the database. */
export type Victim = Ours | 'database' | 'log';
/** A process of ours. */
type Ours = 'api' | 'projections' | 'worker' | 'sealer';

/** Who is killed, where, in how many deaths when nobody says. */
export interface Drill {
  readonly name: string;
  readonly victims: readonly Victim[];
  readonly deaths: number;
  readonly surroundings: () => Promise<Surroundings>;
}

const INVITATION = 'Votre espace santé va être créé';
const ACTIVATED = 'Votre espace santé est activé';

const tellProgress = (name: string, cycle: number, cycles: number): void => {
  if (cycles > SHORT && cycle > 0 && cycle % TOLD_EVERY === 0)
    process.stdout.write(`crash drill over ${name}: ${cycle} of ${cycles} deaths\n`);
};

/** What the drill looks at while it kills. */
interface Watched {
  readonly installation: Installation;
  readonly client: Stubborn;
  readonly ledger: Ledger;
  readonly order: Order;
  readonly dice: Dice;
}
const isOurs = (victim: Victim): victim is Ours => victim !== 'database' && victim !== 'log';
const victimOf = ({ victims }: Drill, cycle: number): Victim => victims[cycle % victims.length] as Victim;

/** How often each was killed. */
const deathsOfEach = (drill: Drill, cycles: number): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (let cycle = 0; cycle < cycles; cycle++) counts[victimOf(drill, cycle)] = (counts[victimOf(drill, cycle)] ?? 0) + 1;
  return counts;
};

/** How far into their work our processes were when they were killed. */
function toldAges({ wards }: Installation): string {
  const all = wards.flatMap(({ ages }) => ages);
  const served = all.filter((age) => age !== null).toSorted((a, b) => a - b);
  const at = (part: number): string => ((served[Math.floor((served.length - 1) * part)] ?? 0) / 1000).toFixed(1);
  return `${all.length - served.length} processes killed once more while they started, the others ${at(0)} s to ${at(1)} s into their work, half of them before ${at(0.5)} s`;
}

/** Waits until it is at work, and kills it; one in five once more, while it starts again. */
async function killWard(ward: Ward, dice: Dice): Promise<void> {
  await ward.ready();
  await pause(dice.below(20));
  await ward.kill();
  if (!dice.chance(0.2)) return;
  await pause(dice.below(LONGEST_START));
  await ward.kill();
}

/** Kills one after the other, each after some acts were acknowledged, and looks after each death whether all of them lie in the log. */
async function killing({ installation, client, ledger, order, dice }: Watched, drill: Drill, cycles: number): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle++) {
    tellProgress(drill.name, cycle, cycles);
    const victim = victimOf(drill, cycle);
    const enough = client.acknowledged.length + 1 + dice.below(8);
    while (client.acknowledged.length < enough) await pause(5);
    await (isOurs(victim) ? killWard(installation[victim], dice) : pause(dice.below(20)).then(() => installation.killServer(victim)));
    const acknowledged = [...client.acknowledged];
    await eventually(async () => expect(await ledger.missing(acknowledged)).toEqual([]));
    await eventually(() => order.readOn());
    expect(order.faults).toEqual([]);
  }
}

/** Whatever is killed under load, nothing that was acknowledged is lost, and nobody has to help. */
export const crashDrill = (drill: Drill): void => {
  describe(`An installation on ${drill.name} of which something is killed again and again under load`, () => {
    let installation: Installation;
    let client: Stubborn;
    let load: Load;
    let ledger: Ledger;
    let order: Order;
    const cycles = Number(CYCLES ?? drill.deaths);
    const people = cycles + SPACES;

    beforeAll(async () => {
      installation = await Installation.start(await drill.surroundings());
      client = installation.client();
      ledger = new Ledger(installation.platform);
      order = new Order(installation);
      const spaces = await installation.patients(client, SPACES);
      load = { client, spaces, invited: await installation.invited(cycles), dice: new Dice(SEED) };
      await installation.ready();
    }, CLOSE);
    afterAll(() => installation.close(), CLOSE);

    it(
      `loses nothing that it acknowledged in ${cycles} deaths, and nobody has to help it`,
      async () => {
        const began = performance.now();
        await underLoad(load, () => killing({ installation, client, ledger, order, dice: new Dice(SEED + 1) }, drill, cycles)).catch(
          (error: unknown) => {
            // What the doors say of it, which an answer does not.
            const faults = installation.api.output.split('\n').filter((line) => line.includes('our-fault'));
            throw new Error(`${(error as Error).message}; seed ${SEED}; ${faults.join('\n')}`, { cause: error });
          },
        );
        expect(await ledger.missing(client.acknowledged)).toEqual([]);
        expect(await gaps(installation)).toEqual([]);
        expect(installation.wards.flatMap(({ fallen }) => fallen)).toEqual([]);
        const { lost, refused } = client.troubles;
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        const of = Object.entries(deathsOfEach(drill, cycles)).map(([victim, deaths]) => `${victim} ${deaths}`);
        const acts = `${client.acknowledged.length} acts acknowledged, ${lost} answers lost, ${refused} refused for the moment`;
        process.stdout.write(
          `crash drill over ${drill.name}: seed ${SEED}, ${cycles} deaths in ${seconds} s (${of.join(', ')}), ${acts}\n` +
            `crash drill over ${drill.name}: ${toldAges(installation)}\n`,
        );
      },
      60_000 + cycles * 20_000,
    );

    it('does every act once, and no other', async () => {
      const acts = (kind: string): number => client.acknowledged.filter(({ act }) => act.kind === kind).length;
      expect({
        deposits: ledger.count('DocumentDeposited'),
        masks: ledger.count('DocumentsMasked'),
        activations: ledger.count('SpaceActivated'),
        invitations: ledger.count('InvitationSent'),
      }).toEqual({ deposits: acts('deposit'), masks: acts('mask'), activations: acts('activation'), invitations: people });
      const facts = ledger.count('DocumentDeposited') + ledger.count('DocumentsMasked') + ledger.count('SpaceActivated');
      await order.readOn();
      const doubled = facts - acts('deposit') - acts('mask') - acts('activation');
      process.stdout.write(`crash drill over ${drill.name}: ${order.taken} events in the log, ${doubled} acts done twice\n`);
      trustFigures(`crash-${drill.name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`, {
        deaths: cycles,
        acknowledged: client.acknowledged.length,
        lost: (await ledger.missing(client.acknowledged)).length,
        doubled,
      });
    });

    it(
      'reads and seals all of it in the end, without hands',
      async () => {
        await installation.ready();
        await eventually(async () => expect(await behind(installation)).toBe(0), CLOSE);
      },
      CLOSE + 10_000,
    );

    it('met nothing that cannot be read', async () => {
      expect(await installation.rows('SELECT stream, rev, fault FROM quarantine.place')).toEqual([]);
    });

    it('sends one e-mail for each message', async () => {
      await ledger.readOn();
      const messages = await receivedIn(installation.platform.settings.outboxDir);
      const ids = messages.map(({ head }) => /^message-id:\s*(\S+)/im.exec(head)?.[1]);
      expect(new Set(ids).size).toBe(messages.length);
      const countOf = (subject: string): number => messages.filter((one) => subjectOf(one) === subject).length;
      const [invited, activated] = [countOf(INVITATION), countOf(ACTIVATED)];
      expect({ invited, activated, notices: messages.length - invited - activated }).toEqual({
        invited: people,
        activated: ledger.count('SpaceActivated'),
        notices: ledger.notices,
      });
    });

    it(
      'signed no head that is not the tree of the log',
      async () => {
        expect(await wrongHeads(installation)).toEqual([]);
      },
      CLOSE,
    );

    it(
      'has the rows that a rebuild makes',
      async () => {
        expect(await installation.stopped()).toEqual(installation.wards.map(() => 0));
        const live = await hashes(installation);
        await rebuilt(installation);
        expect(await hashes(installation)).toEqual(live);
      },
      CLOSE,
    );
  });
};
