import fc from 'fast-check';
import { examine } from '../../../src/infrastructure/inspection/examine.js';
import type { MediaType } from '../../../src/application/record/inspection.js';
import { goodFiles } from '../../support/sample-files.js';

const ALL: readonly MediaType[] = [...new Set(goodFiles.map(({ mediaType }) => mediaType))];
const verdictOn = (bytes: Buffer, mediaType: MediaType) => examine(Buffer.from(bytes), { mediaType, fileName: null, allowed: ALL });
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** One entry, and the end that says how long it is: all that an unpacker needs to find. */
const DIRECTORY_OF_A_ZIP = `${'PK\x01\x02'.padEnd(46, '\0')}${'PK\x05\x06'.padEnd(12, '\0')}\x2e${'\0'.repeat(9)}`;

/** What no accepted file may hold, wherever it was put. */
const DANGEROUS: Readonly<Record<MediaType, readonly string[]>> = {
  'application/pdf': [' /JS (x) ', ' /S /Jav#61Script ', ' << /AA << >> >> ', '\n9 0 obj << /S /Launch >> endobj\n', 'Rar!\x1a\x07\x00'],
  'text/plain': ['\0', '\x1b[2J', 'Rar!\x1a\x07\x00'],
  'application/rtf': ['{\\object\\objdata 01}', '{\\*\\template x}', ' \\bin9 ', '7z\xbc\xaf\x27\x1c'],
  'image/jpeg': ['%PDF-1.7', 'Rar!\x1a\x07\x00', DIRECTORY_OF_A_ZIP],
  'image/png': ['%PDF-1.7', 'Rar!\x1a\x07\x00', '7z\xbc\xaf\x27\x1c'],
  'image/tiff': ['%PDF-1.7', 'Rar!\x1a\x07\x00', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  'text/xml': ['<script/>', '<!DOCTYPE a>', '<p onload="x"/>', '<a href="//x"/>'],
};

/** What is left of a PDF when everything is taken out in which names mean nothing: streams, comments, strings. Written apart from what is tested. */
const syntaxOf = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/stream\r?\n[\s\S]*?endstream/g, '')
    .replace(/%[^\r\n]*/g, '')
    .replace(/\((?:\\[\s\S]|[^\\()])*\)/g, '()')
    .replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
const isInert = (bytes: Buffer, mediaType: MediaType): boolean =>
  mediaType === 'application/pdf' &&
  !/\/(?:JS|JavaScript|AA|Launch)(?![^\s/<>[\](){}%])/.test(syntaxOf(bytes)) &&
  !bytes.includes('Rar!\x1a\x07\x00');

/** Bytes replaced at random, a piece perhaps cut out. */
const damage = fc.record({
  flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  cut: fc.option(fc.tuple(fc.nat(), fc.nat(40)), { freq: 3 }),
});
function damaged(bytes: Buffer, { flips, cut }: { flips: [number, number][]; cut: [number, number] | null }): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, value] of flips) copy[at % copy.length] = value;
  if (cut === null) return copy;
  const from = cut[0] % copy.length;
  return Buffer.concat([copy.subarray(0, from), copy.subarray(from + cut[1])]);
}
const isVerdict = (verdict: object): boolean => 'mediaType' in verdict || 'refused' in verdict;
const settings = { numRuns: 200, seed: 20261122 };

describe('Whatever the bytes', () => {
  it.each(goodFiles.map((file) => [file.what, file] as const))('200 damaged copies get a verdict: %s', async (_, { bytes, mediaType }) => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => isVerdict(await verdictOn(damaged(bytes, how), mediaType))),
      settings,
    );
  });

  it.each(goodFiles.map((file) => [file.what, file] as const))(
    'no copy with a dangerous construct is taken, wherever it was put: %s',
    async (_, { bytes, mediaType }) => {
      const construct = fc.constantFrom(...DANGEROUS[mediaType].map(latin));
      await fc.assert(
        fc.asyncProperty(construct, fc.nat(bytes.length), async (bad, at) => {
          const mutant = Buffer.concat([bytes.subarray(0, at), bad, bytes.subarray(at)]);
          return 'refused' in (await verdictOn(mutant, mediaType)) || isInert(mutant, mediaType);
        }),
        settings,
      );
    },
  );

  const beginnings = [
    '',
    '%PDF-1.7\n',
    '{\\rtf1',
    '\xff\xd8\xff',
    '\x89PNG\r\n\x1a\n',
    'II*\0',
    'MM\0*',
    '<?xml version="1.0"?>',
    'PK\x03\x04',
  ];
  it.each(beginnings)('random bytes behind %j get a verdict', async (beginning) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(...ALL),
        fc.constantFrom('', '\n%%EOF'),
        async (bytes, mediaType, end) => isVerdict(await verdictOn(Buffer.concat([latin(beginning), bytes, latin(end)]), mediaType)),
      ),
      settings,
    );
  });

  it('words of PDF in any order get a verdict', async () => {
    const word = fc.constantFrom(
      '<<',
      '>>',
      '[',
      ']',
      '1 0 obj',
      'endobj',
      'stream\n',
      'endstream',
      '/Type',
      '/ObjStm',
      '/Length 5',
      '(',
      ')',
      '1 0 R',
      'R',
      'xref',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 60 }), async (words) =>
        isVerdict(await verdictOn(latin(`%PDF-1.7\n${words.join(' ')}\n%%EOF`), 'application/pdf')),
      ),
      settings,
    );
  });

  it('words of RTF in any order get a verdict', async () => {
    const word = fc.constantFrom('{', '}', '\\', '\\*', '\\fldinst', '\\sn', '\\sv', '\\u1', "\\'41", 'PAGE', ' ', '\\par');
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 60 }), async (words) =>
        isVerdict(await verdictOn(latin(`{\\rtf1${words.join('')}}`), 'application/rtf')),
      ),
      settings,
    );
  });
});
