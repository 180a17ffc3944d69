import type { Provider } from '@nestjs/common';
import { DocumentPlaces } from '../../application/record/document-places.js';
import { DocumentReads } from '../../application/record/document-reads.js';
import { ReadModels } from '../../application/shared/subject-query.js';
import { untyped, type Projection } from '../../projections/shared/projection.js';
import { activityHistory, answerActivityHistory } from '../../projections/enrolment/activity-history.js';
import { answerCampaignReport, campaignReport } from '../../projections/enrolment/campaign-report.js';
import { answerPreviewClosure } from '../../projections/enrolment/closure-preview.js';
import { answerDeadlinesDue, deadlinesDue } from '../../projections/enrolment/deadlines-due.js';
import {
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerSpaceOverview,
  spaceOverview,
} from '../../projections/enrolment/space-overview.js';
import { answerListDocuments, TableDocumentReads } from '../../projections/record/document-list.js';
import { documentEntries } from '../../projections/record/documents.js';
import { linkedStreamsOfSpaces } from '../../projections/record/linked-streams.js';
import { PastTables } from '../postgres/projections/as-of.js';
import { Projector } from '../postgres/projections/projector.js';
import { PostgresReadModels } from '../postgres/projections/read-models.js';
import { Rebuild } from '../postgres/projections/rebuild.js';
import type { Vitals } from '../api/health/vitals.js';
import type { Platform } from './platform.js';

/** Every read model. */
export const projections: readonly Projection[] = [
  untyped(spaceOverview),
  untyped(activityHistory),
  untyped(campaignReport),
  untyped(deadlinesDue),
  untyped(documentEntries),
  untyped(linkedStreamsOfSpaces),
];
/** Every question, answered from them. */
export const answers: Provider[] = [
  answerSpaceOverview,
  answerFindSpaceByIdentity,
  answerListMySpaces,
  answerPreviewClosure,
  answerActivityHistory,
  answerCampaignReport,
  answerDeadlinesDue,
  answerListDocuments,
  { provide: DocumentReads, useFactory: (tables: ReadModels) => new TableDocumentReads(tables), inject: [ReadModels] },
  { provide: DocumentPlaces, useExisting: DocumentReads },
];

export interface ReadSide {
  readonly readModels: PostgresReadModels;
  readonly projector: Projector;
  readonly vitals: Vitals;
}

/** The engine of the read models on this platform; nothing runs yet. */
export function readSideOf({ pools, reader, store, secrets, alarm }: Platform): ReadSide {
  const writer = pools.pool('mes_projector');
  const questions = pools.pool('mes_reader');
  const projector = new Projector({ reader, store, pool: writer, rebuild: new Rebuild(reader, writer), projections, alarm });
  return {
    readModels: new PostgresReadModels(questions, new PastTables(reader, questions, projections), secrets, projections),
    projector,
    vitals: {
      database: async () => void (await questions.query('SELECT 1')),
      projections: async () => (await projector.health()).map(({ name, lag, status }) => ({ name, lag, failed: status === 'stopped' })),
    },
  };
}
