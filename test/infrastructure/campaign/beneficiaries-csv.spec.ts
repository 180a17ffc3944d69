import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileLine } from '../../../src/application/enrolment/import-ports.js';
import { BeneficiariesCsv } from '../../../src/infrastructure/campaign/beneficiaries-csv.js';
import { adult, child, csvOf } from '../../support/beneficiary-lines.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'mes-csv-'))));
afterEach(() => rm(folder, { recursive: true }));

async function linesOf(content: string | Buffer): Promise<FileLine[]> {
  const path = join(folder, 'people.csv');
  await writeFile(path, content);
  const lines: FileLine[] = [];
  for await (const line of new BeneficiariesCsv(path).lines()) lines.push(line);
  return lines;
}

describe('a beneficiaries file', () => {
  it.each([';', ','])('is cut at %s when its header is', async (delimiter) => {
    expect(await linesOf(csvOf([adult, child], delimiter))).toEqual([
      { number: 2, fields: adult },
      { number: 3, fields: child },
    ]);
  });

  it('may begin with a byte order mark, end its lines as Windows does, and end without a line break', async () => {
    const content = `\uFEFF${csvOf([adult])}`.replaceAll('\n', '\r\n').slice(0, -2);
    expect(await linesOf(content)).toEqual([{ number: 2, fields: adult }]);
  });

  it('may have its columns in another order, in capitals, among others', async () => {
    const [header = '', line = ''] = csvOf([adult]).split('\n');
    const turned = (text: string) => text.split(';').reverse().join(';');
    const content = `note;${turned(header).toUpperCase()}\nx;${turned(line)}\n`;
    expect(await linesOf(content)).toEqual([{ number: 2, fields: adult }]);
  });

  it('may quote what holds its delimiter', async () => {
    const content = csvOf([{ ...adult, address: '"4; allée du ""Nuage"""' }]);
    expect(await linesOf(content)).toEqual([{ number: 2, fields: { ...adult, address: '4; allée du "Nuage"' } }]);
  });

  it('is refused as a whole when a column is missing, or everything is', async () => {
    await expect(linesOf(csvOf([adult]).replace('regime', 'fund'))).rejects.toMatchObject({
      rejection: { rejected: 'import/missing-column' },
    });
    await expect(linesOf('')).rejects.toMatchObject({ rejection: { rejected: 'import/missing-column' } });
  });

  const good = csvOf([adult]).split('\n')[1] ?? '';
  it.each<[string, string | Buffer]>([
    ['import/missing-column', 'only;two'],
    ['import/extra-column', `${good};more`],
    ['import/unreadable-line', good.replace('Essayan', '"Essayan')],
    // Two people in one line, parted as old machines did: neither may be lost without a word.
    ['import/unreadable-line', `${good.replace('Essayan', '"Essayan"')}\r${good}`],
    ['import/line-too-long', good.replace('Essayan', 'x'.repeat(200_000))],
    ['import/not-utf-8', Buffer.from(good.replace('Essayan', 'Ess\u00e9'), 'latin1')],
  ])('goes on behind a line with %s', async (unreadable, bad) => {
    const header = csvOf([]);
    const content = Buffer.concat([Buffer.from(header), Buffer.from(bad), Buffer.from(`\n\n${good}\n`)]);
    expect(await linesOf(content)).toEqual([
      { number: 2, unreadable },
      { number: 4, fields: adult },
    ]);
  });

  it('is known by the digest of its bytes', async () => {
    const path = join(folder, 'people.csv');
    const content = csvOf([adult]);
    await writeFile(path, content);
    const file = new BeneficiariesCsv(path);
    expect(() => file.digest()).toThrow('when all its lines were read');
    for await (const line of file.lines()) expect(line.number).toBe(2);
    expect(file.digest()).toBe(createHash('sha256').update(content).digest('hex'));
  });
});
