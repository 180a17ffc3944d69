import type { EventStore } from '../../application/shared/event-store.js';
import { isReadable } from '../../application/shared/fact-reader.js';
import type { KeyVault } from '../../application/shared/key-vault.js';
import { ConcurrencyConflict, type Clock, type Journal, type Secrets } from '../../application/shared/ports.js';
import type { Quarantine } from '../../application/shared/quarantine.js';
import type { AuditEvent, OpeningReason } from '../../domain/audit/destruction.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Catalogue } from '../eventstore/catalogue.js';
import { Opener } from '../eventstore/opener.js';

export interface AuditParts {
  readonly journal: Journal;
  readonly secrets: Secrets;
  readonly clock: Clock;
}
/** Only archivists, and the part of the software that destroys, open archives. */
export class NotAnArchivist extends Error {}

const TRIES = 10;

/** The audit stream of this writer for the month of an instant. */
export const auditStream = (at: Instant): StreamName => `audit-${at.slice(0, 7).replace('-', '')}-erasure`;

/**
 * Writes one fact into an audit stream, once: written again under the same name it is found and not repeated. Returns its revision.
 * `name`: what is being done, and to what; only a keyed digest of it is stored.
 */
export async function audit(
  { journal, secrets, clock }: AuditParts,
  stream: StreamName,
  { who, name, event }: { readonly who: Actor; readonly name: string; readonly event: AuditEvent },
): Promise<number> {
  const id = secrets.digest('command', 'audit', nameOf(who), name);
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

/** Reads what lies in an archive. It says so in the audit stream first: without a durable line, nothing is opened. */
export class ArchiveOpening {
  constructor(
    private readonly parts: AuditParts & {
      readonly store: Pick<EventStore, 'readMany'>;
      readonly vault: KeyVault;
      readonly catalogue: Catalogue;
      readonly quarantine: Quarantine;
    },
  ) {}

  /**
   * Every fact of these streams of the space that any key still opens. `reference`: of the request or order; no free text about a person.
   * Throws NotAnArchivist, StoreUnavailable, UnreadableEvent.
   */
  async open(
    streams: readonly StreamName[],
    {
      who,
      space,
      reason,
      reference,
    }: { readonly who: Actor; readonly space: string; readonly reason: OpeningReason; readonly reference: string },
  ): Promise<readonly Recorded[]> {
    if (who.role !== 'archivist' && !(who.role === 'system' && reason === 'DESTRUCTION'))
      throw new NotAnArchivist('archives are opened by archivists');
    const event = { type: 'ArchiveOpened', v: 1, space, reason, reference } as const;
    await audit(this.parts, auditStream(this.parts.clock.now()), { who, name: `open/${space}/${reason}/${reference}`, event });
    const stored = await this.parts.store.readMany(streams);
    const opener = new Opener({ keysById: (ids) => this.parts.vault.openArchived(ids) }, this.parts.catalogue, this.parts.quarantine);
    const facts = await Promise.all([...stored.values()].map((events) => opener.open(events, 0)));
    return facts.flat().filter(isReadable);
  }
}
