import { crc32, deflateSync } from 'node:zlib';
import type { MediaType } from '../../src/application/record/inspection.js';
import { letterPdf, modernLetterPdf } from './sample-pdf.js';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A chunk of a PNG with its checksum. */
export function pngChunk(type: string, content: Buffer): Buffer {
  const checked = Buffer.concat([latin(type), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(checked), 4);
  return Buffer.concat([frame.subarray(0, 4), checked, frame.subarray(4)]);
}

/** A grey PNG whose header says this size; its pixels are those of 8 × 8. */
export function png(width = 8, height = 8, extra: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = deflateSync(Buffer.alloc(72, 0));
  return Buffer.concat([
    latin('\x89PNG\r\n\x1a\n'),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A segment of a JPEG with its length. */
export function jpegSegment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** A grey JPEG whose frame says this size, with stuffing and a restart in its coded data. */
export function jpeg(width = 8, height = 8, extra: readonly Buffer[] = []): Buffer {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, latin('JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00')),
    ...extra,
    jpegSegment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    jpegSegment(0xc0, frame),
    jpegSegment(0xc4, Buffer.from([0, 1, ...Array<number>(15).fill(0), 0])),
    jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x3f, 0xff, 0x00, 0x12, 0xff, 0xd0, 0x7f]),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A grey TIFF of one strip; `fields` replace values by tag. */
export function tiff(fields: Readonly<Record<number, number>> = {}, next = 0): Buffer {
  const values: Record<number, number> = { 256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: 64, ...fields };
  const tags = Object.keys(values).map(Number);
  const bytes = Buffer.alloc(8 + 64 + 2 + tags.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(72, 4);
  bytes.writeUInt16LE(tags.length, 72);
  tags.forEach((tag, index) => {
    const at = 74 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(values[tag] ?? 0, at + 8);
  });
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

/** A letter in RTF; `body` is added to it. */
export const rtf = (body = ''): Buffer =>
  latin(
    `{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\*\\generator Essai;}\\f0 R\\'e9sultats \\{normaux\\}\\par ` +
      `{\\field{\\*\\fldinst {HYPERLINK "https://labo.example/"}}{\\fldrslt labo}} page {\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}${body}}\r\n`,
  );

/** A clinical document with this body; `root` goes into its first tag, `before` in front of it. */
export const cda = (body: string, root = '', before = ''): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>${before}<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${root}>` +
      `<realmCode code="FR"/><title>Compte rendu d’examen</title><component>${body}</component></ClinicalDocument>`,
  );
export const structuredBody = (text: string): string =>
  `<structuredBody><component><section><text>${text}</text></section></component></structuredBody>`;
export const nonXmlBody = (mediaType: string, content: Buffer): string =>
  `<nonXMLBody><text mediaType="${mediaType}" representation="B64">${content.toString('base64').replace(/.{76}/g, '$&\n')}</text></nonXMLBody>`;

export interface Sample {
  readonly what: string;
  readonly mediaType: MediaType;
  readonly fileName: string | null;
  readonly bytes: Buffer;
}

const sample = (what: string, mediaType: MediaType, fileName: string | null, bytes: Buffer): Sample => ({
  what,
  mediaType,
  fileName,
  bytes,
});

/** One sound file of each kind that is accepted. */
export const goodFiles: readonly Sample[] = [
  sample('a PDF letter', 'application/pdf', 'lettre.pdf', letterPdf()),
  sample('a PDF letter with object streams', 'application/pdf', 'Lettre.PDF', modernLetterPdf()),
  sample('a text in UTF-8', 'text/plain', 'note.txt', Buffer.from('Température : 37,2 °C\r\n<b>inerte</b>\tœdème\n')),
  sample('a text in Latin-1', 'text/plain', null, latin('Temp\xe9rature : 37,2 \xb0C\n')),
  sample('an RTF letter', 'application/rtf', 'lettre.rtf', rtf()),
  sample('a JPEG', 'image/jpeg', 'photo.jpeg', jpeg()),
  sample('a PNG', 'image/png', 'photo.png', png()),
  sample('a TIFF', 'image/tiff', 'scan.tif', tiff()),
  sample(
    'a structured clinical document',
    'text/xml',
    'cr.xml',
    cda(structuredBody('<linkHtml href="#suite">suite</linkHtml><reference value="#a1"/>')),
  ),
  sample('a clinical document around a PDF', 'text/xml', 'cr.xml', cda(nonXmlBody('application/pdf', letterPdf()))),
  sample('a clinical document around an image', 'text/xml', null, cda(nonXmlBody('image/jpeg', jpeg()))),
];
