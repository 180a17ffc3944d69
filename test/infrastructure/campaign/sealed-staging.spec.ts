import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ordered, StagedLine } from '../../../src/application/enrolment/import-ports.js';
import { SealedStaging } from '../../../src/infrastructure/campaign/sealed-staging.js';

const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const staged = (number: number, who = `person ${number}`): Ordered => ({
  order: keyOf(who),
  line: { number, beneficiary: { familyName: `Essayan-${number}` }, deferred: false } as unknown as StagedLine,
});
const read = async (lines: AsyncIterable<Ordered>): Promise<Ordered[]> => {
  const all: Ordered[] = [];
  for await (const one of lines) all.push(one);
  return all;
};

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'mes-staging-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('staged lines', () => {
  it('come back in the order of their keys, lines of one key in the order of the file', async () => {
    const area = await new SealedStaging(folder).open();
    const lines = [...Array.from({ length: 3_000 }, (_, i) => staged(i)), staged(5_000, 'person 7'), staged(4_000, 'person 7')];
    for (const line of lines) await area.add(line);
    const hex = ({ order }: Ordered) => Buffer.from(order, 'base64url').toString('hex');
    const expected = [...lines].sort((a, b) => (hex(a) === hex(b) ? a.line.number - b.line.number : hex(a) < hex(b) ? -1 : 1));
    expect(await read(area.inOrder())).toEqual(expected);
  });

  it('cannot be read on disk, and are gone afterwards', async () => {
    const area = await new SealedStaging(folder).open();
    await area.add(staged(1));
    expect(await read(area.inOrder())).toHaveLength(1);
    const [inside = ''] = await readdir(folder);
    const [bucket = ''] = await readdir(join(folder, inside));
    expect((await readFile(join(folder, inside, bucket))).includes('Essayan')).toBe(false);
    await area.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that a crashed import left are cleared away, those of a living one are not', async () => {
    const dead = 2 ** 22 + 1;
    await mkdir(join(folder, `import-${dead}-abcdef`));
    const living = await new SealedStaging(folder).open();
    await new SealedStaging(folder).open();
    expect((await readdir(folder)).filter((name) => name.startsWith(`import-${dead}`))).toEqual([]);
    await living.add(staged(1));
    expect(await read(living.inOrder())).toHaveLength(1);
  });

  it('of another machine on the same folder are left alone for a week: its processes have numbers of their own', async () => {
    const dead = 2 ** 22 + 1;
    const made = async (name: string, days: number): Promise<void> => {
      await mkdir(join(folder, name));
      const then = Date.now() / 1_000 - days * 86_400;
      await utimes(join(folder, name), then, then);
    };
    await made(`import-worker-2-${dead}-abcdef`, 6);
    await made(`import-worker-3-${dead}-abcdef`, 8);
    // In a container the next process has the number of the one that crashed.
    await made(`import-${process.pid}-abcdef`, 8);
    await (await new SealedStaging(folder).open()).discard();
    expect(await readdir(folder)).toEqual([`import-worker-2-${dead}-abcdef`]);
  });
});
