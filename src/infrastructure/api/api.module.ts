import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { identification } from '../identity/issuer.provider.js';
import { ConsentsController, ConsentsResolver } from './access/consents.api.js';
import { EmergencyController, EmergencyResolver } from './access/emergency.api.js';
import { MasksController, MasksResolver } from './access/masks.api.js';
import { PatientsController, PatientsResolver } from './access/patients.api.js';
import { PracticeController, PracticeResolver } from './access/practice.api.js';
import { RightsController, RightsResolver } from './access/rights.api.js';
import { TrustController, TrustResolver } from './access/trust.api.js';
import { AccessesController, AccessesResolver } from './audit/accesses.api.js';
import { CasesController, CasesResolver } from './audit/cases.api.js';
import { AuditorsController, AuditorsResolver } from './audit/auditors.api.js';
import { ExportsController, ExportsResolver } from './audit/exports.api.js';
import { CampaignController, CampaignResolver } from './enrolment/campaign.api.js';
import { EndingController, EndingResolver } from './enrolment/ending.api.js';
import { LetterController, LetterResolver } from './enrolment/letter.api.js';
import { SpaceController, SpaceResolver } from './enrolment/space.api.js';
import { SupportController, SupportResolver } from './enrolment/support.api.js';
import { AuditEventsController } from './fhir/audit-events.api.js';
import { LiveConnections } from './graphql/live-connections.js';
import { NoticeController, NoticeResolver } from './notices/notices.api.js';
import { graphqlModule } from './graphql/graphql.module.js';
import { HealthController } from './health/health.controller.js';
import { HistoryController, HistoryResolver } from './history/history.api.js';
import { DepositsController, DepositsResolver } from './record/deposits.api.js';
import { DocumentsController, DocumentsResolver } from './record/documents.api.js';
import { CopiesController, CopiesResolver } from './portability/copies.api.js';
import { BreachesController, BreachesResolver } from './registers/breaches.api.js';
import { AccountsController, AccountsResolver } from './registers/accounts.api.js';
import { ControlsController, ControlsResolver } from './registers/controls.api.js';
import { DestructionsController, DestructionsResolver } from './registers/destructions.api.js';
import { RightsRequestsController, RightsRequestsResolver } from './registers/rights-requests.api.js';
import { Identification } from './caller.js';
import { KnownRoutes } from './known-routes.js';
import { TokenController } from './oauth/token.api.js';
import { ProblemFilter } from './problem.filter.js';
import { CouldSeeController, CouldSeeResolver } from './replay/could-see.api.js';
import { ReplayController, ReplayResolver } from './replay/replay.api.js';
import { SealController } from './seal/seal.api.js';
import { validation } from './validation.js';

const enrolment = {
  controllers: [LetterController, SpaceController, SupportController, EndingController, CampaignController],
  resolvers: [LetterResolver, SpaceResolver, SupportResolver, EndingResolver, CampaignResolver],
};
const access = {
  controllers: [
    PatientsController,
    ConsentsController,
    TrustController,
    EmergencyController,
    MasksController,
    RightsController,
    PracticeController,
    HistoryController,
  ],
  resolvers: [
    PatientsResolver,
    ConsentsResolver,
    TrustResolver,
    EmergencyResolver,
    MasksResolver,
    RightsResolver,
    PracticeResolver,
    HistoryResolver,
  ],
};
const record = {
  controllers: [DocumentsController, DepositsController],
  resolvers: [DocumentsResolver, DepositsResolver],
};
export const controllers = [
  ...enrolment.controllers,
  ...access.controllers,
  ...record.controllers,
  ReplayController,
  CouldSeeController,
  NoticeController,
  CopiesController,
  RightsRequestsController,
  BreachesController,
  DestructionsController,
  ControlsController,
  AccountsController,
  AuditEventsController,
  AccessesController,
  CasesController,
  ExportsController,
  AuditorsController,
  SealController,
  TokenController,
  HealthController,
];
export const resolvers = [
  ...enrolment.resolvers,
  ...access.resolvers,
  ...record.resolvers,
  NoticeResolver,
  CopiesResolver,
  RightsRequestsResolver,
  BreachesResolver,
  DestructionsResolver,
  ControlsResolver,
  AccountsResolver,
  AccessesResolver,
  CasesResolver,
  ReplayResolver,
  CouldSeeResolver,
  ExportsResolver,
  AuditorsResolver,
];

/**
 * Both doors. Needs from the modules around it: SpaceOrders, SuppressionOrders, SpaceQuestions, CampaignOrders, Clock, Settings, Log, Metrics, Vitals,
 * PassageRecorder, SpentAssertions, SealedTree (global, or exported by a global module).
 */
@Module({
  imports: [graphqlModule()],
  controllers,
  providers: [
    ...resolvers,
    ...identification,
    LiveConnections,
    KnownRoutes,
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    Identification,
    { provide: APP_GUARD, useExisting: Identification },
    { provide: APP_PIPE, useFactory: validation },
  ],
})
export class ApiModule {}
