import { checkPixels, unfit } from './verdict.js';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/** Start-of-frame markers carry the size of the image; C4, C8 and CC in their midst are something else (ITU-T T.81, table B.1). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Markers without a length: TEM and the restarts. */
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Index of the marker's code at or behind `at`; fill bytes are skipped. */
function markerAt(bytes: Buffer, at: number): number {
  if (at >= bytes.length) unfit('record/truncated');
  if (bytes[at] !== 0xff) unfit('record/type-not-accepted');
  let code = at + 1;
  while (bytes[code] === 0xff) code += 1;
  if (code >= bytes.length) unfit('record/truncated');
  return code;
}

/** Where the next real marker follows coded data: a stuffed FF 00 and restarts belong to the data. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0x00 && next !== 0xff && !standsAlone(next)) return at;
    at = bytes.indexOf(0xff, at + (next === 0xff ? 1 : 2));
  }
  return unfit('record/truncated');
}

function endOfSegment(bytes: Buffer, code: number): number {
  if (code + 3 > bytes.length) unfit('record/truncated');
  const length = bytes.readUInt16BE(code + 1);
  if (length < 2 || code + 1 + length > bytes.length) unfit('record/truncated');
  return code + 1 + length;
}

function checkFrame(bytes: Buffer, code: number, end: number): void {
  if (end - code < 9) unfit('record/truncated');
  checkPixels(bytes.readUInt16BE(code + 6), bytes.readUInt16BE(code + 4));
}

/** Where the segment of this marker ends; coded data counts to its scan. */
function skip(bytes: Buffer, code: number, marker: number): number {
  if (marker === SOI || marker === 0x00) unfit('record/type-not-accepted');
  const end = standsAlone(marker) ? code + 1 : endOfSegment(bytes, code);
  if (isFrame(marker)) checkFrame(bytes, code, end);
  return marker === SOS ? endOfScan(bytes, end) : end;
}

/** Refuses a JPEG without its end, with anything behind its end, without a frame or a scan, or with too many pixels. */
export function checkJpeg(bytes: Buffer): void {
  let code = markerAt(bytes, 2);
  let frame = false;
  let scan = false;
  for (let marker = bytes[code] ?? EOI; marker !== EOI; marker = bytes[code] ?? EOI) {
    frame ||= isFrame(marker);
    scan ||= marker === SOS;
    code = markerAt(bytes, skip(bytes, code, marker));
  }
  if (!frame || !scan) unfit('record/truncated');
  if (code + 1 !== bytes.length) unfit('record/type-not-accepted');
}
