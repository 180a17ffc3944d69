import type { CodeList } from '../../application/record/code-tables.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import { certifiedBy } from '../eventstore/certificate.js';
import type { KnownFacts } from '../eventstore/catalogue.js';
import type { SealedTree, SignedHead } from '../seal/sealed-tree.js';
import type { PublishedHeads } from '../seal/witness/published-heads.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { Bag } from './bag.js';
import { onGrounds, type CoveringParts, type Grounds, type ShownHeads } from './covering-head.js';
import { eventLine, keyLine, type EventLine } from './event-lines.js';
import { FhirLines, type FhirWriters } from './fhir-lines.js';
import { HeadProofs, writeHeadsNote } from './head-proofs.js';
import { LineFiles } from './line-files.js';
import type { OpenedLeaf, OpenLeaf } from './opening.js';
import { Proofs } from './proofs.js';
import { readMe } from './read-me.js';
import { plainRefs, pseudonymsOfOneExport, type Refs } from './refs.js';
import { writeReference } from './reference-files.js';
import { ExportCancelled, type ExportCounts, type ExportOrder } from './request.js';
import { requestFile } from './request-file.js';
import { chosen, namedStreams, type NamedStreams, type SelectionParts } from './selection.js';
import { writeWhole, type PackageSink } from './sink.js';
import { Counting } from './stats.js';
import { StreamHeads, type Runs } from './stream-heads.js';

/** What a package is made of. */
export interface PackageParts extends SelectionParts, CoveringParts {
  readonly tree: SealedTree;
  /** The heads that the outside is shown, with the cosignatures there are, and the policy of witnesses. */
  readonly heads: Pick<PublishedHeads, 'published' | 'policy'>;
  /** Name of the log. */
  readonly origin: string;
  readonly knownFacts: KnownFacts;
  readonly codeLists: () => readonly CodeList[];
  readonly fhir: FhirWriters;
  /** Runs the work while no event leaves the log. */
  readonly whileNothingLeaves: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface PackageWork {
  readonly order: ExportOrder;
  readonly sink: PackageSink;
  readonly aside: Runs;
  readonly signal: AbortSignal;
  /** Leaves read so far, of how many at most. */
  readonly progress: (done: number, total: number) => void;
}

/** What was written. */
export interface WrittenPackage {
  readonly counts: ExportCounts;
  /** The checkpoint it was built on. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** Folder name of a package, from the moment it was made. */
export const packageName = (at: string, id: string): string => `export-${at.replaceAll(/[:]|\.\d+/g, '')}-${id}`;

/**
 * Writes one package on the head of the log that was signed last: everything streams, the memory needed does not grow with the log. Throws
 * ExportCancelled when the signal says so, NothingSealed, StrangeCheckpoint, StoreUnavailable.
 */
export async function writePackage(parts: PackageParts, work: PackageWork): Promise<WrittenPackage> {
  return parts.whileNothingLeaves(async () => {
    const named = await namedStreams(parts, work.order);
    return onGrounds(parts, work.signal, async ({ head, heads }) => {
      const { counts, bag } = await new PackageRun(parts, work, { head, heads, named }).run();
      await bag.close(infoOf(work.order, head));
      return { counts, size: head.size, root: head.root };
    });
  });
}

class PackageRun {
  private readonly bag: Bag;
  private readonly refs: Refs;
  private readonly events: LineFiles;
  private readonly keys: LineFiles;
  private readonly heads: StreamHeads;
  private readonly counting = new Counting();
  private readonly proofs: Proofs;
  private readonly fhir: FhirLines;
  private readonly head: SignedHead;
  private readonly named: NamedStreams;
  private readonly shown: ShownHeads | null;
  private opened = 0;
  /** Lines behind the root of heads. */
  private behind = 0;
  /** Lines of purged leaves that no certificate among the lines accounts for; below 0 while a destruction waits to be carried out. */
  private uncertified = 0;

  constructor(
    private readonly parts: PackageParts,
    private readonly work: PackageWork,
    { head, heads, named }: Grounds & { readonly named: NamedStreams },
  ) {
    this.head = head;
    this.named = named;
    this.shown = heads;
    this.bag = new Bag(work.sink);
    this.refs = work.order.mode === 'pseudonymised' ? pseudonymsOfOneExport() : plainRefs;
    this.events = new LineFiles(this.bag, 'evenements/evenements');
    this.keys = new LineFiles(this.bag, 'cles/cles');
    this.heads = new StreamHeads(work.aside);
    this.proofs = new Proofs(parts.tree, parts.heads, head, this.bag);
    this.fhir = new FhirLines(this.bag, parts.fhir(this.refs));
  }

