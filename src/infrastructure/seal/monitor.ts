import type { EventStore } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { isAllOf, isWholeAgain, within, type CheckRange } from './check-range.js';
import { Comparison, type Removed } from './comparison.js';
import { Findings, type Finding } from './findings.js';
import { faultsOfHead } from './head-check.js';
import { MapMoved } from './heads/head-map.js';
import type { StreamHeads } from './heads/stream-heads.js';
import { faultOfKept, type Kept, type KeptHead } from './kept-head.js';
import type { Verifier } from './note/signed-note.js';
import { purgedAmong } from './purges.js';
import type { LeafTile, SealedTree, SealStanding, SignedHead } from './sealed-tree.js';
import { SignedLeaves, TILES_AT_ONCE } from './signed-leaves.js';
import { StoreCursor } from './store-cursor.js';
import type { StreamRevisions } from './stream-revisions.js';
import { EMPTY_ROOT } from './tree/hash.js';
import { hashAt, TILE_WIDTH, widthOf } from './tree/tile.js';

/** What a comparison of log and seal came to. */
export interface CheckResult {
  /** When it began, ISO 8601, by the clock of the database. */
  readonly began: string;
  /** The signed head that was compared with. */
  readonly size: number;
  /** From the first leaf to the last one that is sealed. */
  readonly whole: boolean;
  readonly from: number;
  readonly to: number;
  /** Leaves whose events were removed under a certificate of destruction: no findings. */
  readonly purged: number;
  /** What could not be compared, and why; empty where nothing was left out. */
  readonly left: readonly string[];
  /** Whether to find nothing settles what was found in this range before: not where something of it was left out. */
  readonly settles: boolean;
  /** How many things were found; the list holds the first two thousand of each kind. */
  readonly count: number;
  readonly findings: readonly Finding[];
}
/** Told of the leaves compared so far, of how many, and waited for before the next are. */
export type CheckProgress = (done: number, total: number) => void | Promise<void>;

type Read = () => void | Promise<void>;

/** A comparison under way. */
interface Pass {
  readonly comparison: Comparison;
  readonly findings: Findings;
  /** What each stream has come to is looked at only then: that is as many look-ups as there are streams in every few tiles. */
  readonly isWhole: boolean;
  /** What is left out. */
  readonly left: Set<string>;
  readonly cursor: StoreCursor;
  readonly leaves: SignedLeaves;
  /** After each step of the work. */
  readonly read: Read;
}

export interface MonitorOptions {
  /** The map of heads; absent: it is not looked at. */
  readonly heads?: Pick<StreamHeads, 'fault' | 'rowFault'>;
  /** What the sealer believes of each stream; absent: it is not looked at. */
  readonly revisions?: Pick<StreamRevisions, 'faultsIn' | 'faultOfTotal'>;
  /** The newest head, from outside the database; absent: the seal is not held against it. */
  readonly kept?: Pick<KeptHead, 'read'>;
  /** What was destroyed, from outside the database; absent, or not on this machine: a sealed certificate is believed. */
  readonly ledger?: { naming(streams: ReadonlySet<StreamName>): Promise<ReadonlySet<StreamName> | null> };
  /** Leaves without event that wait for it, and findings of a kind that are listed. */
  readonly limits?: { readonly waiting?: number; readonly listed?: number };
}

/** Reads the log anew and compares it with what was sealed. Needs no key of any event, alters nothing, and its memory does not grow with the log. */
export class Monitor {
  constructor(
    private readonly store: Pick<EventStore, 'readAll'>,
    private readonly tree: SealedTree,
    /** Whose signature counts: from outside the database. */
    private readonly verifiers: readonly Verifier[],
    private readonly options: MonitorOptions = {},
  ) {}

