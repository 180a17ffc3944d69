import { deflateSync, gzipSync } from 'node:zlib';
import { examine } from '../../../src/infrastructure/inspection/examine.js';
import type { MediaType } from '../../../src/application/record/inspection.js';
import { cda, goodFiles, jpeg, jpegSegment, nonXmlBody, png, pngChunk, rtf, structuredBody, tiff } from '../../support/sample-files.js';
import {
  deflated,
  letterContent,
  letterObjects,
  letterPdf,
  modernLetterPdf,
  modernPdf,
  pdf,
  stream,
  updated,
} from '../../support/sample-pdf.js';

const ALL: readonly MediaType[] = [...new Set(goodFiles.map(({ mediaType }) => mediaType))];
const verdictOn = (bytes: Buffer, mediaType: string) => examine(Buffer.from(bytes), { mediaType, fileName: null, allowed: ALL });
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const join = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

/** An archive with one empty entry: local header, directory, end. */
const zip = (): Buffer => {
  const name = latin('a.class');
  const local = join(latin('PK\x03\x04'), Buffer.alloc(22), Buffer.from([name.length, 0, 0, 0]), name);
  const entry = join(latin('PK\x01\x02'), Buffer.alloc(24), Buffer.from([name.length, 0]), Buffer.alloc(16), name);
  const end = join(latin('PK\x05\x06'), Buffer.alloc(18));
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return join(local, entry, end);
};
const tar = (): Buffer => {
  const bytes = Buffer.alloc(1024);
  bytes.write('ustar', 257);
  return bytes;
};
const withBytesAt = (bytes: Buffer, at: number, value: Buffer): Buffer =>
  join(bytes.subarray(0, at), value, bytes.subarray(at + value.length));
const exe = join(latin('MZ\x90\x00\x03\x00\x00\x00'), Buffer.alloc(200));

const MISMATCH = 'record/type-mismatch';
const UNKNOWN = 'record/type-not-accepted';
const ARCHIVE = 'record/archive-refused';
const ACTIVE = 'record/active-content';
const TRUNCATED = 'record/truncated';
const LARGE = 'record/too-large';

type Case = readonly [string, Buffer, string, string];
const refuses = (cases: readonly Case[]): void =>
  it.each(cases)('%s', async (_, bytes, mediaType, refused) => {
    expect(await verdictOn(bytes, mediaType)).toEqual({ refused });
  });

