import { eicar } from '../support/fake-clamd.js';
import { deflated, letterContent, letterObjects, letterPdf, modernLetterPdf, pdf, stream } from '../support/sample-pdf.js';
import { cda, jpeg, rtf, structuredBody } from '../support/sample-files.js';
import { gzipSync } from 'node:zlib';

/** A file that must never come to lie in a record: what it is, and what it claims to be. */
export interface Hostile {
  readonly what: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly fileName?: string;
}
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const zip = (): Buffer => Buffer.concat([latin('PK\x03\x04'), Buffer.alloc(26), latin('PK\x05\x06'), Buffer.alloc(18)]);
const SCRIPT = '/AA << /WC << /S /J#61v#61Script /JS (app.alert\\(1\\)) >> >>';
const PDF = 'application/pdf';

export const hostile: readonly Hostile[] = [
  { what: 'a PDF that is an archive too', bytes: Buffer.concat([letterPdf(), zip()]), mediaType: PDF },
  {
    what: 'a JPEG with a page of HTML behind it',
    bytes: Buffer.concat([jpeg(), latin('<script>alert(1)</script>')]),
    mediaType: 'image/jpeg',
  },
  { what: 'a page of HTML called a text', bytes: latin('<!DOCTYPE html><script>alert(1)</script>'), mediaType: 'text/plain' },
  { what: 'a PDF called a text', bytes: letterPdf(), mediaType: 'text/plain' },
  { what: 'a PDF whose name says that it is a picture', bytes: letterPdf(), mediaType: PDF, fileName: 'photo.jpeg' },
  { what: 'an archive', bytes: zip(), mediaType: PDF },
  { what: 'a bomb, compressed', bytes: gzipSync(Buffer.alloc(20_000_000)), mediaType: 'text/plain' },
  { what: 'a PDF around a bomb', bytes: pdf([...letterObjects(), deflated('', Buffer.alloc(90_000_000))]), mediaType: PDF },
  { what: 'a PDF with a script, its name escaped', bytes: letterPdf(SCRIPT), mediaType: PDF },
  { what: 'the same in an object stream', bytes: modernLetterPdf(SCRIPT), mediaType: PDF },
  { what: 'a PDF that starts a program', bytes: letterPdf('/AA << /WC << /S /Launch /F (cmd.exe) >> >>'), mediaType: PDF },
  { what: 'an RTF with an object inside', bytes: rtf('{\\object\\objdata 00}'), mediaType: 'application/rtf' },
  {
    what: 'a clinical document that fetches another file',
    bytes: cda(structuredBody('&x;'), '', '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    mediaType: 'text/xml',
  },
  { what: 'the test file of antiviruses', bytes: eicar(), mediaType: 'text/plain' },
  { what: 'the same in a stream of a PDF', bytes: pdf([...letterObjects(), letterContent(), stream('', eicar())]), mediaType: PDF },
  { what: 'half a PDF', bytes: letterPdf().subarray(0, 700), mediaType: PDF },
  { what: 'nothing', bytes: Buffer.alloc(0), mediaType: 'text/plain' },
  { what: 'a type that nobody may bring', bytes: latin('MZ\x90\x00'), mediaType: 'application/x-msdownload' },
  { what: 'a byte too many', bytes: Buffer.alloc(10_000_001, 0x61), mediaType: 'text/plain' },
];
