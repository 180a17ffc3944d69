import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import { guarded, nullable, table, type Projection } from '../shared/projection.js';

const told = guarded(
  table(
    'notice',
    { space_id: 'uuid', notice_id: 'text' },
    {
      at: 'timestamptz',
      told_on: 'timestamptz',
      kind: 'text',
      who: nullable('jsonb'),
      document_id: nullable('uuid'),
      mandatory: 'boolean',
      hidden_from_representatives: 'boolean',
    },
    ['space_id', 'at', 'notice_id'],
  ),
  { space: 'space_id', hiddenFromRepresentatives: 'hidden_from_representatives' },
);
/** One row per account and notice: what one has read is new to the other, and none sees what the other reads. */
const read = guarded(table('notice_read', { space_id: 'uuid', reader: 'text', notice_id: 'text' }, { since: 'timestamptz' }), {
  space: 'space_id',
  actor: 'reader',
});
const preferences = guarded(table('notice_preference', { space_id: 'uuid', preference: 'text' }, { wanted: 'boolean' }), {
  space: 'space_id',
});

/** The notice centre of every space. */
export const noticeCentre: Projection<NoticesEvent> = {
  name: 'notices',
  version: 1,
  reads: ['notices'],
  tables: [told, read, preferences],
  on: {
    NoticeIssued: ({ event: { notice, kind, on, who, document, hiddenFrom, mandatory }, at }, space_id) => [
      told.put(
        { space_id, notice_id: notice },
        {
          at,
          told_on: on,
          kind,
          who: who ? JSON.stringify(who) : null,
          document_id: document ?? null,
          mandatory,
          hidden_from_representatives: hiddenFrom.includes('REPRESENTATIVES'),
        },
      ),
    ],
    NoticesRead: ({ event: { reader, notices }, at }, space_id) =>
      notices.map((notice_id) => read.put({ space_id, reader, notice_id }, { since: at })),
    NoticePreferenceSet: ({ event: { preference, wanted } }, space_id) => [preferences.put({ space_id, preference }, { wanted })],
  },
};
