import type { EventStore } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { CheckRange } from './check-range.js';
import { Monitor, type CheckProgress, type CheckResult, type MonitorOptions } from './monitor.js';
import { BadNote, parseVerifierKey, verifierKey, type Signer, type Verifier } from './note/signed-note.js';
import type { LeafProof } from './leaf-proof.js';
import { Prover } from './prover.js';
import type { ReleaseCheck, Releases } from './releases.js';
import type { SealKeys } from './seal-keys.js';
import type { StreamHeads } from './heads/stream-heads.js';
import type { SealWriter } from './seal-writer.js';
import type { LastCheck, SealedTree } from './sealed-tree.js';
import type { StreamRevisions } from './stream-revisions.js';
import type { PublishedHeads, WitnessState } from './witness/published-heads.js';

/** How the sealed log stands. */
export interface SealStatus {
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  /** Base64; null before the first head. */
  readonly root: string | null;
  /** When the last head was signed, ISO 8601. */
  readonly signedAt: string | null;
  /** Positions of the log that are not sealed yet. */
  readonly behind: string;
  /** Process that seals, until when it holds the lease; null when none does. */
  readonly holder: { readonly id: string; readonly until: string } | null;
  readonly trouble: string | null;
  readonly checked: LastCheck | null;
  /** Where comparisons found something that no later one found right; null where nothing is found. */
  readonly found: LastCheck | null;
  /** Verifier keys of those who ever signed, the newest first. */
  readonly keys: readonly string[];
  /** The head that the outside is shown; null before the first. */
  readonly published: { readonly size: number; readonly quorum: boolean } | null;
  readonly witnesses: readonly WitnessState[];
}

export interface SealDeskParts {
  readonly store: EventStore;
  readonly tree: SealedTree;
  readonly heads: PublishedHeads;
  readonly streamHeads: StreamHeads;
  readonly writer: SealWriter;
  readonly releases: Releases;
  readonly revisions: StreamRevisions;
  readonly ledger: NonNullable<MonitorOptions['ledger']>;
  readonly kept: NonNullable<MonitorOptions['kept']>;
  readonly origin: string;
  /** Opens the file of keys: only where they are needed. Made where nothing was signed yet, or `anew` is said: then what was there is lost. */
  readonly keys: (anew?: boolean) => Promise<SealKeys>;
}

/** Keeps what a comparison came to, for health and for the next one. */
export async function keep(writer: SealWriter, { began, settles, whole, from, to, count }: CheckResult): Promise<void> {
  await writer.checked({ from, to, findings: count }, { whole, settles: settles ? began : null });
}

/** The sealed log as an operator works with it. */
export class SealDesk {
  constructor(private readonly parts: SealDeskParts) {}

  async status(): Promise<SealStatus> {
    const { store, tree, heads, writer, origin } = this.parts;
    const [head, signed, keys, holder, end, published, witnesses] = await Promise.all([
      tree.head(),
      tree.signed(),
      tree.verifiers(),
      writer.holder(),
      store.head(),
      heads.published(),
      heads.witnesses(),
    ]);
    const { size, trouble, checked, found, position } = head;
    return {
      origin,
      size,
      root: signed === null ? null : Buffer.from(signed.root).toString('base64'),
      signedAt: signed?.signedAt.toISOString() ?? null,
      behind: String(end - position),
      holder,
      trouble,
      checked,
      found,
      keys,
      published: published && { size: published.size, quorum: published.quorum },
      witnesses,
    };
  }

  /** Compares log and seal, and keeps what came of it. Without keys those of the file count. Throws RangeError, StoreUnavailable, BadNote. */
  async check(
    range: CheckRange,
    { keys, progress }: { readonly keys: readonly string[]; readonly progress: CheckProgress },
  ): Promise<CheckResult> {
    const { store, tree, streamHeads: heads, revisions, ledger, kept, writer } = this.parts;
    const verifiers: readonly Verifier[] = keys.length > 0 ? keys.map(parseVerifierKey) : (await this.parts.keys()).verifiers;
    const result = await new Monitor(store, tree, verifiers, { heads, revisions, ledger, kept }).check(range, progress);
    await keep(writer, result);
    return result;
  }

  /** Keys handed out to doors on a day (in UTC) against what was written on it. */
  releases(day: string): Promise<ReleaseCheck> {
    return this.parts.releases.check(day);
  }

  /** Throws NotProvable. */
  prove(stream: StreamName, rev: number): Promise<LeafProof> {
    return this.prover.prove(stream, rev);
  }

  /** The same by the id of the event. */
  proveById(id: string, progress: (read: number) => void): Promise<LeafProof> {
    return this.prover.proveById(id, progress);
  }

  /**
   * Puts a new signing key beside the newest. `lost`: verifier keys whose secrets are lost, the whole file perhaps; what they signed counts as ours.
   * Returns the verifier keys of those who sign from the next start of the sealer on. Throws BadNote.
   */
  async rotate(lost: readonly string[] = []): Promise<readonly string[]> {
    const verifiers = lost.map(parseVerifierKey);
    if (verifiers.some(({ name }) => name !== this.parts.origin)) throw new BadNote('the key belongs to another log');
    const signers: readonly Signer[] = await (await this.parts.keys(lost.length > 0)).rotate(verifiers);
    return signers.map(verifierKey);
  }

  private get prover(): Prover {
    return new Prover(this.parts.store, this.parts.tree, this.parts.heads);
  }
}
