import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { COLUMNS, type LineFields } from '../../application/enrolment/beneficiary-line.js';

/** Writes a new beneficiaries file (UTF-8, `;`), readable by its owner only; fails where one lies. Memory does not grow with the number of people. */
export async function writeBeneficiaries(path: string, people: Iterable<LineFields>, onWritten?: (count: number) => void): Promise<void> {
  let count = 0;
  const counted = new Transform({
    objectMode: true,
    transform(person: LineFields, _encoding, done) {
      count++;
      if (count % 1_000 === 0) onWritten?.(count);
      done(null, person);
    },
  });
  const csv = stringify({ header: true, columns: [...COLUMNS], delimiter: ';' });
  await pipeline(Readable.from(people), counted, csv, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  onWritten?.(count);
}
