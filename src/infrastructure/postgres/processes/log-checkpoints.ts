import { Checkpoints } from '../../../application/shared/checkpoints.js';
import type { FactBatch } from '../../../application/shared/fact-reader.js';
import type { ProcessPoints } from '../../../application/shared/deadlines.js';

/** Readers of the log that keep no tables remember their place where processes do. */
export class LogCheckpoints extends Checkpoints {
  constructor(private readonly points: ProcessPoints) {
    super();
  }

  load(name: string): Promise<bigint> {
    return this.points.load(name);
  }

  save(name: string, { position, last }: FactBatch): Promise<void> {
    return this.points.save(name, position, last);
  }
}
