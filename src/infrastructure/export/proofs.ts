import type { SealedTree, SignedHead } from '../seal/sealed-tree.js';
import type { PublishedHeads } from '../seal/witness/published-heads.js';
import { BadNote, parseVerifierKey } from '../seal/note/signed-note.js';
import { openCheckpoint } from '../seal/note/checkpoint.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import { HASH_BYTES } from '../seal/tree/hash.js';
import { proveConsistency, proveInclusion } from '../seal/tree/prove.js';
import { verifyConsistency } from '../seal/tree/verify.js';
import { TILE_WIDTH } from '../seal/tree/tile.js';
import { writeWhole, type FileSink, type PackageSink } from './sink.js';

/** Up to here every leaf hash goes into the package, 320 MB; above, a proof for each line (docs/reference/export-format.md). */
export const MOST_LEAVES = 10_000_000;
const TILES_AT_ONCE = 256;
const FOLDER = 'preuves';

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64');

/** The earlier checkpoint of the recipient is none of this log, or one that this log contradicts. */
export class StrangeCheckpoint extends Error {}

/** What proves the lines of a package, on one signed head of the log. */
export class Proofs {
  private inclusion: FileSink | null = null;

  constructor(
    private readonly tree: SealedTree,
    private readonly heads: Pick<PublishedHeads, 'policy'>,
    private readonly head: SignedHead,
    private readonly sink: PackageSink,
    private readonly mostLeaves = MOST_LEAVES,
  ) {}

  /** Whether every leaf hash is in the package; otherwise what is shown needs proofs of its own. */
  get allLeaves(): boolean {
    return this.head.size <= this.mostLeaves;
  }

  /** For each line of an event, in their order. */
  async line(index: number): Promise<void> {
    if (this.allLeaves) return;
    this.inclusion ??= await this.sink.open(`${FOLDER}/inclusion.ndjson`);
    const proof = (await proveInclusion(this.tree, index, this.head.size)).map(base64);
    await this.inclusion.write(Buffer.from(`${canonicalJson({ index, proof })}\n`));
  }

  /** The rest, once every line was told. Throws StrangeCheckpoint. `since`: the recipient's own earlier checkpoint. */
  async close(since: string | null): Promise<void> {
    await this.inclusion?.close();
    await writeWhole(this.sink, `${FOLDER}/checkpoint`, this.head.note);
    await writeWhole(this.sink, `${FOLDER}/policy.txt`, await this.policy());
    if (this.allLeaves) await this.leaves();
    if (since !== null) await this.consistency(since);
  }

  /** C2SP tlog-policy, for reading only: whoever verifies has his own from another way. Without witnesses it names the keys that ever signed. */
  private async policy(): Promise<string> {
    const running = await this.heads.policy();
    return running ?? `${(await this.tree.verifiers()).map((key) => `log ${key}\n`).join('')}quorum none\n`;
  }

  private async leaves(): Promise<void> {
    const { size } = this.head;
    const file = await this.sink.open(`${FOLDER}/feuilles.bin`);
    for (let first = 0; first * TILE_WIDTH < size; first += TILES_AT_ONCE)
      for (const { index, hashes } of await this.tree.tiles(0, first, first + TILES_AT_ONCE)) {
        const left = size - index * TILE_WIDTH;
        if (left > 0) await file.write(hashes.subarray(0, Math.min(left, TILE_WIDTH) * HASH_BYTES));
      }
    await file.close();
  }

  private async consistency(since: string): Promise<void> {
    const { size: to, root: toRoot } = this.head;
    const { size: from, root: fromRoot } = earlier(since, await this.tree.verifiers());
    if (from < 1 || from > to) throw new StrangeCheckpoint(`the earlier checkpoint has ${from} leaves, this one ${to}`);
    const proof = await proveConsistency(this.tree, from, to);
    if (!verifyConsistency({ from, fromRoot, to, toRoot, proof }))
      throw new StrangeCheckpoint('the log does not begin with what the earlier checkpoint says');
    await writeWhole(this.sink, `${FOLDER}/checkpoint-precedent`, since);
    await writeWhole(this.sink, `${FOLDER}/coherence.txt`, proof.map((hash) => `${base64(hash)}\n`).join(''));
  }
}

function earlier(note: string, verifiers: readonly string[]) {
  try {
    return openCheckpoint(note, verifiers.map(parseVerifierKey));
  } catch (error) {
    throw error instanceof BadNote ? new StrangeCheckpoint(`the earlier checkpoint cannot be read: ${error.message}`) : error;
  }
}
