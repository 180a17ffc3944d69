import { pause } from '../../../src/application/shared/pause.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { bundleOf, type ProofBundle } from '../../../src/infrastructure/seal/proof-bundle.js';
import { ROLES } from '../../../src/infrastructure/settings/settings.js';
import { bytesOfRecord, type DiskRecord } from '../../kurrentdb/loopback.js';
import { eventually } from '../read-side.js';
import { factsIn, openSystem, type RunningSystem } from '../system.js';
import { canaryLines } from './canary-people.js';
import { forEach, importAll, livesOn, type Lived } from './lives.js';
import { countsOf, Needles, type Hit } from './needles.js';
import { ownServer, type OwnServer } from './own-server.js';

const BEGINS = '2022-02-03T08:00:00.000Z' as Instant;
/** After the thirtieth day behind the request, before the six weeks of the others are over. */
const DAY_OF_ERASURE = '2022-03-07T12:00:00.000Z' as Instant;
const CATEGORIES = ['space', 'passage', 'actor', 'campaign', 'access', 'record', 'veil', 'notices'];
const MINUTES = 60_000;
const LOOK_AGAIN = 250;

export interface Size {
  readonly people: number;
  readonly gone: number;
  /** How long destructions are waited for, milliseconds. */
  readonly patience: number;
}

/** An installation on a server of its own, full of people of whom some asked for their erasure and two others lived the same life and stay. */
export async function erasureDrill(size: Size) {
  const server = await ownServer();
  const running = await openSystem({ LOG_LEVEL: 'debug' }, BEGINS, ROLES, server.database);
  const end = async (): Promise<void> => {
    await running.close();
    await server.end();
  };
  try {
    return { ...(await livedOn(server, running, size)), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function livedOn(server: OwnServer, running: RunningSystem, { people, gone, patience }: Size) {
  const { system, logServer } = running;
  let backedUp: readonly DiskRecord[] = [];
  // Read models of the first start are made beside, then swapped in.
  await system.waitUntilCaughtUp();
  await eventually(() => server.spellOut());
  const lines = canaryLines(people);
  await importAll(running, lines);
  const lives = await livesOn(running, lines);
  const persons = Array.from({ length: gone + 2 }, (_, person) => person);
  const lived = await forEach(persons, lives.live);
  await system.waitUntilCaughtUp();
  const [leaving, staying] = [lived.slice(0, gone), lived.slice(gone)];
  const sought = new Needles(leaving.flatMap(({ canaries }) => canaries));
  const stays = new Needles(staying.flatMap(({ canaries }) => canaries));
  /** On the disk of the database, and on that of the log where that is another. */
  const lying = async (needles: Needles): Promise<readonly Hit[]> => {
    const records = (await logServer?.records()) ?? [];
    return [...(await needles.below(server.dataDirectory)), ...records.flatMap((record) => needles.in(bytesOfRecord(record), 'log'))];
  };
  const sealed = () => eventually(async () => expectNothingBehind(await system.seal.status()), 2 * MINUTES);

  return {
    server,
    running,
    leaving,
    staying,
    forms: sought.count,
    /** Where spaces lie: the ids in the names of their streams. */
    idsOf: (whose: readonly Lived[]): Promise<readonly string[]> =>
      running.inside(async ({ registry }) => {
        const addresses = await forEach(whose, ({ handle }) => registry.byHandle(handle));
        return addresses.flatMap((address) => (address === null ? [] : [address.id]));
      }),
    /** The database, and the log where it lies on a server of its own, of the same moment: what was written later may lie under keys that the database lost. */
    backUp: async (): Promise<void> => {
      await server.backUp();
      backedUp = (await logServer?.records()) ?? [];
    },
    /** Puts both in their places. Nobody may be connected. */
    restore: async (): Promise<void> => {
      await server.restore();
      await logServer?.forge(() => backedUp);
    },
    /** Rewrites what is on the disks without what is dead there. */
    sweep: async (): Promise<void> => {
      await server.sweep();
      await logServer?.scavenge();
    },
    /** Of each field, of how many of those who leave, or of those who stay, it lies on the disks. */
    onDisk: async () => {
      await server.flush();
      return countsOf(await lying(sought));
    },
    onDiskOfThoseWhoStay: async () => countsOf(await lying(stays)),
    inFacts: (): Promise<Readonly<Record<string, number>>> =>
      running.inside(async (platform) => {
        const facts = await factsIn(platform, 0n, CATEGORIES);
        return countsOf(facts.flatMap(({ event, meta }) => sought.in(Buffer.from(JSON.stringify({ event, meta })), 'facts')));
      }),
    /** Everything else that somebody could carry away; letters that were sent are not part of it. */
    elsewhere: async (): Promise<readonly Hit[]> => [
      ...(await sought.below(running.stateDir, ['outbox'])),
      ...sought.in(Buffer.from(running.lines.join('')), 'log lines'),
    ],
    inFolder: async (folder: string) => countsOf(await sought.below(folder)),
    /** Bundles as `mes prove` gives them: the first event of these streams. */
    prove: async (streams: readonly StreamName[]): Promise<readonly ProofBundle[]> => {
      await sealed();
      return forEach(streams, async (stream) => bundleOf(await system.seal.prove(stream, 0)));
    },
    sealed,
    /** They close, come back in vain, and ask for their erasure. */
    askForErasure: async (): Promise<void> => {
      await forEach(leaving, lives.close);
      await system.waitUntilCaughtUp();
      await forEach(leaving, lives.tryInVain);
      await forEach(leaving, lives.erase);
      await system.waitUntilCaughtUp();
    },
    /** Their day comes: the calendar decides, the steps are done until nothing is left to do. */
    destroyed: async (): Promise<void> => {
      await system.simulatedClock?.advanceTo(DAY_OF_ERASURE);
      await system.fireDue();
      await system.waitUntilCaughtUp();
      await eventually(async () => {
        // Nobody writes to them: what keys may be remembered for is not waited out (test/infrastructure/erasure/key-states.int.spec.ts).
        await server.rows(`UPDATE erasure.destruction SET not_before = now() WHERE scope = 'SPACE' AND step = 'SETTLE'`);
        const [{ done } = {}] = await server.rows(
          `SELECT count(*)::integer AS done FROM erasure.destruction WHERE scope = 'SPACE' AND step = 'DONE'`,
        );
        if (done === gone) return;
        await pause(LOOK_AGAIN);
        throw new Error(`${String(done)} of ${gone} are destroyed`);
      }, patience);
      await system.waitUntilCaughtUp();
    },
  };
}
export type ErasureDrill = Awaited<ReturnType<typeof erasureDrill>>;

function expectNothingBehind({ behind, trouble }: { readonly behind: string | number | bigint; readonly trouble: string | null }): void {
  if (String(behind) !== '0' || trouble !== null) throw new Error(`the seal is ${String(behind)} events behind`);
}
