import { unfit } from './verdict.js';

const latin = (signature: string): Buffer => Buffer.from(signature, 'latin1');

/** How archives begin. Two and three bytes mean something at the start only. */
const AT_START: readonly Buffer[] = [
  'PK\x03\x04',
  'PK\x05\x06',
  'PK\x07\x08',
  '\x1f\x8b',
  '\x1f\x9d',
  '\x28\xb5\x2f\xfd',
  '\x04\x22\x4d\x18',
].map(latin);
/** Long enough never to occur by chance in compressed data: looked for everywhere, for unpackers do so too. */
const ANYWHERE: readonly Buffer[] = [
  'Rar!\x1a\x07',
  '7z\xbc\xaf\x27\x1c',
  '\xfd7zXZ\x00',
  '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
  'MSCF\x00\x00\x00\x00',
  ...Array.from({ length: 9 }, (_, level) => `BZh${level + 1}1AY&SY`),
].map(latin);
/** tar and ISO 9660 leave room before their signature, which is what makes them fit behind another header. */
const AT_OFFSET: readonly (readonly [number, Buffer])[] = [
  [257, latin('ustar')],
  [0x8001, latin('CD001')],
  [0x8801, latin('CD001')],
  [0x9001, latin('CD001')],
];

const liesAt = (bytes: Buffer, offset: number, signature: Buffer): boolean =>
  offset >= 0 && bytes.subarray(offset, offset + signature.length).equals(signature);

const END_OF_DIRECTORY = latin('PK\x05\x06');
const DIRECTORY_ENTRY = latin('PK\x01\x02');
const ZIP64_LOCATOR = latin('PK\x06\x07');
const END_SIZE = 22;

/** Whether an unpacker would take these bytes for the end of a ZIP: a directory lies before it, or its comment reaches exactly the end. */
function endsZip(bytes: Buffer, at: number): boolean {
  if (at + END_SIZE > bytes.length) return false;
  const directory = at - bytes.readUInt32LE(at + 12);
  const comment = bytes.readUInt16LE(at + 20);
  return liesAt(bytes, directory, DIRECTORY_ENTRY) || liesAt(bytes, at - 20, ZIP64_LOCATOR) || at + END_SIZE + comment === bytes.length;
}

function holdsZip(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(END_OF_DIRECTORY); at !== -1; at = bytes.indexOf(END_OF_DIRECTORY, at + 1)) {
    if (endsZip(bytes, at)) return true;
  }
  return false;
}

/**
 * Refuses a file that is an archive, or that an unpacker would take for one: ZIP is read from its end, RAR and 7z are searched for behind whatever
 * comes first. Antivirus engines call a bomb clean once it is beyond their limits, so none is let through to them.
 */
export function refuseArchives(bytes: Buffer): void {
  const found =
    AT_START.some((signature) => liesAt(bytes, 0, signature)) ||
    AT_OFFSET.some(([offset, signature]) => liesAt(bytes, offset, signature)) ||
    ANYWHERE.some((signature) => bytes.includes(signature)) ||
    holdsZip(bytes);
  if (found) unfit('record/archive-refused');
}
