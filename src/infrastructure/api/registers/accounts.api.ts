import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuestions, type AccountAnswer } from '../../../application/registers/accounts.questions.js';
import type { AccountFilter, AccountPlace } from '../../../application/registers/accounts.queries.js';
import type { ServicesAnswer } from '../../../application/registers/services.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { AccountPageView, ServicesView } from './account-views.js';
import { AccountArgs } from './inputs.js';

const said = {
  accounts: 'Accounts with their role, first and last use, grant and removal; what somebody must look into',
  services: 'Referenced services, and what passed to and from others, by party and purpose',
} as const;
const filterOf = ({ role, unusedSince, findingsOnly }: AccountArgs): AccountFilter => ({
  role: role ?? null,
  unusedSince: unusedSince ?? null,
  findingsOnly: findingsOnly === true,
});
const placeOf = ({ first, cursor }: AccountArgs): AccountPlace => ({ first, cursor: cursor ?? null });

/** Accounts and services, as a controller asks about them, over REST. */
@ApiTags('Controls')
@Controller('controls')
export class AccountsController {
  constructor(private readonly questions: AccountQuestions) {}

  @Get('accounts')
  @ApiOperation({ summary: said.accounts })
  @ApiOkResponse({ type: AccountPageView })
  accounts(@FromQuery() args: AccountArgs, @FromCaller() caller: Caller): Promise<AccountAnswer> {
    return this.questions.accounts(filterOf(args), placeOf(args), caller);
  }

  @Get('services')
  @ApiOperation({ summary: said.services })
  @ApiOkResponse({ type: ServicesView })
  services(@FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<ServicesAnswer> {
    return this.questions.services(caller);
  }
}

/** Accounts and services, as a controller asks about them, over GraphQL. */
@Resolver()
export class AccountsResolver {
  constructor(private readonly questions: AccountQuestions) {}

  @Query(() => AccountPageView, { description: `${said.accounts}.` })
  accounts(@Args() args: AccountArgs, @FromCaller() caller: Caller): Promise<AccountAnswer> {
    return this.questions.accounts(filterOf(args), placeOf(args), caller);
  }

  @Query(() => ServicesView, { description: `${said.services}.` })
  services(@Args() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<ServicesAnswer> {
    return this.questions.services(caller);
  }
}
