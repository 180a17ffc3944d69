import type { StreamName } from '../../domain/shared/fact.js';
import { allLeaves, leavesOf, type Leaf, type SealedLog } from './leaves.js';
import type { Opening, OpenedLeaf } from './opening.js';
import type { ExportOrder, ExportPeriod, ExportScope } from './request.js';

/** A leaf that was read for an export: whether it is in it. Those that are not count for the heads of their streams. */
export interface Chosen {
  readonly leaf: OpenedLeaf;
  readonly taken: boolean;
}

export interface SelectionParts extends SealedLog {
  readonly opening: Opening;
  /** How far these streams are sealed now; one that is not there is not sealed at all. */
  readonly sealedRevisions: (streams: readonly StreamName[]) => Promise<ReadonlyMap<StreamName, number>>;
  /** The streams of a space that do not carry its id: its veils. */
  readonly veilsOf: (space: string) => Promise<readonly StreamName[]>;
}

/** Categories of the streams that carry the id of a space. */
const OF_A_SPACE = ['space', 'access', 'record', 'passage', 'mailbox', 'agenda', 'pairing', 'notices'] as const;

/** What is read: below which head, which streams, and who is told how many leaves it will be at most. */
export interface Reach {
  readonly size: number;
  readonly named: NamedStreams;
  readonly total: (leaves: number) => void;
}

/** The streams of a scope that names them, and how far each is sealed; null where everything is read. */
export type NamedStreams = ReadonlyMap<StreamName, number> | null;

/** To be asked before the head of the log is chosen: what was sealed by then lies below it, so what is missing there is missing in the store. */
export async function namedStreams(parts: SelectionParts, { scope }: Pick<ExportOrder, 'scope'>): Promise<NamedStreams> {
  if (scope.kind !== 'space') return null;
  const own = OF_A_SPACE.map((category): StreamName => `${category}-${scope.space}`);
  const streams = [...own, ...(await parts.veilsOf(scope.space))];
  const sealed = await parts.sealedRevisions(streams);
  return new Map(streams.map((stream) => [stream, sealed.get(stream) ?? -1]));
}

/** The leaves of an order below `size`, in their order, some hundreds at a time. */
export async function* chosen(
  parts: SelectionParts,
  { scope, period }: Pick<ExportOrder, 'scope' | 'period'>,
  { size, named, total }: Reach,
): AsyncGenerator<readonly Chosen[], void> {
  const isTaken = (leaf: OpenedLeaf): boolean => within(period, leaf, scope) && isBy(scope, leaf);
  for await (const leaves of candidates(parts, { size, named, total })) {
    const opened = await parts.opening.open(leaves);
    yield opened.map((leaf) => ({ leaf, taken: isTaken(leaf) }));
  }
}

async function* candidates(parts: SelectionParts, { size, named, total }: Reach): AsyncGenerator<readonly Leaf[], void> {
  if (named === null) {
    total(size);
    yield* allLeaves(parts, size);
    return;
  }
  const leaves = await leavesOf(parts, [...named.keys()], size);
  total(leaves.length);
  for (let at = 0; at < leaves.length; at += IN_ONE_GO) yield leaves.slice(at, at + IN_ONE_GO);
}

const IN_ONE_GO = 256;

/** Whether it was written in the period. A leaf without a header has no date: it is in an export of everything only. */
function within(period: ExportPeriod | null, { event }: OpenedLeaf, { kind }: ExportScope): boolean {
  if (event === null) return kind === 'all' && period === null;
  const { at } = event.header;
  return period === null || (at >= period.from && at < period.until);
}

/** What a professional did: told from the fact itself, so only as long as its key lives. */
function isBy(scope: ExportScope, leaf: OpenedLeaf): boolean {
  if (scope.kind !== 'professional') return true;
  if (leaf.state !== 'open') return false;
  const { kind, id } = leaf.plaintext.m.who;
  return kind === 'professional' && id === scope.professional;
}