  /** Throws RangeError when the range is not within what is sealed, StoreUnavailable when log or seal are away. */
  async check(asked: CheckRange = {}, progress: CheckProgress = () => undefined): Promise<CheckResult> {
    const findings = new Findings(this.options.limits?.listed);
    const kept = await this.options.kept?.read();
    const standing = await this.tree.standing();
    const { signed, at } = standing;
    const size = signed?.size ?? 0;
    const range = within(size, standing.size, asked);
    const read: Read = () => progress(0, range.to - range.from);
    const fault = (detail: string): void => findings.add({ kind: 'seal', index: null, stream: null, rev: null, detail });
    const leftOfHead = await this.compareHead(standing, kept, { findings, fault, read });
    const isWhole = isWholeAgain(range, size, standing.found);
    const leftOfTables = await this.compareTables(isWhole, { fault, read });
    const left = new Set([...leftOfHead, ...leftOfTables]);
    const purged = signed === null ? 0 : await this.compare(signed, range, { findings, left, isWhole, progress });
    const found = { count: findings.count, findings: findings.list() };
    return {
      began: at.toISOString(),
      size,
      whole: isAllOf(standing.size, range),
      ...range,
      purged,
      left: [...left],
      settles: leftOfTables.length === 0,
      ...found,
    };
  }

  /** The head that was signed last: whether it is as large as the seal, whether it is sound, and begins with the one outside. Returns what was left out. */
  private async compareHead(
    { size, signed }: SealStanding,
    kept: Kept | undefined,
    { findings, fault, read }: { readonly findings: Findings; readonly fault: (detail: string) => void; readonly read: Read },
  ): Promise<readonly string[]> {
    const { tree: tiles, verifiers } = this;
    const head = signed ?? { size: 0, root: EMPTY_ROOT };
    if (head.size !== size) fault(`the seal has ${size} leaves, and its last signed head says ${head.size}`);
    if (signed !== null) await this.isSound(signed, findings, read);
    const outside = await faultOfKept(kept ?? null, head, { tiles, verifiers });
    if (outside !== null) fault(outside);
    return kept === null ? ['the seal with the head kept beside SEAL_KEY_FILE: there is none on this machine'] : [];
  }

  /** What lies beside the tree. All rows only where the whole log is compared: they are as many as streams. Returns what was left out. */
  private async compareTables(
    isWhole: boolean,
    { fault, read }: { readonly fault: (detail: string) => void; readonly read: Read },
  ): Promise<readonly string[]> {
    const { heads } = this.options;
    if (isWhole) await this.compareTotal(fault);
    try {
      const found = (await heads?.fault()) ?? (isWhole ? await heads?.rowFault(read) : null);
      if (found != null) fault(found);
      return [];
    } catch (error) {
      if (!(error instanceof MapMoved)) throw error;
      return [`rows of the map of heads: ${error.message}`];
    }
  }

  private async compareTotal(fault: (detail: string) => void): Promise<void> {
    const found = await this.options.revisions?.faultOfTotal();
    if (found != null) fault(found);
  }

  /** Whether the head is sound. */
  private async isSound(signed: SignedHead, findings: Findings, read: Read): Promise<boolean> {
    const faults = await faultsOfHead(this.tree, signed, { verifiers: this.verifiers, read });
    for (const detail of faults) findings.add({ kind: 'seal', index: null, stream: null, rev: null, detail });
    return faults.length === 0;
  }

  /** Returns how many leaves were purged. */
  private async compare(
    { size }: SignedHead,
    { from, to }: Required<CheckRange>,
    { progress, ...its }: Pick<Pass, 'findings' | 'left' | 'isWhole'> & { readonly progress: CheckProgress },
  ): Promise<number> {
    let index = from;
    const pass: Pass = {
      ...its,
      comparison: new Comparison(its.findings, this.options.limits?.waiting),
      cursor: new StoreCursor(this.store, await this.positionBefore(from)),
      leaves: new SignedLeaves(this.tree, size),
      read: () => progress(index - from, to - from),
    };
    const { comparison, cursor, read } = pass;
    try {
      for (; index < to; await read()) index = await this.compareSome(pass, index, to);
      const end = await this.positionBehind(to, size);
      for await (const event of cursor.upTo(end.position, end.inclusive)) comparison.stranger(event, to);
      return comparison.close(await this.removedIn(pass), (await cursor.peek()) === null);
    } finally {
      await cursor.close();
    }
  }

