import type { NoticeBy, NoticeKind } from '../../domain/notices/notice-vocabulary.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';
import type { Words } from './notice-words.js';

/** A notice as its reader sees it. */
export interface NoticeView extends Words {
  readonly notice: string;
  readonly kind: NoticeKind;
  /** When what it tells was true. */
  readonly on: string;
  readonly who: NoticeBy | null;
  readonly document: string | null;
  readonly mandatory: boolean;
  /** By the account that asks. */
  readonly read: boolean;
}
export interface NoticePage {
  readonly notices: readonly NoticeView[];
  /** Notices that this account has not read, on all pages. */
  readonly unread: number;
  /** What the holder's side wants to be told of. */
  readonly preferences: { readonly document: boolean; readonly access: boolean };
  /** Give it back to get the next, older page; null on the last one. */
  readonly next: string | null;
}
export interface NoticePageRequest {
  readonly first: number;
  readonly cursor: string | null;
  readonly unread: boolean;
}

/** An emergency access to the space of somebody who trusts this doctor. */
export interface ProfessionalNoticeView extends Words {
  readonly notice: string;
  readonly kind: 'EMERGENCY_ACCESS';
  /** Handle of the space. */
  readonly space: string;
  readonly on: string;
  readonly who: NoticeBy;
}
export interface ProfessionalNoticePage {
  readonly notices: readonly ProfessionalNoticeView[];
  readonly next: string | null;
}

/** What the holder's side of a space was told, latest first. */
export class ListNotices extends SubjectQuery<NoticePage> {
  constructor(
    space: string,
    asking: Asking,
    readonly page: NoticePageRequest,
  ) {
    super(space, asking);
  }
}
/** What the professional who asks was told, latest first. */
export class ListProfessionalNotices extends SubjectQuery<ProfessionalNoticePage> {
  constructor(
    asking: Asking,
    readonly page: Omit<NoticePageRequest, 'unread'>,
  ) {
    super(null, asking);
  }
}
