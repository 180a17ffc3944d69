import { deflateSync } from 'node:zlib';

/** What an object says, without its number; bytes for a stream. */
export type Body = string | Buffer;

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const HEADER = latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
const object = (number: number, body: Body): Buffer =>
  Buffer.concat([latin(`${number} 0 obj\n`), typeof body === 'string' ? latin(body) : body, latin('\nendobj\n')]);
const row = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`;

/** A stream object; `entries` are those beside its length. */
export const stream = (entries: string, content: Buffer): Buffer =>
  Buffer.concat([latin(`<< ${entries} /Length ${content.length} >>\nstream\n`), content, latin('\nendstream')]);

/** A deflated stream. */
export const deflated = (entries: string, content: Buffer | string): Buffer =>
  stream(`${entries} /Filter /FlateDecode`, deflateSync(content));

/** A PDF with a table of contents in clear; the first object is the catalogue. */
export function pdf(objects: readonly Body[], trailer = ''): Buffer {
  const parts = objects.map((body, index) => object(index + 1, body));
  let at = HEADER.length;
  const rows = parts.map((part) => {
    at += part.length;
    return row(at - part.length);
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([HEADER, ...parts, latin(table)]);
}

/** A PDF whose objects lie in an object stream, with a cross-reference stream: what most writers make today. `streams` cannot lie inside of another. */
export function modernPdf(objects: readonly string[], streams: readonly Buffer[] = []): Buffer {
  let length = 0;
  const pairs = objects.map((body, index) => {
    length += body.length + 1;
    return `${index + 1} ${length - body.length - 1}`;
  });
  const head = `${pairs.join(' ')}\n`;
  const holder = objects.length + streams.length + 1;
  const bodies = [
    ...streams,
    deflated(`/Type /ObjStm /N ${objects.length} /First ${head.length}`, latin(`${head}${objects.join('\n')}\n`)),
  ];
  const parts = bodies.map((body, index) => object(objects.length + index + 1, body));
  const entries = [entry(0, 0, 65535), ...objects.map((_, index) => entry(2, holder, index))];
  let at = HEADER.length;
  for (const part of parts) {
    entries.push(entry(1, at, 0));
    at += part.length;
  }
  entries.push(entry(1, at, 0));
  const table = deflated(`/Type /XRef /Size ${entries.length} /Root 1 0 R /W [1 4 2]`, Buffer.concat(entries));
  return Buffer.concat([HEADER, ...parts, object(holder + 1, table), latin(`startxref\n${at}\n%%EOF\n`)]);
}

function entry(kind: number, first: number, second: number): Buffer {
  const bytes = Buffer.alloc(7);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32BE(first, 1);
  bytes.writeUInt16BE(second, 5);
  return bytes;
}

/** The same PDF with one object said anew behind its end, as signing and annotating do. */
export function updated(former: Buffer, number: number, body: Body): Buffer {
  const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(former.toString('latin1'))?.[1] ?? '0';
  const renewed = object(number, body);
  const table = `xref\n${number} 1\n${row(former.length)}trailer\n<< /Size 100 /Root 1 0 R /Prev ${start} >>\nstartxref\n`;
  return Buffer.concat([former, renewed, latin(`${table}${former.length + renewed.length}\n%%EOF\n`)]);
}

const CONTENT = 'BT /F1 12 Tf 72 770 Td (Compte rendu de biologie) Tj ET\n'.repeat(20);

/** The objects of a small letter: a page with a font, a link, bookmarks, and a page to open at. `catalogue` and `page` are added to theirs. */
export const letterObjects = (catalogue = '', page = ''): string[] => [
  `<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /OpenAction [3 0 R /Fit] ${catalogue} >>`,
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 8 0 R /Annots [5 0 R] /Resources << /Font << /F1 4 0 R >> >> ${page} >>`,
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  '<< /Type /Annot /Subtype /Link /Rect [72 700 300 720] /A << /S /URI /URI (https://labo.example/resultats) >> >>',
  '<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>',
  '<< /Title (R\\351sultats \\(suite\\)) /Parent 6 0 R /Dest [3 0 R /XYZ 0 700 null] >>',
];
export const letterContent = (): Buffer => deflated('', CONTENT);

/** The letter with its table of contents in clear, and as modern writers make it. */
export const letterPdf = (catalogue = '', page = ''): Buffer => pdf([...letterObjects(catalogue, page), letterContent()]);
export const modernLetterPdf = (catalogue = '', page = ''): Buffer => modernPdf(letterObjects(catalogue, page), [letterContent()]);
