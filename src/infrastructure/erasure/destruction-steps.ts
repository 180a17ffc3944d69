import type { BlobName, BlobStore } from '../../application/record/blob-store.js';
import type { EventStore } from '../../application/shared/event-store.js';
import type { KeyVault } from '../../application/shared/key-vault.js';
import type { AuditEvent } from '../../domain/audit/destruction.js';
import { REACTOR } from '../../domain/shared/actor.js';
import { categoryOf, idOf, trueOn, type Recorded, type StreamName } from '../../domain/shared/fact.js';
import { parisDay, type LocalDate } from '../../domain/shared/time.js';
import { partOf } from '../eventstore/certificate.js';
import type { SealedTree } from '../seal/sealed-tree.js';
import { auditStream, audit, type ArchiveOpening, type AuditParts } from './archive-opening.js';
import type { DeletionLedger } from './deletion-ledger.js';
import type { Destruction, DestructionRows, Progress, Step } from './destruction-rows.js';
import type { Leftovers } from './leftovers.js';

export interface StepParts extends AuditParts {
  readonly store: EventStore;
  readonly vault: KeyVault;
  readonly blobs: BlobStore;
  readonly archive: ArchiveOpening;
  readonly ledger: DeletionLedger;
  readonly rows: Pick<DestructionRows, 'traceEnd'>;
  readonly leftovers: Leftovers;
  /** Where the sealed log stands. */
  readonly sealed: Pick<SealedTree, 'head'>;
  /** The digest under which campaign files skip the person. */
  readonly suppressionOf: (ins: string) => Buffer;
  /** Tells the person while anybody still knows whom to tell (CSP R.1111-36); nobody else does. */
  readonly tell: (fact: Recorded) => Promise<void>;
  /** How long any process may still remember a key, with a margin, milliseconds. */
  readonly keyMemory: number;
}

/** Streams that carry the id of a space. Traces may outlive the rest. */
const OF_SPACES = ['space', 'access', 'record', 'mailbox', 'agenda', 'pairing', 'notices'] as const;
const TRACE = 'passage';
export const STREAMS_OF_SPACES: readonly string[] = [...OF_SPACES, TRACE];
const AT_ONCE = 8;
/** How long until it is looked again whether a certificate is sealed. */
const SEALED_AGAIN_MS = 250;
/** How long until it is looked again whether an export still walks through the log. */
const WALKED_AGAIN_MS = 1_000;

/** Whether traces stay behind it, until the archive would have ended. */
export const outlived = ({ scope, ground }: Pick<Destruction, 'scope' | 'ground'>): boolean => scope === 'SPACE' && ground === 'ERASURE';
const traced = ({ scope, ground }: Destruction): boolean => scope === 'TRACE' || ground === 'RETENTION';

/** One step after the other, each as often as needed: what was done before is found done. */
export class DestructionSteps {
  private readonly steps: { readonly [S in Exclude<Step, 'DONE'>]: (destruction: Destruction) => Promise<Progress> } = {
    COLLECT: (destruction) => this.collect(destruction),
    LEDGER: (destruction) => this.write(destruction),
    KEYS: (destruction) => this.destroyKeys(destruction),
    REGISTRY: (destruction) => this.suppress(destruction),
    BLOBS: (destruction) => this.deleteBlobs(destruction),
    ROWS: async ({ space }) => {
      await this.parts.leftovers.dropRows(space);
      return { step: 'SETTLE', after: this.parts.keyMemory };
    },
    // Whoever remembered a key may have written in between: once more, now that nobody does.
    SETTLE: async (destruction) => {
      await this.parts.leftovers.dropRows(destruction.space);
      await this.parts.leftovers.forgetReleases(destruction.space);
      return { step: 'CERTIFY', certificate: { stream: auditStream(this.parts, certifying(destruction)), rev: -1 } };
    },
    CERTIFY: (destruction) => this.certify(destruction),
    SEAL: (destruction) => this.awaitSeal(destruction),
    PURGE: (destruction) => this.purge(destruction),
  };

  constructor(private readonly parts: StepParts) {}

  /** Does the step at which a destruction stands. */
  async take(destruction: Destruction): Promise<Progress> {
    return destruction.step === 'DONE' ? { step: 'DONE' } : this.steps[destruction.step](destruction);
  }

  /** All that can only be known as long as something can be read; and the person is told. */
  private async collect(destruction: Destruction): Promise<Progress> {
    const { space, scope } = destruction;
    if (scope === 'TRACE') return { step: 'LEDGER', streams: [`${TRACE}-${space}`] };
    const veils = await this.parts.leftovers.veilsOf(space);
    const own = OF_SPACES.map((category): StreamName => `${category}-${space}`);
    const streams = [...own, ...veils, ...(traced(destruction) ? [`${TRACE}-${space}` as StreamName] : [])];
    const opening = { who: REACTOR, space, reason: 'DESTRUCTION', reference: destruction.ground } as const;
    const facts = await this.parts.archive.open([`space-${space}`, `record-${space}`, ...veils], opening);
    const last = facts.find(({ event }) => event.type === 'DestructionRequested');
    if (last) await this.parts.tell(last);
    return { step: 'LEDGER', streams, blobs: facts.flatMap(blobIn), askedOn: askedIn(facts), ...this.suppressionIn(facts) };
  }

