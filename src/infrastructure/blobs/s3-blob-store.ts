import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { BlobStore, isBlobName, type BlobName, type StoredBlob } from '../../application/record/blob-store.js';
import { away, codeOf, orAway } from './away.js';
import { asBlobName } from './blob-name.js';
import { inPieces } from './pieces.js';
import { S3Upload, type S3 } from './s3-upload.js';

/** A bucket that holds nothing but documents, at a service that speaks S3. */
export interface S3Place {
  /** With scheme and port, without the name of the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The least that a part may have, other than the last; a document of up to that size takes one request. */
const PART_BYTES = 5 * 1024 * 1024;
const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;

/**
 * Objects in a bucket, the name being the key. Sizes are not known in advance: up to 5 MiB are held in memory and sent whole, with their hash signed;
 * what is larger goes in parts of 5 MiB, and is there only when it is complete. Nothing is put over an object that is there (If-None-Match).
 * A rule of the bucket must clear incomplete uploads: those of a process that died are invisible here.
 */
export class S3BlobStore extends BlobStore {
  private constructor(
    private readonly s3: S3,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly silenceMs: number,
  ) {
    super();
  }

  /** Reaches nothing yet: a wrong place shows at the first use. `silenceMs`: how long the bytes of an object may stay away before the store is. */
  static async open({ endpoint, region, bucket, accessKeyId, secretAccessKey }: S3Place, silenceMs = ANSWER_MS): Promise<S3BlobStore> {
    // Loaded here because it takes 0.3 s, and only those who have a bucket need it; on Node 20 it would warn of the version.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    const s3 = await import('@aws-sdk/client-s3');
    const client = new s3.S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      // Other services than Amazon's do not know the checksums that it added.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
    });
    return new S3BlobStore(s3, client, bucket, silenceMs);
  }

  async put(name: BlobName, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly size: number }> {
    const upload = new S3Upload(this.s3, this.client, { Bucket: this.bucket, Key: asBlobName(name) });
    try {
      for await (const piece of inPieces(bytes, PART_BYTES)) await upload.take(piece, piece.length < PART_BYTES);
      return { size: upload.size };
    } catch (error) {
      await upload.abandon();
      throw error;
    }
  }

  async get(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array> | null> {
    const object = { Bucket: this.bucket, Key: asBlobName(name) };
    try {
      const { Body } = await this.client.send(new this.s3.GetObjectCommand({ ...object, ...(range && { Range: header(range) }) }));
      const bytes = flowing(Body as Readable, this.silenceMs);
      return range && range.start >= range.end ? nothingOf(bytes) : bytes;
    } catch (error) {
      if (codeOf(error) === 'NoSuchKey') return null;
      // The range begins behind the end of what there is.
      if (codeOf(error) === 'InvalidRange') return nothingOf();
      throw away(error);
    }
  }

  async delete(name: BlobName): Promise<void> {
    await orAway(this.client.send(new this.s3.DeleteObjectCommand({ Bucket: this.bucket, Key: asBlobName(name) })));
  }

  async *list(): AsyncIterable<readonly StoredBlob[]> {
    let from: string | undefined;
    do {
      const page = await orAway(
        this.client.send(
          new this.s3.ListObjectsV2Command({ Bucket: this.bucket, ...(from === undefined ? {} : { ContinuationToken: from }) }),
        ),
      );
      yield (page.Contents ?? []).flatMap(({ Key = '', Size = 0, LastModified }) =>
        isBlobName(Key) && LastModified !== undefined ? [{ name: Key, size: Size, writtenAt: LastModified.getTime() }] : [],
      );
      from = page.NextContinuationToken;
    } while (from !== undefined);
  }

  /** Ends the connections that are kept open. */
  close(): void {
    this.client.destroy();
  }
}

/** HTTP has no empty range: of one, a byte is asked, which tells whether the object is there. */
const header = ({ start, end }: { readonly start: number; readonly end: number }): string => `bytes=${start}-${Math.max(start, end - 1)}`;

/** Reads what there is, so that the connection is free again, and gives none of it. */
async function* nothingOf(bytes: AsyncIterable<Uint8Array> = Readable.from([])): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) yield part.subarray(0, 0);
}

/**
 * A connection that breaks while the bytes come, or over which none come any more, is the store being away. The library watches until the first byte; and
 * what whoever reads takes his time for is no silence of the store.
 */
async function* flowing(bytes: Readable, silenceMs: number): AsyncGenerator<Uint8Array> {
  const silent = (): void => void bytes.destroy(new SilentStore());
  let alarm = setTimeout(silent, silenceMs);
  try {
    for await (const piece of bytes) {
      clearTimeout(alarm);
      yield piece as Uint8Array;
      alarm = setTimeout(silent, silenceMs);
    }
  } catch (error) {
    throw away(error);
  } finally {
    clearTimeout(alarm);
  }
}

/** Named in the refusal as errors of the network are. */
class SilentStore extends Error {
  readonly code = 'ETIMEDOUT';
}
