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
  /** How long the fact of a root is waited for until a head of the log that is out covers it, milliseconds. */
  readonly patience: number;
}

/** There is no signed head yet: nothing can be proved. */
export class NothingSealed extends Error {}

const LOOK_AGAIN_MS = 50;

/** Runs `work` on the newest head of the log and, where there is one, a root of stream heads below it that stays the same as long as it runs. */
export function onGrounds<T>(parts: CoveringParts, signal: AbortSignal, work: (grounds: Grounds) => Promise<T>): Promise<T> {
  return parts.streamHeads.still(async (still) => work(still === null ? await withoutHeads(parts) : await covering(parts, still, signal)));
}

/** Waits for the fact of the root; a sealer that stopped, a quorum that does not come and a fact that is gone are no reason to have no package. */
async function covering(parts: CoveringParts, still: StillHeads, signal: AbortSignal): Promise<Grounds> {
  const until = performance.now() + parts.patience;
  for (;;) {
    const fact = await still.fact().catch(goneIsNull);
    if (fact === 'gone') return withoutHeads(parts);
    const head = await parts.heads.published();
    if (fact !== null && head !== null && head.size > fact.index) return { head, heads: { fact, still } };
    if (signal.aborted || performance.now() >= until || (await parts.tree.head()).trouble !== null) return withoutHeads(parts);
    await pause(LOOK_AGAIN_MS, signal);
  }
}

async function withoutHeads({ heads }: CoveringParts): Promise<Grounds> {
  const head = await heads.published();
  if (head === null) throw new NothingSealed('nothing is sealed yet: an export needs a signed head of the log');
  return { head, heads: null };
}

function goneIsNull(error: unknown): 'gone' {
  if (error instanceof HeadsGone) return 'gone';
  throw error;
}
