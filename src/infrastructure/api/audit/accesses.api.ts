import { Body, Controller, Get, HttpCode, Param, Post, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertRuleOrders } from '../../../application/audit/alert-rules.orders.js';
import type { AccessPage, BreakGlassPage } from '../../../application/audit/compliance.queries.js';
import { ComplianceQuestions } from '../../../application/audit/compliance.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { MomentArgs, SpaceRef } from '../enrolment/inputs.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

async function shownRules(rules: AlertRuleOrders, caller: Caller): Promise<views.AlertRulesShown> {
  const { thresholds, ...version } = await rules.inForce(caller);
  return { ...version, thresholds: JSON.stringify(thresholds) };
}

/** Who looked at whom, over REST. Whoever asks says why: `X-Purpose`. */
@ApiTags('Compliance')
@Controller()
export class AccessesController {
  constructor(
    private readonly questions: ComplianceQuestions,
    private readonly rules: AlertRuleOrders,
  ) {}

  @Get('compliance/spaces/:space/accesses')
  @ApiOperation({ summary: 'All accesses to one person, latest first, with the receipt of each decision' })
  @ApiOkResponse({ type: views.AccessPageView })
  ofSpace(@Param() { space }: SpaceRef, @FromQuery() page: inputs.AccessArgs, @FromCaller() caller: Caller): Promise<AccessPage> {
    return this.questions.ofSpace(space, inputs.accessRequestOf(page), caller);
  }

  @Post('compliance/access-searches')
  @HttpCode(200)
  @ApiOperation({ summary: 'All accesses by one professional or one agent, latest first' })
  @ApiOkResponse({ type: views.AccessPageView })
  by(@Body() { looker }: inputs.AccessesByInput, @FromQuery() page: inputs.AccessArgs, @FromCaller() caller: Caller): Promise<AccessPage> {
    return this.questions.by(inputs.whoLooked(looker), inputs.accessRequestOf(page), caller);
  }

  @Get('compliance/break-glass')
  @ApiOperation({ summary: 'All emergency accesses with their reason, who was told, and how the review stands' })
  @ApiOkResponse({ type: views.BreakGlassPageView })
  breakGlass(@FromQuery() page: inputs.AccessPlaceArgs, @FromCaller() caller: Caller): Promise<BreakGlassPage> {
    return this.questions.breakGlass(inputs.accessRequestOf(page), caller);
  }

  @Get('compliance/alert-rules')
  @ApiOperation({ summary: 'The rules by which accesses raise alerts, who published them and why' })
  @ApiOkResponse({ type: views.AlertRulesShown })
  alertRules(@FromQuery() _: MomentArgs, @FromCaller() caller: Caller): Promise<views.AlertRulesShown> {
    return shownRules(this.rules, caller);
  }
}

/** The same over GraphQL. */
@Resolver()
export class AccessesResolver {
  constructor(
    private readonly questions: ComplianceQuestions,
    private readonly rules: AlertRuleOrders,
  ) {}

  @Query(() => views.AccessPageView, { description: 'All accesses to one person, latest first, with the receipt of each decision.' })
  accessesToSpace(@Args() { space, ...page }: inputs.AccessesOfSpaceArgs, @FromCaller() caller: Caller): Promise<AccessPage> {
    return this.questions.ofSpace(space, inputs.accessRequestOf(page), caller);
  }

  @Query(() => views.AccessPageView, { description: 'All accesses by one professional or one agent, latest first.' })
  accessesBy(
    @Args('input') { looker }: inputs.AccessesByInput,
    @Args() page: inputs.AccessesByArgs,
    @FromCaller() caller: Caller,
  ): Promise<AccessPage> {
    return this.questions.by(inputs.whoLooked(looker), inputs.accessRequestOf(page), caller);
  }

  @Query(() => views.BreakGlassPageView, {
    description: 'All emergency accesses with their reason, who was told, and how the review stands.',
  })
  breakGlassAccesses(@Args() page: inputs.AccessPlaceArgs, @FromCaller() caller: Caller): Promise<BreakGlassPage> {
    return this.questions.breakGlass(inputs.accessRequestOf(page), caller);
  }

  @Query(() => views.AlertRulesShown, { description: 'The rules by which accesses raise alerts, who published them and why.' })
  alertRules(@Args() _: MomentArgs, @FromCaller() caller: Caller): Promise<views.AlertRulesShown> {
    return shownRules(this.rules, caller);
  }
}
