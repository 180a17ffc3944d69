import { Body, Controller, Get, Param, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RegisterOrders } from '../../../application/registers/registers.orders.js';
import type { RegisterPage, BreachLine } from '../../../application/registers/registers.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './inputs.js';
import { filterOf, placeOf } from './register-page.js';
import { BreachPageView } from './views.js';

const said = {
  breaches: 'The register of breaches (GDPR art. 33(5))',
  recordBreach: 'Write down a breach; 72 hours run from when we were aware of it',
  judgeBreach: 'Say how great the risk for people is',
  notifyAuthority: 'Write down that the authority was told (GDPR art. 33)',
  informPeople: 'Write down that the people were told (GDPR art. 34)',
  closeBreach: 'Close a breach, once everybody was told who has to be',
} as const;

/** Breaches of personal data, over REST. */
@ApiTags('Registers')
@Controller('registers/breaches')
export class BreachesController {
  constructor(private readonly orders: RegisterOrders) {}

  @Get()
  @ApiOperation({ summary: said.breaches })
  @ApiOkResponse({ type: BreachPageView })
  breaches(@FromQuery() args: inputs.RegisterArgs, @FromCaller() caller: Caller): Promise<RegisterPage<BreachLine>> {
    return this.orders.breaches(filterOf(args), placeOf(args), caller);
  }

  @Put(':breach')
  @ApiOperation({ summary: said.recordBreach })
  @ApiOkResponse({ type: ReceiptView })
  recordBreach(@Param() { breach }: inputs.BreachRef, @Body() input: inputs.BreachInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.recordBreach(breach, { ...input }, caller);
  }

  @Put(':breach/risk')
  @ApiOperation({ summary: said.judgeBreach })
  @ApiOkResponse({ type: ReceiptView })
  judgeBreach(
    @Param() { breach }: inputs.BreachRef,
    @Body() input: inputs.BreachJudgementInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.judgeBreach(breach, { ...input }, caller);
  }

  @Put(':breach/authority-notice')
  @ApiOperation({ summary: said.notifyAuthority })
  @ApiOkResponse({ type: ReceiptView })
  notifyAuthority(
    @Param() { breach }: inputs.BreachRef,
    @Body() input: inputs.AuthorityNoticeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.notifyAuthority(breach, { reference: input.reference, reason: input.reason ?? '' }, caller);
  }

  @Put(':breach/information')
  @ApiOperation({ summary: said.informPeople })
  @ApiOkResponse({ type: ReceiptView })
  informPeople(
    @Param() { breach }: inputs.BreachRef,
    @Body() input: inputs.PeopleInformedInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.informPeople(breach, { ...input }, caller);
  }

  @Put(':breach/closing')
  @ApiOperation({ summary: said.closeBreach })
  @ApiOkResponse({ type: ReceiptView })
  closeBreach(@Param() { breach }: inputs.BreachRef, @Body() input: inputs.LessonInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.closeBreach(breach, input.lesson, caller);
  }
}

/** Breaches of personal data, over GraphQL. */
@Resolver()
export class BreachesResolver {
  constructor(private readonly orders: RegisterOrders) {}

  @Query(() => BreachPageView, { description: `${said.breaches}.` })
  breaches(@Args() args: inputs.RegisterArgs, @FromCaller() caller: Caller): Promise<RegisterPage<BreachLine>> {
    return this.orders.breaches(filterOf(args), placeOf(args), caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.recordBreach}.` })
  recordBreach(
    @Args() { breach }: inputs.BreachArgs,
    @Args('input') input: inputs.BreachInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.recordBreach(breach, { ...input }, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.judgeBreach}.` })
  judgeBreach(
    @Args() { breach }: inputs.BreachArgs,
    @Args('input') input: inputs.BreachJudgementInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.judgeBreach(breach, { ...input }, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.notifyAuthority}.` })
  notifyAuthorityOfBreach(
    @Args() { breach }: inputs.BreachArgs,
    @Args('input') input: inputs.AuthorityNoticeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.notifyAuthority(breach, { reference: input.reference, reason: input.reason ?? '' }, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.informPeople}.` })
  informPeopleOfBreach(
    @Args() { breach }: inputs.BreachArgs,
    @Args('input') input: inputs.PeopleInformedInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.informPeople(breach, { ...input }, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.closeBreach}.` })
  closeBreach(
    @Args() { breach }: inputs.BreachArgs,
    @Args('input') input: inputs.LessonInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.closeBreach(breach, input.lesson, caller);
  }
}
