import type { StreamName } from '../../domain/shared/fact.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import { proveInclusion, type Tiles } from '../seal/tree/prove.js';
import type { ShownHeads } from './covering-head.js';
import { writeWhole, type FileSink, type PackageSink } from './sink.js';

/** Streams whose proofs are read in one go. */
const PAGE = 500;

/** Where the fact of the root lies, and whether its inclusion needs a proof of its own: all leaves may be in the package. */
export interface FactPlace {
  readonly tree: Tiles;
  readonly size: number;
  readonly allLeaves: boolean;
}

/** `preuves/tetes.note`: the fact that published the root of the map, so that whoever checks finds it in the sealed log. */
export async function writeHeadsNote(sink: PackageSink, { fact }: ShownHeads, { tree, size, allLeaves }: FactPlace): Promise<void> {
  const { index, h, body } = fact;
  const note = { index, h, body };
  const proof = allLeaves ? null : await proveInclusion(tree, index, size);
  const proved = proof === null ? note : { ...note, proof: proof.map((hash) => Buffer.from(hash).toString('base64')) };
  await writeWhole(sink, 'preuves/tetes.note', `${canonicalJson(proved)}\n`);
}

/**
 * `preuves/tetes-preuves.ndjson`: what the sealed map says of each stream, some hundreds at a time. A stream of which the map's own tables prove nothing any
 * more has no line, and whoever checks names it.
 */
export class HeadProofs {
  private page: StreamName[] = [];

  private constructor(
    private readonly file: FileSink,
    private readonly heads: ShownHeads,
    /** Streams of the scope of which nothing is sealed, ascending: that the map has none of them is shown too. */
    private readonly silent: StreamName[],
  ) {}

  static async open(sink: PackageSink, heads: ShownHeads, silent: readonly StreamName[]): Promise<HeadProofs> {
    return new HeadProofs(await sink.open('preuves/tetes-preuves.ndjson'), heads, [...silent].sort());
  }

  /** The streams of the package, ascending. */
  async add(stream: StreamName): Promise<void> {
    const behind = this.silent.findIndex((one) => one > stream);
    for (const before of this.silent.splice(0, behind < 0 ? this.silent.length : behind)) await this.take(before);
    await this.take(stream);
  }

  async close(): Promise<void> {
    for (const stream of this.silent) await this.take(stream);
    await this.flush();
    await this.file.close();
  }

  private async take(stream: StreamName): Promise<void> {
    this.page.push(stream);
    if (this.page.length >= PAGE) await this.flush();
  }

  private async flush(): Promise<void> {
    const streams = this.page;
    this.page = [];
    for (const head of await this.heads.still.of(streams))
      if (head !== null) await this.file.write(Buffer.from(`${canonicalJson({ ...head })}\n`));
  }
}
