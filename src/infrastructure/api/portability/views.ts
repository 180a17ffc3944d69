import { Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { CopyView } from '../../../application/portability/copy-list.js';
import { Shown } from '../fields.js';

const text = () => String;

@ObjectType('DataCopy', { description: 'A copy of the data of a space, made for the account that asked for it.' })
export class OwnCopyView implements CopyView {
  @Shown(() => ID) readonly copy: string;
  @Shown(text, { description: 'BEING_MADE, READY, ENDED (expired, or a document in it was taken back) or FAILED.' })
  readonly status: CopyView['status'];
  @Shown(text) readonly askedAt: string;
  @Shown(text, { nullable: true }) readonly readyAt: string | null;
  @Shown(text, { nullable: true, description: 'It can be fetched before this moment.' }) readonly until: string | null;
  @Shown(() => Float, { nullable: true, description: 'Bytes.' }) readonly size: number | null;
  @Shown(text, { nullable: true, description: 'SHA-256 of the archive, hex.' }) readonly sha256: string | null;
  @Shown(() => Int, { nullable: true, description: 'Documents in it.' }) readonly documents: number | null;
  @Shown(() => Int, { nullable: true, description: 'Lines of the history in it.' }) readonly lines: number | null;
  @Shown(text, { nullable: true, description: 'EXPIRED, DOCUMENT_WITHDRAWN, NOT_ALLOWED or NOT_MADE.' }) readonly why: CopyView['why'];
}
