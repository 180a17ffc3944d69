import { createDecipheriv, createHmac } from 'node:crypto';
import { sealedSize } from '../../../src/infrastructure/blobs/cobblestone.js';
import { decrypt, encrypt } from '../../../src/infrastructure/blobs/document-cipher.js';
import { activeKey } from '../../../src/infrastructure/keys/active-key.js';
import { textOf } from '../../support/project-files.js';
import { bytesOf, collected, inSteps, lying } from './bytes.js';

const page = textOf('docs/reference/blob-format.md');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** What a sentence of the page says at this place. */
const said = (pattern: RegExp): string => pattern.exec(page)?.[1]?.replaceAll('\n', '') ?? '';

/** A reader with nothing of ours, step by step after the page. */
function readByHand(object: Buffer, documentKey: Buffer, documentId: string, version: number): Buffer {
  const salt = object.subarray(0, 24);
  const inputKey = createHmac('sha256', documentKey).update('mes-document-v1\0').digest();
  const info = Buffer.concat([
    Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'),
    salt,
    Buffer.from(`${documentId}|${version}`),
  ]);
  const t1 = createHmac('sha512', inputKey)
    .update(Buffer.concat([info, Buffer.of(1)]))
    .digest();
  const t2 = createHmac('sha512', inputKey)
    .update(Buffer.concat([t1, info, Buffer.of(2)]))
    .digest();
  const derived = Buffer.concat([t1, t2]);
  expect(object.subarray(24, 56)).toEqual(derived.subarray(44, 76));
  const parts: Buffer[] = [];
  for (let chunk = 0; ; chunk++) {
    const sealed = object.subarray(56 + chunk * 16_400, 56 + (chunk + 1) * 16_400);
    const nonce = Buffer.from(derived.subarray(32, 44));
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ chunk) >>> 0, 8);
    const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, 32), nonce, { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(-16));
    parts.push(decipher.update(sealed.subarray(0, -16)), decipher.final());
    if (sealed.length < 16_400) return Buffer.concat(parts);
  }
}

describe('The page on the format of documents', () => {
  const documentKey = hex(said(/key is `([0-9a-f]{64})`, the document/));
  const documentId = said(/the document `([^`]+)`, the version 1/);

  it('states the sizes that objects have', async () => {
    const rows = [...page.matchAll(/^\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)].map((row) => row.slice(1).map(Number));
    expect(rows.length).toBeGreaterThanOrEqual(7);
    for (const [plain = 0, chunks = 0, object = 0] of rows) {
      expect(sealedSize(plain)).toBe(object);
      const parts: Uint8Array[] = [];
      const source = inSteps(Buffer.alloc(plain), 1_000_000);
      for await (const part of encrypt(activeKey('key', Buffer.alloc(32)), { documentId, version: 1 }, source)) parts.push(part);
      expect(Buffer.concat(parts)).toHaveLength(object);
      // The header is the first part.
      expect(parts).toHaveLength(chunks + 1);
    }
  });

  it('gives an example that is so', async () => {
    const object = hex(said(/The object of 83 bytes\n\n```text\n([0-9a-f\n]+)```/));
    expect(object).toHaveLength(83);
    expect(createHmac('sha256', documentKey).update('mes-document-v1\0').digest('hex')).toBe(said(/input key is then `([0-9a-f]+)`/));
    const plain = hex(said(/is the plaintext `([0-9a-f]+)`/));
    expect(readByHand(object, documentKey, documentId, 1)).toEqual(plain);
    const key = activeKey('key', Buffer.from(documentKey));
    const range = { start: 0, end: plain.length };
    expect(await collected(await decrypt(key, { documentId, version: 1 }, lying(object), range, plain.length))).toEqual(plain);
  });

  it('is enough to read what was encrypted, whatever its size', async () => {
    for (const size of [0, 1, 16_383, 16_384, 100_000, 257 * 16_384]) {
      const key = activeKey('key', Buffer.from(documentKey));
      const object = await collected(encrypt(key, { documentId, version: 12 }, inSteps(bytesOf(size))));
      expect(readByHand(object, documentKey, documentId, 12).equals(bytesOf(size))).toBe(true);
    }
  });
});
