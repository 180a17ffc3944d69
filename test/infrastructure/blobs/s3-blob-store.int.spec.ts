import type { BlobStore } from '../../../src/application/record/blob-store.js';
import { pause } from '../../../src/application/shared/pause.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { S3BlobStore, type S3Place } from '../../../src/infrastructure/blobs/s3-blob-store.js';
import { amzDate, authorizationOf, sha256, signatureOf } from '../../support/s3-signature.js';
import { startS3Server, type S3Server } from '../../support/s3-server.js';
import { blobStoreContract } from './blob-store.contract.js';
import { bytesOf, collected, failure, freshName, inSteps } from './bytes.js';

blobStoreContract('A bucket', async () => {
  const server = await startS3Server({ pageSize: 10 });
  const stores: S3BlobStore[] = [];
  const another = async (): Promise<BlobStore> => {
    const store = await S3BlobStore.open(server.place);
    stores.push(store);
    return store;
  };
  return {
    store: await another(),
    another,
    leftovers: async () => (await server.count()).uploads,
    goAway: () => server.goAway(),
    close: async () => {
      for (const store of stores) store.close();
      await server.close();
    },
  };
});

describe('A bucket', () => {
  let server: S3Server;
  const stores: S3BlobStore[] = [];
  const opened = async (other: Partial<S3Place> = {}): Promise<S3BlobStore> => {
    const store = await S3BlobStore.open({ ...server.place, ...other });
    stores.push(store);
    return store;
  };
  beforeEach(async () => {
    server = await startS3Server();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await server.close();
  });

  it.each([
    ['secret', { secretAccessKey: 'another secret' }, 'SignatureDoesNotMatch'],
    ['key', { accessKeyId: 'OTHERKEY' }, 'InvalidAccessKeyId'],
    ['region', { region: 'fr-other' }, 'AuthorizationHeaderMalformed'],
    ['bucket', { bucket: 'other' }, 'NoSuchBucket'],
  ])('that is asked with another %s is away, and the reason is said', async (_, other, code) => {
    const store = await opened(other);
    for (const attempt of [store.put(freshName(), inSteps(bytesOf(5))), store.get(freshName())]) {
      const error = await failure(attempt);
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect((error as Error).message).toContain(code);
    }
    expect(await server.count()).toEqual({ objects: 0, uploads: 0 });
  });

  it('that goes away while it is read is away, and what came is not the whole', async () => {
    const store = await opened();
    const name = freshName();
    await store.put(name, inSteps(bytesOf(24 * 1024 * 1024), 1_000_000));
    const reading = async () => {
      for await (const part of (await store.get(name)) ?? []) if (part.length > 0) await server.goAway();
    };
    expect(await failure(reading())).toBeInstanceOf(StoreUnavailable);
  });

  it('that stops in the middle of an object is away, and one whose reader takes his time is not', async () => {
    const store = await S3BlobStore.open(server.place, 300);
    stores.push(store);
    const name = freshName();
    const bytes = bytesOf(1_000_000);
    await store.put(name, inSteps(bytes));
    const slowly = async function* () {
      let read = 0;
      for await (const part of (await store.get(name)) ?? []) {
        if (read++ < 2) await pause(500);
        yield part;
      }
    };
    expect((await collected(slowly())).equals(bytes)).toBe(true);
    server.stallNextAnswer();
    const stalled = store.get(name).then(collected);
    expect(await failure(stalled)).toBeInstanceOf(StoreUnavailable);
  }, 20_000);

  it('that loses its answer to a put promises nothing, and does not say that the name was taken', async () => {
    const store = await opened();
    server.loseNextAnswer();
    expect(await failure(store.put(freshName(), inSteps(bytesOf(5))))).toBeInstanceOf(StoreUnavailable);
    expect((await server.count()).objects).toBe(1);
  });

  it('that loses its answer to a read or a deletion is asked again', async () => {
    const store = await opened();
    const name = freshName();
    await store.put(name, inSteps(bytesOf(5)));
    server.loseNextAnswer();
    expect(await collected(await store.get(name))).toEqual(bytesOf(5));
    server.loseNextAnswer();
    await store.delete(name);
    expect(await store.get(name)).toBeNull();
  });

  it('that goes away in the middle of a large object is away, and the object is not there', async () => {
    const store = await opened();
    const source = async function* () {
      yield* inSteps(bytesOf(6 * 1024 * 1024), 500_000);
      await server.goAway();
      yield* inSteps(bytesOf(6 * 1024 * 1024), 500_000);
    };
    expect(await failure(store.put(freshName(), source()))).toBeInstanceOf(StoreUnavailable);
    expect((await server.count()).objects).toBe(0);
  });
});

