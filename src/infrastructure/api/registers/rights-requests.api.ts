import { Body, Controller, Get, Param, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RegisterOrders } from '../../../application/registers/registers.orders.js';
import type { RegisterPage, RightsRequestLine } from '../../../application/registers/registers.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './inputs.js';
import { filterOf, placeOf } from './register-page.js';
import { RightsRequestPageView } from './views.js';

const said = {
  requests: 'The register of requests about rights, with their delays (GDPR art. 12)',
  receiveRequest: 'Write down a request about rights; a month begins',
  extendRequest: 'Extend the delay by two months, within the first one',
  answerRequest: 'Write down what was answered',
} as const;

/** Requests about rights, over REST. */
@ApiTags('Registers')
@Controller('registers/rights-requests')
export class RightsRequestsController {
  constructor(private readonly orders: RegisterOrders) {}

  @Get()
  @ApiOperation({ summary: said.requests })
  @ApiOkResponse({ type: RightsRequestPageView })
  requests(@FromQuery() args: inputs.RegisterArgs, @FromCaller() caller: Caller): Promise<RegisterPage<RightsRequestLine>> {
    return this.orders.requests(filterOf(args), placeOf(args), caller);
  }

  @Put(':request')
  @ApiOperation({ summary: said.receiveRequest })
  @ApiOkResponse({ type: ReceiptView })
  receiveRequest(
    @Param() { request }: inputs.RequestRef,
    @Body() input: inputs.RightsRequestInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.receiveRequest(request, { ...input, space: input.space ?? null }, caller);
  }

  @Put(':request/extension')
  @ApiOperation({ summary: said.extendRequest })
  @ApiOkResponse({ type: ReceiptView })
  extendRequest(
    @Param() { request }: inputs.RequestRef,
    @Body() input: inputs.ReasonInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.extendRequest(request, input.reason, caller);
  }

  @Put(':request/answer')
  @ApiOperation({ summary: said.answerRequest })
  @ApiOkResponse({ type: ReceiptView })
  answerRequest(
    @Param() { request }: inputs.RequestRef,
    @Body() input: inputs.RightsAnswerInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.answerRequest(request, { answer: input.answer, ground: input.ground ?? '' }, caller);
  }
}

/** Requests about rights, over GraphQL. */
@Resolver()
export class RightsRequestsResolver {
  constructor(private readonly orders: RegisterOrders) {}

  @Query(() => RightsRequestPageView, { description: `${said.requests}.` })
  rightsRequests(@Args() args: inputs.RegisterArgs, @FromCaller() caller: Caller): Promise<RegisterPage<RightsRequestLine>> {
    return this.orders.requests(filterOf(args), placeOf(args), caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.receiveRequest}.` })
  receiveRightsRequest(
    @Args() { request }: inputs.RequestArgs,
    @Args('input') input: inputs.RightsRequestInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.receiveRequest(request, { ...input, space: input.space ?? null }, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.extendRequest}.` })
  extendRightsRequest(
    @Args() { request }: inputs.RequestArgs,
    @Args('input') input: inputs.ReasonInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.extendRequest(request, input.reason, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.answerRequest}.` })
  answerRightsRequest(
    @Args() { request }: inputs.RequestArgs,
    @Args('input') input: inputs.RightsAnswerInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.answerRequest(request, { answer: input.answer, ground: input.ground ?? '' }, caller);
  }
}