describe('Refused: what is no document', () => {
  refuses([
    ['a program called a PDF', exe, 'application/pdf', UNKNOWN],
    ['a program for Linux', join(latin('\x7fELF\x02\x01\x01'), Buffer.alloc(64)), 'application/pdf', UNKNOWN],
    ['a program for macOS', join(latin('\xcf\xfa\xed\xfe'), Buffer.alloc(64)), 'image/png', UNKNOWN],
    ['a script for a shell', latin('#!/bin/sh\nrm -r /\n'), 'text/plain', UNKNOWN],
    ['a page for a browser', latin('  <!DOCTYPE html><script>alert(1)</script>'), 'text/plain', UNKNOWN],
    ['a drawing with scripts', latin('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'text/plain', UNKNOWN],
    ['XML that is no clinical document', latin('<?xml version="1.0"?><note/>'), 'text/xml', UNKNOWN],
    ['a clinical document of another vocabulary', latin('<ClinicalDocument xmlns="urn:example"/>'), 'text/xml', UNKNOWN],
    ['text with a NUL', latin('abc\0def'), 'text/plain', UNKNOWN],
    ['text in UTF-16', Buffer.from('\ufeffabc', 'utf16le'), 'text/plain', UNKNOWN],
    ['Latin-1 with control bytes', latin('caf\xe9 \x81'), 'text/plain', UNKNOWN],
    ['XML called text', cda(''), 'text/plain', MISMATCH],
    ['a GIF', latin('GIF89a\x01\x00\x01\x00\x00\x00\x00;'), 'image/png', UNKNOWN],
    ['a BigTIFF', join(latin('II+\x00\x08\x00\x00\x00'), Buffer.alloc(32)), 'image/tiff', UNKNOWN],
  ]);
});

describe('Refused: archives', () => {
  refuses([
    ['ZIP', zip(), 'application/pdf', ARCHIVE],
    ['gzip', gzipSync('bomb'), 'text/plain', ARCHIVE],
    ['RAR', latin('Rar!\x1a\x07\x01\x00rest'), 'application/pdf', ARCHIVE],
    ['7z', latin('7z\xbc\xaf\x27\x1c\x00\x04'), 'application/pdf', ARCHIVE],
    ['bzip2', latin('BZh91AY&SY\x00\x00'), 'application/pdf', ARCHIVE],
    ['xz', latin('\xfd7zXZ\x00\x00\x04'), 'application/pdf', ARCHIVE],
    ['tar', tar(), 'application/pdf', ARCHIVE],
    ['an Office document of old', join(latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), Buffer.alloc(512)), 'application/pdf', ARCHIVE],
    ['cabinet', latin('MSCF\x00\x00\x00\x00rest'), 'application/pdf', ARCHIVE],
    ['a disk image', withBytesAt(Buffer.alloc(40_000), 0x8001, latin('CD001')), 'application/pdf', ARCHIVE],
    ['a ZIP bomb in a ZIP', join(zip(), zip()), 'application/pdf', ARCHIVE],
    ['a bomb in a clinical document', cda(nonXmlBody('application/pdf', zip())), 'text/xml', ARCHIVE],
    [
      'a clinical document with a compressed body',
      cda('<nonXMLBody><text compression="DF" representation="B64">AAAA</text></nonXMLBody>'),
      'text/xml',
      ARCHIVE,
    ],
  ]);
});

describe('Refused: polyglots', () => {
  refuses([
    ['a PDF behind a JPEG', join(jpeg(), letterPdf()), 'image/jpeg', UNKNOWN],
    ['a PDF in the comment of a JPEG', jpeg(8, 8, [jpegSegment(0xfe, letterPdf())]), 'image/jpeg', UNKNOWN],
    ['a PDF in a chunk of a PNG', png(8, 8, [pngChunk('teSt', letterPdf())]), 'image/png', UNKNOWN],
    ['a JPEG before a PDF', join(jpeg(), letterPdf()), 'application/pdf', MISMATCH],
    ['a PDF behind junk', join(latin('junk\n'), letterPdf()), 'application/pdf', UNKNOWN],
    ['a PDF inside a text', latin('Bonjour\n%PDF-1.4\n'), 'text/plain', UNKNOWN],
    ['a Java archive behind a JPEG', join(jpeg(), zip()), 'image/jpeg', ARCHIVE],
    ['a Java archive behind a PNG', join(png(), zip()), 'image/png', ARCHIVE],
    ['an archive behind a PDF', join(letterPdf(), zip()), 'application/pdf', ARCHIVE],
    ['an archive inside a PDF', pdf([...letterObjects(), letterContent(), stream('', zip())]), 'application/pdf', ARCHIVE],
    ['an archive of which only the end shows', join(letterPdf(), latin('PK\x05\x06'), Buffer.alloc(18)), 'application/pdf', ARCHIVE],
    ['a tar around a TIFF', withBytesAt(join(tiff(), Buffer.alloc(400)), 257, latin('ustar')), 'image/tiff', ARCHIVE],
    ['RAR behind an RTF', join(rtf(), latin('Rar!\x1a\x07\x00')), 'application/rtf', ARCHIVE],
    ['a script behind a PDF', join(letterPdf(), latin('<script>alert(1)</script>')), 'application/pdf', UNKNOWN],
    ['a script behind a PNG', join(png(), latin('<script>alert(1)</script>')), 'image/png', UNKNOWN],
    ['a script behind a TIFF', join(tiff(), latin('<script>alert(1)</script>')), 'image/tiff', UNKNOWN],
    ['a script behind an RTF', join(rtf(), latin('<script>alert(1)</script>')), 'application/rtf', UNKNOWN],
    ['a photograph with a video behind it', join(jpeg(), latin('\x00\x00\x00\x18ftypmp42')), 'image/jpeg', UNKNOWN],
  ]);
});

describe('Refused: what is not whole', () => {
  const half = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.7));
  const wrongSum = Buffer.from(png());
  wrongSum.writeUInt8(wrongSum.readUInt8(20) ^ 1, 20);
  refuses([
    ['a PDF without its end', half(letterPdf()), 'application/pdf', TRUNCATED],
    [
      'a PDF whose table of contents leads nowhere',
      latin(
        letterPdf()
          .toString('latin1')
          .replace(/startxref\n\d+/, 'startxref\n7'),
      ),
      'application/pdf',
      TRUNCATED,
    ],
    ['a PDF that is only its ends', latin('%PDF-1.7\n%%EOF\n'), 'application/pdf', TRUNCATED],
    ['a JPEG without its end', half(jpeg()), 'image/jpeg', TRUNCATED],
    ['a JPEG that is only its ends', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'image/jpeg', TRUNCATED],
    ['a PNG without its end', half(png()), 'image/png', TRUNCATED],
    ['a PNG with a wrong checksum', wrongSum, 'image/png', TRUNCATED],
    ['a TIFF whose pixels lie outside', tiff({ 273: 100_000 }), 'image/tiff', TRUNCATED],
    ['a TIFF whose directory lies outside', half(tiff()), 'image/tiff', TRUNCATED],
    ['a TIFF that leads in circles', tiff({}, 72), 'image/tiff', UNKNOWN],
    ['an RTF with an open brace', latin('{\\rtf1{\\b gras}'), 'application/rtf', TRUNCATED],
    ['a clinical document that breaks off', half(cda(structuredBody('x'))), 'text/xml', TRUNCATED],
    [
      'a clinical document with bytes of another encoding',
      join(cda('').subarray(0, -20), latin('\xe9'), cda('').subarray(-20)),
      'text/xml',
      TRUNCATED,
    ],
    [
      'a clinical document around broken base64',
      cda('<nonXMLBody><text mediaType="application/pdf" representation="B64">AAA$</text></nonXMLBody>'),
      'text/xml',
      TRUNCATED,
    ],
    [
      'a clinical document around base64 that breaks off',
      cda('<nonXMLBody><text representation="B64">AAAAA</text></nonXMLBody>'),
      'text/xml',
      TRUNCATED,
    ],
    ['a clinical document around half a PDF', cda(nonXmlBody('application/pdf', half(letterPdf()))), 'text/xml', TRUNCATED],
  ]);
});