describe('The test service believes no request that is not signed as it must be:', () => {
  let server: S3Server;
  const now = Date.parse('2026-11-22T08:15:00Z');
  beforeAll(async () => {
    server = await startS3Server({ now: () => now });
  });
  afterAll(() => server.close());

  /** A put of these bytes, correctly signed, unless something is changed after signing. */
  const answered = async (
    signed: { at?: number; hash?: string },
    sent: { body?: string; path?: string; headers?: Record<string, string> } = {},
  ) => {
    const path = '/documents/object';
    const headers = {
      host: new URL(server.place.endpoint).host,
      'x-amz-content-sha256': signed.hash ?? sha256('bytes'),
      'x-amz-date': amzDate(signed.at ?? now),
    };
    const authorization = authorizationOf({ method: 'PUT', target: path, headers }, server.place);
    const { host: _, ...others } = headers;
    const response = await fetch(`${server.place.endpoint}${sent.path ?? path}`, {
      method: 'PUT',
      body: sent.body ?? 'bytes',
      headers: { ...others, authorization, ...sent.headers },
    });
    return `${response.status} ${/<Code>(\w+)</.exec(await response.text())?.[1] ?? ''}`.trim();
  };

  it('the signature is the one that the public description computes in its example', () => {
    const signer = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
    };
    const headers = {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': sha256(''),
      'x-amz-date': '20130524T000000Z',
    };
    expect(signatureOf({ method: 'GET', target: '/test.txt', headers }, Object.keys(headers), signer)).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  it('takes what is sound', async () => {
    expect(await answered({})).toBe('200');
  });

  it.each([-16 * 60_000, 16 * 60_000])('a clock that is off by %p ms', async (skew) => {
    expect(await answered({ at: now + skew })).toBe('403 RequestTimeTooSkewed');
    expect(await answered({ at: now + skew * 0.9 })).toBe('200');
  });

  it('a body that is not the one signed', async () => {
    expect(await answered({}, { body: 'other' })).toBe('400 XAmzContentSHA256Mismatch');
  });

  it('a hash, a date or a target changed after signing', async () => {
    const changed = { body: 'other', headers: { 'x-amz-content-sha256': sha256('other') } };
    expect(await answered({}, changed)).toBe('403 SignatureDoesNotMatch');
    expect(await answered({}, { headers: { 'x-amz-date': amzDate(now + 1_000) } })).toBe('403 SignatureDoesNotMatch');
    expect(await answered({}, { path: '/documents/another' })).toBe('403 SignatureDoesNotMatch');
  });

  it('a header of the service that is not covered by the signature', async () => {
    expect(await answered({}, { headers: { 'x-amz-acl': 'public-read' } })).toBe('403 AccessDenied');
  });

  it.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'])(
    'a body that is not signed whole: %s',
    async (hash) => {
      expect(await answered({ hash })).toBe('501 NotImplemented');
    },
  );

  it('no signature at all', async () => {
    expect(await answered({}, { headers: { authorization: 'AWS4-HMAC-SHA256 nothing' } })).toBe('403 AccessDenied');
  });
});