  private suppressionIn(facts: readonly Recorded[]): Partial<Progress> {
    const ins = facts.flatMap(({ event }) => ('ins' in event && typeof event.ins === 'string' ? [event.ins] : []))[0];
    return ins === undefined ? {} : { suppression: this.parts.suppressionOf(ins) };
  }

  private async write(destruction: Destruction): Promise<Progress> {
    const { space, scope, ground, streams, blobs, suppression, askedOn } = destruction;
    const on = this.parts.clock.now();
    const traceEnd = outlived(destruction) ? await this.parts.rows.traceEnd(space) : null;
    const person = suppression && { digest: suppression, lifted: await this.parts.leftovers.timesLifted(suppression) };
    await this.parts.ledger.add({ v: 1, on, space, scope, ground, streams, blobs, askedOn, traceEnd }, person);
    return { step: 'KEYS' };
  }

  private async destroyKeys(destruction: Destruction): Promise<Progress> {
    const { space, scope, streams } = destruction;
    const died = destruction.died ?? this.parts.clock.now();
    if (scope === 'TRACE') await this.parts.vault.destroy(space, 'trace', died);
    else await this.parts.vault.destroyRing(space, died, traced(destruction) ? [] : ['trace']);
    for (const stream of streams) if (categoryOf(stream) === 'veil') await this.parts.vault.destroy(idOf(stream), 'own', died);
    return { step: 'REGISTRY', died };
  }

  /** The person is the affair of the space: it alone knows whom files are to skip. */
  private async suppress({ space, scope, suppression }: Destruction): Promise<Progress> {
    if (scope === 'SPACE') await this.parts.leftovers.forgetPerson(space, suppression);
    return { step: 'BLOBS' };
  }

  private async deleteBlobs({ blobs }: Destruction): Promise<Progress> {
    for (let at = 0; at < blobs.length; at += AT_ONCE)
      await Promise.all(blobs.slice(at, at + AT_ONCE).map((name) => this.parts.blobs.delete(name as BlobName)));
    return { step: 'ROWS' };
  }

  /** Leaf hashes are kept where the events lay, and named in the certificate: what was proven of them stays proven. */
  private async certify(destruction: Destruction): Promise<Progress> {
    const { scope, ground, streams, certificate, askedOn } = destruction;
    const act = certifying(destruction);
    const stream = certificate?.stream ?? auditStream(this.parts, act);
    const stored = [...(await this.parts.store.readMany(streams)).values()].filter((events) => events.length > 0);
    await this.parts.leftovers.keepLeaves(stored.flat());
    // Sorted, so that the order of the parts does not say which stream is which.
    const parts = stored.map(partOf).sort((a, b) => (a.digest < b.digest ? -1 : 1));
    const event: AuditEvent = { type: 'SpaceDestroyed', v: 2, ground, scope, askedOn, parts };
    const rev = await audit(this.parts, stream, { ...act, event });
    return { step: 'SEAL', certificate: { stream, rev } };
  }

  /** Nothing leaves before its certificate is a leaf of the sealed log: a hole there would prove nothing, and its last leaf must lie where it was sealed. */
  private async awaitSeal({ certificate }: Destruction): Promise<Progress> {
    const [written] = certificate === null ? [] : await this.parts.store.read(certificate.stream, certificate.rev);
    if (written === undefined) return { step: 'CERTIFY' };
    return (await this.parts.sealed.head()).position >= written.position ? { step: 'PURGE' } : { step: 'SEAL', after: SEALED_AGAIN_MS };
  }

  /** Not while an export is made: it would be of a log that was never there, half of it from before and half from after. */
  private async purge({ streams, certificate }: Destruction): Promise<Progress> {
    if (certificate === null) return { step: 'CERTIFY' };
    const isGone = await this.parts.leftovers.unlessExported(async () => {
      for (const stream of streams) await this.parts.store.purge(stream, certificate);
    });
    return isGone ? { step: 'DONE' } : { step: 'PURGE', after: WALKED_AGAIN_MS };
  }
}

const certifying = ({ space, scope, died }: Destruction) => ({ who: REACTOR, name: `destroy/${space}/${scope}/${died ?? ''}` });
const blobIn = ({ event }: Recorded): readonly string[] => ('blob' in event && typeof event.blob === 'string' ? [event.blob] : []);

/** The day on which the holder asked for the erasure that stands, however long the writing took. */
export const askedIn = (facts: readonly Recorded[]): LocalDate | null =>
  facts.reduce<LocalDate | null>((asked, fact) => {
    const { type } = fact.event;
    if (type === 'ErasureRequested') return parisDay(trueOn(fact));
    return type === 'ErasureRequestCancelled' || type === 'SpaceReopened' ? null : asked;
  }, null);