describe('Refused: floods', () => {
  const zeros = (size: number): Buffer => deflateSync(Buffer.alloc(size));
  const flate = (content: Buffer, entries = ''): Buffer => stream(`${entries} /Filter /FlateDecode`, content);
  refuses([
    ['a PNG of 51 megapixels', png(51_000, 1000), 'image/png', LARGE],
    ['a JPEG of more than 50 megapixels', jpeg(10_000, 5001), 'image/jpeg', LARGE],
    ['a TIFF of more than 50 megapixels', tiff({ 256: 100_000, 257: 100_000 }), 'image/tiff', LARGE],
    [
      'an image of a gigapixel in a PDF',
      pdf([...letterObjects(), letterContent(), stream('/Subtype /Image /Width 32000 /Height 32000', Buffer.alloc(9))]),
      'application/pdf',
      LARGE,
    ],
    ['a PDF with a page that inflates without measure', pdf([...letterObjects(), flate(zeros(70 << 20))]), 'application/pdf', LARGE],
    [
      'a PDF with an object stream that inflates without measure',
      pdf([...letterObjects(), letterContent(), flate(zeros(70 << 20), '/Type /ObjStm /N 1 /First 4')]),
      'application/pdf',
      LARGE,
    ],
    [
      'a PDF with a stream deflated twice',
      pdf([...letterObjects(), stream('/Filter [/FlateDecode /Fl]', deflateSync(zeros(1 << 20)))]),
      'application/pdf',
      LARGE,
    ],
  ]);
});

