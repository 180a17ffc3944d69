import { Archive, type Opening } from '../../application/shared/archive.js';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { isReadable } from '../../application/shared/fact-reader.js';
import type { KeyVault } from '../../application/shared/key-vault.js';
import { ConcurrencyConflict, NO_STREAM, type Clock, type History, type Journal, type Secrets } from '../../application/shared/ports.js';
import type { Quarantine } from '../../application/shared/quarantine.js';
import type { AuditEvent } from '../../domain/audit/destruction.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { monthOf } from '../../domain/shared/time.js';
import type { Catalogue } from '../eventstore/catalogue.js';
import { Opener } from '../eventstore/opener.js';

export interface AuditParts {
  readonly journal: Journal;
  readonly secrets: Secrets;
  readonly clock: Clock;
}
/** This actor does not open archives for this reason. */
export class NotAnArchivist extends Error {}

const TRIES = 10;

/** What is being done, to what and by whom; only a keyed digest of it is stored. */
export interface NamedAct {
  readonly who: Actor;
  readonly name: string;
}
const markOf = ({ secrets }: AuditParts, { who, name }: NamedAct): string => secrets.digest('command', 'audit', nameOf(who), name);

/** The audit stream of an act, this month: one of 256, because an act is looked for among all others of its stream before it is written. */
export function auditStream(parts: AuditParts, act: NamedAct): StreamName {
  const [share = 0] = Buffer.from(markOf(parts, act), 'base64url');
  return `audit-${monthOf(parts.clock.now())}-erasure-${share.toString(16).padStart(2, '0')}`;
}

/** Writes one fact into an audit stream, once: written again under the same name it is found and not repeated. Returns its revision. */
export async function audit(
  parts: AuditParts,
  stream: StreamName,
  { who, name, event }: NamedAct & { readonly event: AuditEvent },
): Promise<number> {
  const { journal, clock } = parts;
  const id = markOf(parts, { who, name });
  for (let attempt = 0; ; attempt++) {
    const { facts, revision } = await journal.read<AuditEvent>(stream);
    const there = facts.find(({ meta }) => meta.command.id === id);
    if (there) return there.rev;
    const meta = { who, cause: 'erasure', corr: 'erasure', command: { id, digest: id } };
    try {
      return (await journal.append({ stream, expected: revision, facts: [event], at: clock.now(), meta })).revision;
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict) || attempt === TRIES) throw error;
    }
  }
}

/** Who takes a document back is shown nothing of it; for the rest, archivists, and the part of the software that destroys. */
const mayOpen = ({ who, reason }: Opening): boolean =>
  reason === 'MISFILED' || who.role === 'archivist' || (who.role === 'system' && reason === 'DESTRUCTION');

/** Reads what lies in an archive. It says so in the audit stream first. */
export class ArchiveOpening extends Archive {
  constructor(
    private readonly parts: AuditParts & {
      readonly store: Pick<EventStore, 'read' | 'readMany'>;
      readonly vault: KeyVault;
      readonly catalogue: Catalogue;
      readonly quarantine: Quarantine;
    },
  ) {
    super();
  }

  /** Every fact of these streams of the space that any key still opens. Throws NotAnArchivist, StoreUnavailable, UnreadableEvent. */
  async open(streams: readonly StreamName[], opening: Opening): Promise<readonly Recorded[]> {
    await this.sayWhy(opening);
    const stored = await this.parts.store.readMany(streams);
    return (await Promise.all([...stored.values()].map((events) => this.factsIn(events)))).flat();
  }

  async read<E extends Tagged>(stream: StreamName, opening: Opening): Promise<History<E>> {
    await this.sayWhy(opening);
    const stored = await this.parts.store.read(stream);
    return { facts: (await this.factsIn(stored)) as readonly Recorded<E>[], revision: stored.at(-1)?.rev ?? NO_STREAM };
  }

  private async sayWhy(opening: Opening): Promise<void> {
    if (!mayOpen(opening)) throw new NotAnArchivist('archives are opened by archivists');
    const { who, space, reason, reference } = opening;
    const event = { type: 'ArchiveOpened', v: 1, space, reason, reference } as const;
    const act = { who, name: `open/${space}/${reason}/${reference}` };
    await audit(this.parts, auditStream(this.parts, act), { ...act, event });
  }

  private async factsIn(stored: readonly StoredEvent[]): Promise<readonly Recorded[]> {
    const { vault, catalogue, quarantine } = this.parts;
    const opener = new Opener({ keysById: (ids) => vault.openArchived(ids) }, catalogue, quarantine);
    return (await opener.open(stored, 0)).filter(isReadable);
  }
}
