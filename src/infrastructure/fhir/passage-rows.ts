import type { SpaceQueryName } from '../../domain/access/action-names.js';
import type { ActorEvent, PassageEvent } from '../../domain/access/passage.js';
import type { ProfessionalNoticeEvent } from '../../domain/notices/professional-notices.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { isUuid } from '../uuid.js';
import { creates, reads, type PlainRow, type Row } from './rows.js';

type Look = PlainRow<PassageEvent>;
const asked = ({ document }: PassageEvent): readonly string[] => (document === undefined ? [] : [document]);
const question: Look = {
  as: 'Query',
  query: ({ action, asOf }) => (asOf === undefined ? action : `${action}?asOf=${asOf}`),
};

/** Every question about one space: what gives one thing is a read, what gives a list or finds somebody is a query. */
export const looks: Readonly<Record<SpaceQueryName, Look>> = {
  GetSpaceOverview: reads('List'),
  GetActivityHistory: question,
  ListAuditTrail: { as: 'Trail' },
  PreviewClosure: reads('List'),
  PreviewEnding: reads('List'),
  GetEvidence: { as: 'Trail' },
  ListAccesses: { as: 'Trail' },
  GetHistoryReceipt: reads('List'),
  ReplaySteps: { as: 'Trail' },
  CompareMoments: { as: 'Trail' },
  WhoCouldSee: { as: 'Trail' },
  WhatCouldSee: { as: 'Trail' },
  WhatIf: { as: 'Trail' },
  RehearseExport: { as: 'Trail' },
  FindSpaceByIdentity: question,
  FindPatient: question,
  ListDocuments: question,
  GetDocument: reads('DocumentReference', asked),
  DownloadDocument: reads('DocumentReference', asked),
  GetDossier: reads('List'),
  ListRights: reads('Consent'),
  PreviewMask: reads('Consent'),
  ListNotices: question,
  ListCopies: question,
  DownloadCopy: reads('Basic'),
};
/** A question that this software no longer asks is told as the read of what it was about. */
const formerLook: Look = reads('List');

/** Who looks at the trail for the law leaves another mark than the holder who reads his own history. */
function lookOf({ event, meta }: Recorded<PassageEvent>): Look {
  if (event.action === 'GetActivityHistory' && meta.who.role === 'compliance') return { as: 'Trail' };
  return Object.hasOwn(looks, event.action) ? looks[event.action as SpaceQueryName] : formerLook;
}

const documentOf = ({ document }: { readonly document?: string }): string | null =>
  document !== undefined && isUuid(document) ? document : null;

type Fact = PassageEvent | ActorEvent | ProfessionalNoticeEvent;

/** Who saw, who was refused, and what professionals are told. */
export const passageRows: { readonly [T in Fact['type']]: Row<Of<Fact, T>> } = {
  AccessGranted: { as: 'Varies', says: 'by the question, see below', row: lookOf },
  AccessDenied: { as: 'Refusal', why: ({ reason }) => reason, details: ({ action }) => ({ action }), document: documentOf },
  AccessDeniedAgain: {
    as: 'Refusal',
    why: ({ reason }) => reason,
    details: ({ count, minute }) => ({ again: String(count), minute }),
    document: documentOf,
  },
  ProfessionalNotified: creates('Communication', ({ notice }) => [notice]),
};
