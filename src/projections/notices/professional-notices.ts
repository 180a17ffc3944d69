import type { ActorEvent } from '../../domain/access/passage.js';
import type { ProfessionalNoticeEvent } from '../../domain/notices/professional-notices.js';
import { nameOfProfessional } from '../../domain/shared/actor.js';
import { guarded, ignored, table, type Projection } from '../shared/projection.js';

const told = guarded(
  table(
    'professional_notice',
    { reader: 'text', notice_id: 'text' },
    { space_id: 'uuid', at: 'timestamptz', told_on: 'timestamptz', kind: 'text', who: 'jsonb' },
    ['reader', 'at', 'notice_id'],
    ['space_id'],
  ),
  { actor: 'reader' },
);

/** What professionals were told, each for himself. */
export const professionalNoticeCentre: Projection<ProfessionalNoticeEvent | ActorEvent> = {
  name: 'professional-notices',
  version: 2,
  reads: ['actor'],
  tables: [told],
  on: {
    ProfessionalNotified: ({ event: { professional, notice, space, kind, on, who }, at }) => [
      told.put(
        { reader: nameOfProfessional(professional), notice_id: notice },
        { space_id: space, at, told_on: on, kind, who: JSON.stringify(who) },
      ),
    ],
    AccessDenied: ignored,
    AccessDeniedAgain: ignored,
  },
};
