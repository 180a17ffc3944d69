import type { HeldLine, QuarantinedPlace } from '../../application/shared/quarantine.js';
import type { ProcessState } from '../api/health/vitals.js';
import type { PartHealth } from '../cli/system.js';
import type { Platform } from './platform.js';
import type { ReadSide } from './read-side.js';
import { sealDeskOf } from './sealed-log.js';

/** Every part of a running system and whether it works: database, event store, each read model, quarantine, seal. */
export async function healthOf({ vitals, projector }: ReadSide, platform: Platform): Promise<readonly PartHealth[]> {
  const [database, eventStore] = await Promise.all([answers('database', vitals.database()), answers('event store', vitals.eventStore())]);
  const { quarantine } = platform;
  const [places, lines] = await Promise.all([quarantine.all(), quarantine.heldBack()]);
  const models = (await projector.health()).map(({ name, status, lag, error }) => {
    const held = lines.filter(({ reader }) => reader === name);
    const waits = held.length === 0 ? '' : `, holds ${held.length} back from ${held.map(({ from }) => from).join(', ')} on`;
    return {
      part: partOf(name),
      healthy: status !== 'stopped' && held.length === 0,
      detail: `${status}, ${lag} positions behind${error === null ? '' : `, ${error}`}${waits}`,
    };
  });
  const work = lines.filter(({ reader }) => !models.some(({ part }) => part === partOf(reader)));
  return [
    database,
    eventStore,
    ...models,
    workHealth(work, await vitals.processes()),
    quarantineHealth(places),
    await sealHealth(platform),
  ];
}

const partOf = (model: string): string => `read model ${model}`;

/**
 * What waits apart from the rest, and who is behind. No part is broken for it: a mailbox may be full, what is in quarantine is told for itself, and one look
 * does not tell whoever is busy from whoever stopped.
 */
function workHealth(lines: readonly HeldLine[], processes: readonly ProcessState[]): PartHealth {
  const behind = processes.filter(({ lag }) => lag > 0n).map(({ name, lag }) => `${name} ${lag} positions behind`);
  const readers = [...new Set(lines.map(({ reader }) => reader))];
  const held = readers.map((name) => `${name} holds ${lines.filter(({ reader }) => reader === name).length} back`);
  const detail = [...(held.length === 0 ? ['nothing is held back'] : held), ...(behind.length === 0 ? ['level with the log'] : behind)];
  return { part: 'processes and messengers', healthy: true, detail: detail.join(', ') };
}

/** Places that nobody has settled yet, by their ids in the book. */
function quarantineHealth(places: readonly QuarantinedPlace[]): PartHealth {
  const held = places.filter(({ state }) => state === 'HELD');
  const detail = held.length === 0 ? 'empty' : held.map(({ id, fault }) => `${id} ${fault}`).join(', ');
  return { part: 'quarantine', healthy: held.length === 0, detail };
}

/** What is not sealed yet and what nobody is there to seal waits for ever: receipts, exports and destructions with it. */
async function sealHealth(platform: Platform): Promise<PartHealth> {
  const { size, behind, holder, trouble, found } = await sealDeskOf(platform).status();
  const nobody = holder === null && behind !== '0';
  const stopped = trouble === null ? '' : `, stopped: ${trouble}`;
  const alone = nobody ? ', no process with the role sealer' : '';
  const findings = found?.findings ?? 0;
  const differs = findings === 0 ? '' : `, ${findings} findings: mes seal check names them`;
  const healthy = trouble === null && findings === 0 && !nobody;
  return { part: 'sealed log', healthy, detail: `${size} events, ${behind} behind${alone}${stopped}${differs}` };
}

const answers = (part: string, asked: Promise<void>): Promise<PartHealth> =>
  asked.then(
    () => ({ part, healthy: true, detail: 'answers' }),
    (error: unknown) => ({ part, healthy: false, detail: error instanceof Error ? error.constructor.name : 'does not answer' }),
  );