  /** The leaves of the next tiles; returns the index behind them. */
  private async compareSome(pass: Pass, index: number, to: number): Promise<number> {
    const { comparison, cursor, findings, leaves } = pass;
    const first = Math.floor(index / TILE_WIDTH);
    const behind = Math.min(first + TILES_AT_ONCE, Math.ceil(to / TILE_WIDTH));
    const tiles = await leaves.tiles(first, behind);
    for (const finding of (pass.isWhole && (await this.options.revisions?.faultsIn(tiles))) || []) findings.add(finding);
    for (const { index: n, width, tile, fault } of tiles) {
      if (fault !== null) findings.add({ kind: 'seal', index: n * TILE_WIDTH, stream: null, rev: null, detail: fault });
      if (tile === undefined) continue;
      const places = { from: Math.max(index - n * TILE_WIDTH, 0), to: Math.min(to - n * TILE_WIDTH, width) };
      await compareTile(tile, places, cursor, comparison);
      if (comparison.isFull) comparison.relieve(await this.removedIn(pass), (await cursor.peek()) === null);
    }
    return Math.min(behind * TILE_WIDTH, to);
  }

  /** Of the streams that miss events those that were removed under a certificate: whoever can append could have written it himself. */
  private async removedIn({ comparison: { gaps }, findings, leaves: { size }, left, read }: Pass): Promise<Removed> {
    if (gaps.size === 0) return { known: gaps, unknown: gaps };
    const { store, tree } = this;
    const certified = await purgedAmong(gaps, { store, tree, leaves: await this.sealedByNow(size, findings, read), read });
    const named = await this.options.ledger?.naming(certified);
    if (named == null && certified.size > 0) left.add('certificates of destruction with the deletion ledger: it is not on this machine');
    const unknown = named == null ? [] : [...certified].filter((stream) => !named.has(stream));
    return { known: named ?? certified, unknown: new Set(unknown) };
  }

  /** What is sealed by now, where its head is sound: else what was sealed when the comparison began. */
  private async sealedByNow(size: number, findings: Findings, read: Read): Promise<SignedLeaves> {
    const signed = await this.tree.signed();
    const isNewer = signed !== null && signed.size > size && (await this.isSound(signed, findings, read));
    return new SignedLeaves(this.tree, isNewer ? signed.size : size);
  }

  /** Position of the leaf in front of this one; 0 at the beginning. */
  private async positionBefore(index: number): Promise<bigint> {
    return index === 0 ? 0n : ((await this.entryAt(index - 1))?.position ?? 0n);
  }

  /** Up to where the log belongs to a range that ends here: the next leaf, or what is sealed at all. */
  private async positionBehind(to: number, size: number): Promise<{ readonly position: bigint; readonly inclusive: boolean }> {
    const next = to < size ? await this.entryAt(to) : undefined;
    const position = next?.position ?? (to === 0 ? 0n : ((await this.entryAt(to - 1))?.position ?? 0n));
    return { position, inclusive: next === undefined };
  }

  private async entryAt(index: number) {
    const tile = Math.floor(index / TILE_WIDTH);
    const [found] = await this.tree.leafTiles(tile, tile + 1);
    return found?.entries[index % TILE_WIDTH];
  }
}

/** Leaf by leaf, with what lies in the log before and at its position. */
async function compareTile(
  { index: tile, hashes, entries }: LeafTile,
  places: { readonly from: number; readonly to: number },
  cursor: StoreCursor,
  comparison: Comparison,
): Promise<void> {
  for (let place = places.from; place < Math.min(places.to, entries.length, widthOf(hashes)); place += 1) {
    const entry = entries[place];
    if (entry === undefined) return;
    const index = tile * TILE_WIDTH + place;
    for await (const event of cursor.upTo(entry.position, false)) comparison.stranger(event, index);
    const there = [];
    for await (const event of cursor.upTo(entry.position, true)) there.push(event);
    comparison.leaf({ ...entry, index, leaf: hashAt(hashes, place) }, there);
  }
}
