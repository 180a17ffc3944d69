import type { S3Client } from '@aws-sdk/client-s3';
import { BlobNameTaken } from '../../application/record/blob-store.js';
import { away, codeOf, orAway } from './away.js';

/** The library of the service, loaded when it is needed. */
export type S3 = typeof import('@aws-sdk/client-s3');

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

/** Never over an object that is there. */
const ONLY_NEW = { IfNoneMatch: '*' } as const;

/** One object on its way: whole when the first piece is the last, else in parts that become an object when the last was taken. */
export class S3Upload {
  size = 0;
  private id: string | undefined;
  private readonly parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];

  constructor(
    private readonly s3: S3,
    private readonly client: S3Client,
    private readonly target: Target,
  ) {}

  /** Resolves when the service has the piece; with the last one, when the object is there. */
  async take(piece: Buffer, last: boolean): Promise<void> {
    this.size += piece.length;
    if (last && this.parts.length === 0) return this.putWhole(piece);
    // Everything may lie in the parts already; the last one may be empty only when it is the only one.
    if (piece.length > 0) await this.putPart(piece);
    if (last) await this.complete();
  }

  /** Drops the parts that the service has. What failed before is what the caller reports: if this fails too, the rule of the bucket clears them. */
  async abandon(): Promise<void> {
    if (this.id === undefined) return;
    await this.client.send(new this.s3.AbortMultipartUploadCommand({ ...this.target, UploadId: this.id })).catch(() => undefined);
  }

  private putWhole(bytes: Buffer): Promise<void> {
    return unlessTaken(this.client.send(new this.s3.PutObjectCommand({ ...this.target, Body: bytes, ...ONLY_NEW })));
  }

  private async putPart(piece: Buffer): Promise<void> {
    const PartNumber = this.parts.length + 1;
    const part = { ...this.target, UploadId: await this.begun(), PartNumber, Body: piece };
    const { ETag } = await orAway(this.client.send(new this.s3.UploadPartCommand(part)));
    this.parts.push({ PartNumber, ETag });
  }

  private async begun(): Promise<string | undefined> {
    this.id ??= (await orAway(this.client.send(new this.s3.CreateMultipartUploadCommand(this.target)))).UploadId;
    return this.id;
  }

  private async complete(): Promise<void> {
    const whole = { ...this.target, UploadId: this.id, MultipartUpload: { Parts: this.parts }, ...ONLY_NEW };
    await unlessTaken(this.client.send(new this.s3.CompleteMultipartUploadCommand(whole)));
  }
}

/** Refused on a second attempt, the object there may be our own, its answer lost: nothing is promised, and if it is ours, no event will ever name it. */
async function unlessTaken(sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number } };
    const taken = codeOf(error) === 'PreconditionFailed' && $metadata?.attempts === 1;
    throw taken ? new BlobNameTaken('there is an object of this name') : away(error);
  }
}
