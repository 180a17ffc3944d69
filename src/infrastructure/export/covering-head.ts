import { pause } from '../../application/shared/pause.js';
import { HeadsGone, type HeadsFact, type StillHeads, type StreamHeads } from '../seal/heads/stream-heads.js';
import type { SealedTree } from '../seal/sealed-tree.js';
import type { PublishedHead, PublishedHeads } from '../seal/witness/published-heads.js';

/** The root of the map of stream heads that a package shows. */
export interface ShownHeads {
  readonly fact: HeadsFact;
  readonly still: StillHeads;
}
/** What a package is built on. `heads`: null where there is no root that its checkpoint covers; then nothing shows that streams are whole at their ends. */
export interface Grounds {
  readonly head: PublishedHead;
  readonly heads: ShownHeads | null;
}

export interface CoveringParts {
  readonly tree: Pick<SealedTree, 'head'>;
  readonly heads: Pick<PublishedHeads, 'published'>;
  readonly streamHeads: Pick<StreamHeads, 'still'>;
  /** How long a head of the log is waited for until it is out that covers what is sealed, and the fact of the root, milliseconds. */
  readonly patience: number;
}

/** There is no signed head yet: nothing can be proved. */
export class NothingSealed extends Error {}

const LOOK_AGAIN_MS = 50;

/**
 * Runs `work` on the newest head of the log and, where there is one, a root of stream heads below it that stays the same as long as it runs. The head covers
 * what is sealed by now, if it comes out in time: certificates of what was removed from the log among it.
 */
export async function onGrounds<T>(parts: CoveringParts, signal: AbortSignal, work: (grounds: Grounds) => Promise<T>): Promise<T> {
  const { size } = await parts.tree.head();
  return parts.streamHeads.still(async (still) => work(await covering(parts, { still, size }, signal)));
}

/**
 * Waits for the fact of the root and for a head that covers this size; a sealer that stopped, a quorum that does not come and a fact that is gone are no
 * reason to have no package.
 */
async function covering(
  parts: CoveringParts,
  { still, size }: { readonly still: StillHeads | null; readonly size: number },
  signal: AbortSignal,
): Promise<Grounds> {
  const until = performance.now() + parts.patience;
  for (;;) {
    const fact = await factOf(still);
    const head = await parts.heads.published();
    const heads = head === null || still === null ? null : shownUnder(head, fact, still);
    const isSettled = heads !== null || fact === 'gone';
    if ((isSettled && (head?.size ?? size) >= size) || (await isLate(parts, until, signal))) return groundsOn(head, heads);
    await pause(LOOK_AGAIN_MS, signal);
  }
}

/** Null: it is not sealed yet. */
type FoundFact = HeadsFact | null | 'gone';

async function factOf(still: StillHeads | null): Promise<FoundFact> {
  if (still === null) return 'gone';
  try {
    return await still.fact();
  } catch (error) {
    if (error instanceof HeadsGone) return 'gone';
    throw error;
  }
}

const shownUnder = ({ size }: PublishedHead, fact: FoundFact, still: StillHeads): ShownHeads | null =>
  fact !== null && fact !== 'gone' && size > fact.index ? { fact, still } : null;

const isLate = async ({ tree }: CoveringParts, until: number, signal: AbortSignal): Promise<boolean> =>
  signal.aborted || performance.now() >= until || (await tree.head()).trouble !== null;

function groundsOn(head: PublishedHead | null, heads: ShownHeads | null): Grounds {
  if (head === null) throw new NothingSealed('nothing is sealed yet: an export needs a signed head of the log');
  return { head, heads };
}
