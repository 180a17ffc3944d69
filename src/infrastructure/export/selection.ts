import type { StreamName } from '../../domain/shared/fact.js';
import { TILE_WIDTH } from '../seal/tree/tile.js';
import { allLeaves, leavesOf, someLeaves, type Leaf, type SealedLog } from './leaves.js';
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

/** The streams of a scope that names them or events of them, null where everything is read. */
export type NamedStreams = {
  /** How far each is sealed. */
  readonly revisions: ReadonlyMap<StreamName, number>;
  /** How many leaves there were at least when that was asked. */
  readonly since: number;
} | null;

/** To be asked before the head of the log is chosen: what was sealed by then lies below it, so what is missing there is missing in the store. */
export async function namedStreams(parts: SelectionParts, { scope }: Pick<ExportOrder, 'scope'>): Promise<NamedStreams> {
  if (scope.kind !== 'space' && scope.kind !== 'events') return null;
  const { size: since } = await parts.tree.head();
  const streams = scope.kind === 'space' ? await streamsOfSpace(parts, scope.space) : await streamsAt(parts, scope.indexes);
  const sealed = await parts.sealedRevisions(streams);
  return { revisions: new Map(streams.map((stream) => [stream, sealed.get(stream) ?? -1])), since };
}

async function streamsOfSpace(parts: SelectionParts, space: string): Promise<readonly StreamName[]> {
  const own = OF_A_SPACE.map((category): StreamName => `${category}-${space}`);
  return [...own, ...(await parts.veilsOf(space))];
}

/** The streams of chosen leaves, as the seal names them. */
async function streamsAt({ tree }: SelectionParts, indexes: readonly number[]): Promise<readonly StreamName[]> {
  const chosenOnes = new Set(indexes);
  const streams = new Set<StreamName>();
  for (const tile of tilesOf(indexes))
    for (const { entries } of await tree.leafTiles(tile, tile + 1))
      for (const [place, { stream }] of entries.entries()) if (chosenOnes.has(tile * TILE_WIDTH + place)) streams.add(stream);
  return [...streams];
}

const tilesOf = (indexes: readonly number[]): Set<number> => new Set(indexes.map((index) => Math.floor(index / TILE_WIDTH)));

/** The leaves of an order below `size`, in their order, some hundreds at a time. */
export async function* chosen(
  parts: SelectionParts,
  { scope, period }: Pick<ExportOrder, 'scope' | 'period'>,
  { size, named, total }: Reach,
): AsyncGenerator<readonly Chosen[], void> {
  const picked = scope.kind === 'events' ? new Set(scope.indexes) : null;
  const isTaken = (leaf: OpenedLeaf): boolean => (picked?.has(leaf.index) ?? true) && within(period, leaf, scope) && isBy(scope, leaf);
  for await (const leaves of candidates(parts, scope, { size, named, total })) {
    const opened = await parts.opening.open(leaves);
    yield opened.map((leaf) => ({ leaf, taken: isTaken(leaf) }));
  }
}

async function* candidates(
  parts: SelectionParts,
  scope: ExportScope,
  { size, named, total }: Reach,
): AsyncGenerator<readonly Leaf[], void> {
  if (named === null) {
    total(size);
    yield* allLeaves(parts, size);
    return;
  }
  if (scope.kind === 'events') {
    total(scope.indexes.length);
    yield* pickedLeaves(parts, scope.indexes, { size, named });
    return;
  }
  const leaves = await leavesOf(parts, [...named.revisions.keys()], size);
  total(leaves.length);
  for (let at = 0; at < leaves.length; at += IN_ONE_GO) yield leaves.slice(at, at + IN_ONE_GO);
}

const IN_ONE_GO = 256;

/** Chosen leaves, and what was sealed of their streams since it was asked how far they go: their heads are those of the checkpoint. */
async function* pickedLeaves(
  parts: SelectionParts,
  indexes: readonly number[],
  { size, named: { revisions, since } }: { readonly size: number; readonly named: Exclude<NamedStreams, null> },
): AsyncGenerator<readonly Leaf[], void> {
  const picked = new Set(indexes);
  const tiles = tilesOf(indexes);
  for (let tile = Math.floor(since / TILE_WIDTH); tile * TILE_WIDTH < size; tile += 1) tiles.add(tile);
  const wants = (index: number, { stream }: { readonly stream: StreamName }) =>
    picked.has(index) || (index >= since && revisions.has(stream));
  yield* someLeaves(parts, { tiles: [...tiles].sort((a, b) => a - b), size, wants });
}

/** Whether it was written in the period. A leaf without a header has no date: it is in an export of everything, or chosen itself while its bytes are there. */
function within(period: ExportPeriod | null, { event, state }: OpenedLeaf, { kind }: ExportScope): boolean {
  if (event === null) return period === null && (kind === 'all' || (kind === 'events' && state === 'unreadable'));
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
