import type { FactBatch } from './fact-reader.js';

/** How far each reader of the log that keeps no tables has come. */
export abstract class Checkpoints {
  /** Position behind which to go on; 0 for a new reader. Throws when the log is not the one this reader had read. */
  abstract load(name: string): Promise<bigint>;
  /** Everything in this batch is done. */
  abstract save(name: string, batch: FactBatch): Promise<void>;
}