describe('Refused: what a PDF would do', () => {
  const script = '<< /S /JavaScript /JS (app.alert(1)) >>';
  refuses([
    ['a script at opening', letterPdf('/Names << /JavaScript << /Names [(a) 9 0 R] >> >>'), 'application/pdf', ACTIVE],
    ['a script behind name escapes', letterPdf('', '/A << /S /#4a#61vaScript /#4A#53 (app.alert\\(1\\)) >>'), 'application/pdf', ACTIVE],
    ['a script in an object stream', modernLetterPdf('', `/A ${script}`), 'application/pdf', ACTIVE],
    [
      'a script behind name escapes in an object stream',
      modernLetterPdf('', '/A << /S /Java#53cript /J#53 (x) >>'),
      'application/pdf',
      ACTIVE,
    ],
    [
      'a script in a revision that was replaced',
      updated(letterPdf('', `/A ${script}`), 3, letterObjects()[2] ?? ''),
      'application/pdf',
      ACTIVE,
    ],
    ['a script in a revision that replaces', updated(letterPdf(), 3, `<< /Type /Page /A ${script} >>`), 'application/pdf', ACTIVE],
    ['a script that nothing refers to', pdf([...letterObjects(), letterContent(), script]), 'application/pdf', ACTIVE],
    ['actions on events', letterPdf('', '/AA << /O << /S /Named /N /Print >> >>'), 'application/pdf', ACTIVE],
    ['a program to launch', letterPdf('', '/A << /S /Launch /F (cmd.exe) >>'), 'application/pdf', ACTIVE],
    ['an embedded file', pdf([...letterObjects(), letterContent(), stream('/Type /EmbeddedFile', latin('x'))]), 'application/pdf', ACTIVE],
    ['a list of embedded files', letterPdf('/Names << /EmbeddedFiles << /Names [] >> >>'), 'application/pdf', ACTIVE],
    ['rich media', letterPdf('', '/X << /Subtype /RichMedia >>'), 'application/pdf', ACTIVE],
    ['a form in XML', letterPdf('/AcroForm << /XFA 9 0 R >>'), 'application/pdf', ACTIVE],
    ['a form that is sent', letterPdf('', '/A << /S /SubmitForm /F (https://x.example) >>'), 'application/pdf', ACTIVE],
    ['data that is fetched', letterPdf('', '/A << /S /ImportData /F (x.fdf) >>'), 'application/pdf', ACTIVE],
    ['a way into another file', letterPdf('', '/A << /S /GoToR /F (x.pdf) >>'), 'application/pdf', ACTIVE],
    ['a way into an embedded file', letterPdf('', '/A << /S /GoToE >>'), 'application/pdf', ACTIVE],
    [
      'a stream whose bytes lie elsewhere',
      pdf([...letterObjects(), letterContent(), stream('/F (\\\\\\\\host\\\\share)', latin(''))]),
      'application/pdf',
      ACTIVE,
    ],
    [
      'objects wrapped so that they cannot be looked into',
      pdf([...letterObjects(), letterContent(), stream('/Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode', latin('00>'))]),
      'application/pdf',
      ACTIVE,
    ],
    [
      'encryption of object streams',
      pdf(
        [...letterObjects(), letterContent(), stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', latin('\x8f\x03\x9ajunk'))],
        '/Encrypt 9 0 R',
      ),
      'application/pdf',
      UNKNOWN,
    ],
    [
      'encryption behind a name escape',
      pdf([...letterObjects(), letterContent()], '/Encr#79pt << /Filter /Standard /V 1 >>'),
      'application/pdf',
      UNKNOWN,
    ],
    ['encryption', pdf([...letterObjects(), letterContent()], '/Encrypt << /Filter /Standard /V 1 >>'), 'application/pdf', UNKNOWN],
  ]);

  const opening = (value: string): string[] => [(letterObjects()[0] ?? '').replace('[3 0 R /Fit]', value), ...letterObjects().slice(1)];
  it.each([
    ['a web page', '<< /S /URI /URI (https://x.example) >>'],
    ['printing', '<< /S /Named /N /Print >>'],
    ['more after the page', '<< /S /GoTo /D [3 0 R /Fit] /Next << /S /Named /N /Print >> >>'],
    ['an object that is more than a page', '9 0 R'],
  ])('an action at opening: %s', async (_, value) => {
    const objects = [...opening(value), letterContent(), '<< /S /URI /URI (https://x.example) >>'];
    expect(await verdictOn(pdf(objects), 'application/pdf')).toEqual({ refused: ACTIVE });
    expect(await verdictOn(modernPdf([...opening(value), '<< >>', '<< /S /URI /URI (u) >>']), 'application/pdf')).toEqual({
      refused: ACTIVE,
    });
  });

  it('but turning to a page at opening is no action', async () => {
    const objects = [...opening('9 0 R'), letterContent(), '<< /S /GoTo /D [3 0 R /Fit] >>'];
    expect(await verdictOn(pdf(objects), 'application/pdf')).toEqual({ mediaType: 'application/pdf' });
  });

  /** An update whose table of contents leads into the bytes of a stream, where object 9 is hidden. */
  const leadingInto = (objects: readonly string[], hidden: string): readonly [Buffer, Buffer] => {
    const carrier = pdf([...objects, stream('', latin(`\n9 0 obj\n${hidden}\nendobj\n`))]);
    const start = /startxref\s+(\d+)/.exec(carrier.toString('latin1'))?.[1];
    const row = `${String(carrier.indexOf('9 0 obj')).padStart(10, '0')} 00000 n \n`;
    const table = `xref\n9 1\n${row}trailer\n<< /Size 10 /Root 1 0 R /Prev ${start} >>\nstartxref\n${carrier.length}\n%%EOF\n`;
    return [carrier, join(carrier, latin(table))];
  };

  it('a script where no object should lie is found by the table of contents that leads there', async () => {
    const [carrier, leading] = leadingInto(letterObjects(), script);
    expect(await verdictOn(leading, 'application/pdf')).toEqual({ refused: ACTIVE });
    expect(await verdictOn(carrier, 'application/pdf')).toEqual({ mediaType: 'application/pdf' });
  });

  it('so is an action at opening', async () => {
    const [carrier, leading] = leadingInto(opening('9 0 R'), '<< /S /URI /URI (https://x.example) >>');
    expect(await verdictOn(leading, 'application/pdf')).toEqual({ refused: ACTIVE });
    expect(await verdictOn(carrier, 'application/pdf')).toEqual({ mediaType: 'application/pdf' });
  });

  it('an action at opening that only a former revision had is found', async () => {
    const former = pdf([...opening('9 0 R'), letterContent(), '<< /S /URI /URI (https://x.example) >>']);
    expect(await verdictOn(updated(former, 9, '[3 0 R /Fit]'), 'application/pdf')).toEqual({ refused: ACTIVE });
  });

  it('a name that is escaped, and only in a former revision, is found', async () => {
    const former = letterPdf('', '/A << /S /Java#53cript >>');
    expect(await verdictOn(updated(former, 3, letterObjects()[2] ?? ''), 'application/pdf')).toEqual({ refused: ACTIVE });
  });

  it('a script that the header of an object stream points to inside a string is found', async () => {
    const content = latin(`9 1 (${script})`);
    const holder = deflated('/Type /ObjStm /N 1 /First 4', content);
    expect(await verdictOn(pdf([...letterObjects(), letterContent(), holder]), 'application/pdf')).toEqual({ refused: ACTIVE });
  });
});

describe('Refused: what an RTF would do', () => {
  refuses(
    [
      ['an object', '{\\object\\objemb{\\*\\objdata 0105}}'],
      ['an object in other letters', '{\\*\\ObjData 0105}'],
      ['an object that updates itself', '{\\object\\objupdate}'],
      ['a template from elsewhere', '{\\*\\template http://x.example/a.dotm}'],
      ['raw bytes', '{\\pict\\bin3 abc}'],
      ['a DDE field', '{\\field{\\*\\fldinst DDEAUTO c:\\\\cmd.exe "/k calc"}{\\fldrslt x}}'],
      ['a DDE field in pieces', '{\\field{\\*\\fldinst {D}{\\b DE}{\\i AUTO} x}{\\fldrslt x}}'],
      ['a DDE field in hex', "{\\field{\\*\\fldinst \\'44\\'44\\'45 x}{\\fldrslt x}}"],
      ['a DDE field behind what readers skip', '{\\field{\\*\\fldinst {\\*\\unknown PAGE }DDE x}{\\fldrslt x}}'],
      ['a field that includes', '{\\field{\\*\\fldinst INCLUDEPICTURE "http://x.example/p.png"}}'],
      ['a field that links', '{\\field{\\fldinst LINK Excel.Sheet x}}'],
      ['a picture from elsewhere', '{\\sp{\\sn pibName}{\\sv https://x.example/p.png}}'],
    ].map(([what = '', body]) => [what, rtf(body), 'application/rtf', ACTIVE] as const),
  );
});

describe('Refused: what a clinical document would do', () => {
  const attack = (what: string, bytes: Buffer): Case => [what, bytes, 'text/xml', ACTIVE];
  refuses([
    attack('a document type', cda('', '', '<!DOCTYPE x>')),
    attack('entities', cda('&a;', '', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')),
    attack('a style sheet', cda('', '', '<?xml-stylesheet type="text/xsl" href="cda.xsl"?>')),
    attack('a script', cda(structuredBody('<script>alert(1)</script>'))),
    attack('a page', cda(structuredBody('<p xmlns="http://www.w3.org/1999/xhtml">x</p>'))),
    attack('a drawing', cda(structuredBody('<g xmlns="http://www.w3.org/2000/svg"/>'))),
    attack('an event handler', cda(structuredBody('<paragraph onclick="alert(1)">x</paragraph>'))),
    attack('an external link', cda(structuredBody('<linkHtml href="https://x.example">x</linkHtml>'))),
    attack('an external link by XLink', cda(structuredBody('<p xmlns:l="http://www.w3.org/1999/xlink" l:href="//x.example">x</p>'))),
    attack('an external image', cda(structuredBody('<img src="https://x.example/p.png"/>'))),
    attack('a script in an address', cda('<telecom value="java&#10;script:alert(1)"/>')),
    attack(
      'a body that lies elsewhere',
      cda('<nonXMLBody><text mediaType="application/pdf"><reference value="https://x.example/a.pdf"/></text></nonXMLBody>'),
    ),
    attack('a PDF with a script', cda(nonXmlBody('application/pdf', letterPdf('', '/AA << >>')))),
    ['a program', cda(nonXmlBody('application/pdf', exe)), 'text/xml', UNKNOWN],
    ['an embedded file of another type than stated', cda(nonXmlBody('image/png', jpeg())), 'text/xml', MISMATCH],
    ['another document inside', cda(nonXmlBody('text/xml', cda(''))), 'text/xml', UNKNOWN],
    ['an entity that was never declared', cda('&a;'), 'text/xml', TRUNCATED],
    ['elements without end', cda(`${'<a>'.repeat(300)}${'</a>'.repeat(300)}`), 'text/xml', UNKNOWN],
  ]);
});
