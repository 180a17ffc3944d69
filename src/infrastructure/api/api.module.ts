import { Module, ValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { trustedIssuers } from '../identity/issuer.provider.js';
import { TokenCheck } from '../identity/token-check.js';
import { CampaignController, CampaignResolver } from './enrolment/campaign.api.js';
import { LetterController, LetterResolver } from './enrolment/letter.api.js';
import { SpaceController, SpaceResolver } from './enrolment/space.api.js';
import { SupportController, SupportResolver } from './enrolment/support.api.js';
import { LiveConnections } from './graphql/live-connections.js';
import { NoticeController, NoticeResolver } from './notices/notices.api.js';
import { graphqlModule } from './graphql/graphql.module.js';
import { HealthController } from './health/health.controller.js';
import { Identification } from './caller.js';
import { inputRefusal } from './input-errors.js';
import { KnownRoutes } from './known-routes.js';
import { ProblemFilter } from './problem.filter.js';

export const controllers = [LetterController, SpaceController, SupportController, CampaignController, NoticeController, HealthController];
export const resolvers = [LetterResolver, SpaceResolver, SupportResolver, CampaignResolver, NoticeResolver];

/** Unknown members are refused, values are never echoed; the same for both doors. */
const validation = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: inputRefusal,
  });

/**
 * Both doors. Needs from the modules around it: SpaceOrders, SpaceQuestions, CampaignOrders, Clock, Settings, Log, Metrics, Vitals
 * (global, or exported by a global module).
 */
@Module({
  imports: [graphqlModule()],
  controllers,
  providers: [
    ...resolvers,
    trustedIssuers,
    TokenCheck,
    LiveConnections,
    KnownRoutes,
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    { provide: APP_GUARD, useClass: Identification },
    { provide: APP_PIPE, useFactory: validation },
  ],
})
export class ApiModule {}
