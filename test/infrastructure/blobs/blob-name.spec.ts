import { isBlobName, streamIn, type BlobName } from '../../../src/application/record/blob-store.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { newBlobName } from '../../../src/infrastructure/blobs/blob-name.js';

const SPACE = '019ab000-0000-7000-8000-000000000001';
/** As an HMAC in base64url comes: with both signs that it may have, at the end too. */
const VEIL = 'k3_-Zq9wQ1yYh7b2a5c8D0e4F6g-H_i1J2k3L4m5n6_';
const STREAMS: readonly StreamName[] = [`record-${SPACE}`, `veil-${VEIL}`, `veil-${SPACE}`];

describe('The name of an object', () => {
  it.each(STREAMS)('says that the event which names it lies in %s', (stream) => {
    const name = newBlobName(stream);
    expect([isBlobName(name), streamIn(name)]).toEqual([true, stream]);
    expect(name.length).toBeLessThanOrEqual(100);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => newBlobName(`record-${SPACE}`))).size).toBe(100);
  });

  it.each(['space', 'passage', 'actor', 'Record', 'recording'])(
    'is refused for streams of the category %s, which name none',
    (category) => {
      expect(() => newBlobName(`${category}-${SPACE}`)).toThrow(RangeError);
    },
  );

  it.each([`record-../../etc`, `record-a/b`, `veil-${'a'.repeat(90)}`, 'record-'] as const)('is none for %s', (stream) => {
    expect(() => newBlobName(stream)).toThrow(RangeError);
  });

  it.each([
    // 24 random bytes in base64url, as all were.
    'q0W_zT1-9yYh7b2a5c8D0e4F6gH_i1J2',
    'record-zT1_9yYh7b2a5c8D0e4F6gHi1',
    '0b54c1a2-9d3e-4f60-8a71-2c3d4e5f6071',
    `record-${SPACE}`,
    `record-${SPACE}_`,
    `record-${SPACE}_0b54c1a2`,
    `_0b54c1a2-9d3e-4f60-8a71-2c3d4e5f6071`,
    `record-_0b54c1a2-9d3e-4f60-8a71-2c3d4e5f6071`,
    `space-${SPACE}_0b54c1a2-9d3e-4f60-8a71-2c3d4e5f6071`,
    `record-${SPACE}_0b54c1a2-9d3e-4f60-8a71-2c3d4e5f6071x`,
  ])('of before, or of another form, says no stream: %s', (name) => {
    expect(isBlobName(name)).toBe(true);
    expect(streamIn(name as BlobName)).toBeNull();
  });
});