  async run(): Promise<{ readonly counts: ExportCounts; readonly bag: Bag }> {
    await this.walk();
    await this.events.close();
    await this.keys.close();
    await this.fhir.close(this.head.signedAt.toISOString());
    const { lines: streams, missing } = await this.writeHeads();
    await this.proofs.close(this.work.order.since);
    const counts = { events: this.events.total, streams, opened: this.opened, missing: missing + Math.max(this.uncertified, 0) };
    await this.describe(counts);
    return { counts, bag: this.bag };
  }

  /** Heads as the sealed roll of the log has them and, where there is a root, what the sealed map says of each. */
  private async writeHeads(): Promise<{ readonly lines: number; readonly missing: number }> {
    const { shown, bag } = this;
    if (shown === null) return this.heads.write(bag, this.isWhole, async () => undefined);
    const { tree } = this.parts;
    await writeHeadsNote(bag, shown, { tree, size: this.head.size, allLeaves: this.proofs.allLeaves });
    const proofs = await HeadProofs.open(bag, shown, silentAmong(this.named));
    const written = await this.heads.write(bag, this.isWhole, (stream) => proofs.add(stream));
    await proofs.close();
    return written;
  }

  /** Nothing of the streams of the scope is left out on purpose. */
  private get isWhole(): boolean {
    const { scope, period } = this.work.order;
    return period === null && (scope.kind === 'all' || scope.kind === 'space');
  }

  private async walk(): Promise<void> {
    const { order, progress, signal } = this.work;
    const { named } = this;
    const { size } = this.head;
    let done = 0;
    let total = 0;
    for await (const leaves of chosen(this.parts, order, { size, named, total: (leaves) => (total = leaves) })) {
      if (signal.aborted) throw new ExportCancelled('the export was called off');
      for (const { leaf, taken } of leaves) await this.meet(leaf, taken);
      progress((done += leaves.length), total);
    }
    // From the seal: an end that is missing in the store is no end.
    for (const [stream, rev] of named?.revisions ?? []) if (rev >= 0) await this.heads.note(stream, rev, false);
  }

  private async meet(leaf: OpenedLeaf, wanted: boolean): Promise<void> {
    const line = wanted ? eventLine(leaf, this.work.order.mode, this.refs) : null;
    // Purged streams have no line: nothing of them is left to be whole.
    if (leaf.state !== 'purged') await this.heads.note(leaf.stream, leaf.rev, line !== null);
    if (line !== null) await this.take(leaf, line);
  }

  private async take(leaf: OpenedLeaf, line: EventLine): Promise<void> {
    await this.events.add(line.text);
    await this.proofs.line(leaf.index);
    if (this.shown !== null && leaf.index >= this.shown.still.size) this.behind += 1;
    this.counting.add(line);
    if (leaf.state === 'purged') this.uncertified += 1;
    else if (leaf.state === 'open') this.uncertified -= certifiedBy(leaf.event.stored);
    const key = this.work.order.mode === 'nominative' ? keyLine(leaf) : null;
    if (key !== null) await this.keys.add(key);
    if (!line.opens && key === null) return;
    this.opened += 1;
    if (leaf.state === 'open') await this.tell(leaf);
  }

  private async tell(leaf: OpenLeaf): Promise<void> {
    const fact = this.parts.opening.factOf(leaf);
    if (fact !== null) await this.fhir.add(fact);
  }

  private async describe(counts: ExportCounts): Promise<void> {
    const { order } = this.work;
    const { size, root } = this.head;
    const stats = this.counting.stats(order.mode === 'pseudonymised');
    await writeWhole(this.bag, 'stats.json', `${canonicalJson(stats)}\n`);
    const log = { origin: this.parts.origin, size, root: Buffer.from(root).toString('base64') };
    await writeWhole(this.bag, 'demande.json', `${canonicalJson(requestFile(order, { counts, log }, this.refs))}\n`);
    await writeWhole(this.bag, 'LISEZMOI.txt', readMe(order, counts, { heads: this.shown?.still.size ?? null, behind: this.behind, size }));
    await writeReference(this.bag, { knownFacts: this.parts.knownFacts, codeLists: this.parts.codeLists() });
  }
}

/** Streams of the scope of which nothing is sealed. */
const silentAmong = (named: NamedStreams): readonly StreamName[] =>
  [...(named?.revisions ?? [])].flatMap(([stream, rev]) => (rev < 0 ? [stream] : []));

/** Labels of bag-info.txt in the order of the format. */
function infoOf(
  { id, recipient, legalBasis, scope, period, mode }: ExportOrder,
  { signedAt }: SignedHead,
): readonly (readonly [string, string])[] {
  return [
    ['Source-Organization', 'Mon espace santé'],
    ['External-Identifier', id],
    ['Bagging-Date', signedAt.toISOString().slice(0, 10)],
    ['X-Recipient', recipient],
    ['X-Legal-Basis', legalBasis],
    ['X-Scope', scope.kind],
    ['X-Period', period === null ? 'all' : `${period.from}/${period.until}`],
    ['X-Mode', mode],
  ];
}
