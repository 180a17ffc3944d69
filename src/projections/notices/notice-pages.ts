import { emergencyWords, noticeWords } from '../../application/notices/notice-words.js';
import {
  ListNotices,
  ListProfessionalNotices,
  type NoticePage,
  type NoticeView,
  type ProfessionalNoticePage,
} from '../../application/notices/notices.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { NoticeBy, NoticeKind, NoticePreference } from '../../domain/notices/notice-vocabulary.js';
import { nameOf } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { checkPageSize, cursorOf, pageOf, placeOf } from '../shared/pages.js';

const NOTICE_ID = /^[\w-]{1,64}$/;
/** Where the page before ended; the first page begins behind the last possible notice. */
function placeIn(cursor: string | null): readonly [at: string, notice: string] {
  const { at, id } = placeOf(cursor, NOTICE_ID) ?? { at: 'infinity', id: '' };
  return [at, id];
}
const next = (last: { readonly at: Instant; readonly notice_id: string } | undefined): string | null =>
  last ? cursorOf({ at: last.at, id: last.notice_id }) : null;

interface Found {
  readonly at: Instant;
  readonly notice_id: string;
  readonly told_on: Instant;
  readonly kind: NoticeKind;
  readonly who: string | null;
  readonly document_id: string | null;
  readonly mandatory: boolean;
  readonly read: boolean;
}
function viewOf({ notice_id, told_on, kind, who: stated, document_id: document, mandatory, read }: Found): NoticeView {
  const who = stated === null ? null : (JSON.parse(stated) as NoticeBy);
  return { notice: notice_id, kind, on: told_on, who, document, mandatory, read, ...noticeWords(kind, who) };
}

const READ = `EXISTS (SELECT FROM notice_read r WHERE r.space_id = n.space_id AND r.notice_id = n.notice_id AND r.reader = $2)`;

export const answerListNotices = answerTo('ListNotices', ListNotices, async (sql, { space, page, asking }): Promise<NoticePage> => {
  const { first, cursor, unread } = page;
  checkPageSize(first);
  const reader = nameOf(asking.actor);
  const found = await sql<Found>(
    `SELECT at, notice_id, told_on, kind, who, document_id, mandatory, ${READ} AS read FROM notice n
      WHERE space_id = $1 AND (at, notice_id) < ($3, $4) AND NOT ($5 AND ${READ}) ORDER BY at DESC, notice_id DESC LIMIT $6`,
    space,
    reader,
    ...placeIn(cursor),
    unread,
    first + 1,
  );
  const [counted] = await sql<{ unread: number }>(
    `SELECT count(*)::integer AS unread FROM notice n WHERE space_id = $1 AND NOT ${READ}`,
    space,
    reader,
  );
  const unwanted = await sql<{ preference: NoticePreference }>(
    'SELECT preference FROM notice_preference WHERE space_id = $1 AND NOT wanted',
    space,
  );
  const wants = (preference: NoticePreference): boolean => !unwanted.some((one) => one.preference === preference);
  const { shown, last } = pageOf(found, first);
  const preferences = { document: wants('NOTIF_DOCUMENT'), access: wants('NOTIF_ACCESS') };
  return { notices: shown.map(viewOf), unread: counted?.unread ?? 0, preferences, next: next(last) };
});

interface FoundOfProfessional {
  readonly at: Instant;
  readonly notice_id: string;
  readonly handle: string;
  readonly told_on: Instant;
  readonly kind: 'EMERGENCY_ACCESS';
  readonly who: string;
}

export const answerListProfessionalNotices = answerTo(
  'ListProfessionalNotices',
  ListProfessionalNotices,
  async (sql, { page: { first, cursor }, asking }): Promise<ProfessionalNoticePage> => {
    checkPageSize(first);
    const found = await sql<FoundOfProfessional>(
      `SELECT p.at, p.notice_id, p.told_on, p.kind, p.who, o.handle FROM professional_notice p JOIN space_overview o ON o.space_id = p.space_id
        WHERE p.reader = $1 AND (p.at, p.notice_id) < ($2, $3) ORDER BY p.at DESC, p.notice_id DESC LIMIT $4`,
      nameOf(asking.actor),
      ...placeIn(cursor),
      first + 1,
    );
    const { shown, last } = pageOf(found, first);
    const notices = shown.map(({ notice_id, told_on, kind, handle, who: stated }) => {
      const who = JSON.parse(stated) as NoticeBy;
      return { notice: notice_id, kind, space: handle, on: told_on, who, ...emergencyWords(who) };
    });
    return { notices, next: next(last) };
  },
);
