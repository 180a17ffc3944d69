import { examine } from '../../../src/infrastructure/inspection/examine.js';
import type { MediaType } from '../../../src/application/record/inspection.js';
import { goodFiles, tiff, jpeg, jpegSegment, pngChunk, png, rtf, cda } from '../../support/sample-files.js';
import { letterPdf, updated } from '../../support/sample-pdf.js';

const ALL: readonly MediaType[] = [...new Set(goodFiles.map(({ mediaType }) => mediaType))];
const verdictOn = (bytes: Buffer, mediaType: string, fileName: string | null = null, allowed = ALL) =>
  examine(Buffer.from(bytes), { mediaType, fileName, allowed });

describe('A file that is accepted', () => {
  it.each(goodFiles.map((file) => [file.what, file] as const))('%s', async (_, { bytes, mediaType, fileName }) => {
    expect(await verdictOn(bytes, mediaType, fileName)).toEqual({ mediaType });
  });

  it.each([
    [
      'a PDF that was annotated after it was made',
      updated(letterPdf(), 5, '<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (vu) >>'),
      'application/pdf',
    ],
    ['a JPEG with a comment', jpeg(8, 8, [jpegSegment(0xfe, Buffer.from('pris le 3 mars'))]), 'image/jpeg'],
    ['a PNG with a text', png(8, 8, [pngChunk('tEXt', Buffer.from('Title\0radio'))]), 'image/png'],
    ['a TIFF with Exif in a directory of its own', Buffer.concat([tiff({ 34665: 186 }), Buffer.from([0, 0, 0, 0, 0, 0])]), 'image/tiff'],
    [
      'an RTF with nothing but a field that prints',
      rtf('{\\field{\\*\\fldinst { NUMPAGES \\\\* MERGEFORMAT }}{\\fldrslt 3}}'),
      'application/rtf',
    ],
    ['a clinical document without a declaration', Buffer.from('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'), 'text/xml'],
    ['a clinical document under a prefix', Buffer.from('<h:ClinicalDocument xmlns:h="urn:hl7-org:v3"/>'), 'text/xml'],
    [
      'a clinical document in Latin-1',
      Buffer.from(cda('').toString('utf8').replace('UTF-8', 'ISO-8859-1').replace('’', "'é"), 'latin1'),
      'text/xml',
    ],
  ])('%s', async (_, bytes, mediaType) => {
    expect(await verdictOn(Buffer.from(bytes), mediaType)).toEqual({ mediaType });
  });

  it.each([
    ['application/pdf; version=1.7', 'application/pdf', letterPdf()],
    ['IMAGE/JPG', 'image/jpeg', jpeg()],
    ['text/rtf', 'application/rtf', rtf()],
    ['application/xml', 'text/xml', cda('')],
    ['text/plain;charset=utf-8', 'text/plain', Buffer.from('é')],
  ])('may be stated as %s', async (stated, mediaType, bytes) => {
    expect(await verdictOn(bytes, stated)).toEqual({ mediaType });
  });
});

describe('What is claimed must agree with what the bytes are', () => {
  it.each([
    ['another type', 'image/png', null, 'record/type-mismatch'],
    ['an unknown type', 'application/msword', null, 'record/type-not-accepted'],
    ['no type', '', null, 'record/type-not-accepted'],
    ['another extension', 'application/pdf', 'lettre.txt', 'record/type-mismatch'],
    ['the extension of a program', 'application/pdf', 'lettre.pdf.exe', 'record/type-mismatch'],
    ['a name cut by a NUL', 'application/pdf', 'lettre.exe\0.pdf', 'record/type-mismatch'],
    ['a name that turns its direction', 'application/pdf', 'lettre\u202efdp.exe.pdf', 'record/type-mismatch'],
  ])('a PDF with %s is refused', async (_, mediaType, fileName, refused) => {
    expect(await verdictOn(letterPdf(), mediaType, fileName)).toEqual({ refused });
  });

  it('a name without extension says nothing against it', async () => {
    expect(await verdictOn(letterPdf(), 'application/pdf', 'lettre')).toEqual({ mediaType: 'application/pdf' });
  });

  it('a type that this depositor may not send is refused, however sound', async () => {
    expect(await verdictOn(letterPdf(), 'application/pdf', null, ['text/xml'])).toEqual({ refused: 'record/type-not-accepted' });
  });
});

describe('What a file says', () => {
  it('does not appear on our console, however a parser complains about it', async () => {
    const said: unknown[] = [];
    const { log, error } = console;
    Object.assign(console, { log: (...words: unknown[]) => said.push(words), error: (...words: unknown[]) => said.push(words) });
    await verdictOn(updated(letterPdf(), 5, '<< /Type /Annot /Subtype /Text >>'), 'application/pdf');
    await verdictOn(Buffer.from('%PDF-1.7\n1 0 obj (secret) endobj\nstartxref\n9\n%%EOF'), 'application/pdf');
    Object.assign(console, { log, error });
    expect(said).toEqual([]);
  });
});
