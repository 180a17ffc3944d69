import { Controller, Get, Param, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SpaceQuestions } from '../../../application/enrolment/space.questions.js';
import { ReceiptQuestions } from '../../../application/history/receipt.questions.js';
import type { LineReceipt } from '../../../application/history/receipts.js';
import type { HistoryPage } from '../../../application/history/history.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { SpaceRef } from '../enrolment/inputs.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

/** The history of a space, over REST. */
@ApiTags('History')
@Controller()
export class HistoryController {
  constructor(
    private readonly questions: SpaceQuestions,
    private readonly receipts: ReceiptQuestions,
  ) {}

  @Get('spaces/:space/history')
  @ApiOperation({ summary: 'What happened to a space and who looked, latest first, with the receipt of each decision' })
  @ApiOkResponse({ type: views.HistoryPageView })
  history(@Param() { space }: SpaceRef, @FromQuery() page: inputs.HistoryPageArgs, @FromCaller() caller: Caller): Promise<HistoryPage> {
    return this.questions.history(space, inputs.requestOf(page), caller);
  }

  @Get('spaces/:space/history/:line/proof')
  @ApiOperation({ summary: 'The receipt of one line: that it lies in the sealed log (C2SP tlog-proof), to be kept and checked anywhere' })
  @ApiOkResponse({ type: views.LineReceiptView })
  receipt(@Param() { space, line }: inputs.LineRef, @FromCaller() caller: Caller): Promise<LineReceipt> {
    return this.receipts.receipt(space, line, caller);
  }
}

/** The same over GraphQL. */
@Resolver()
export class HistoryResolver {
  constructor(
    private readonly questions: SpaceQuestions,
    private readonly receipts: ReceiptQuestions,
  ) {}

  @Query(() => views.HistoryPageView, {
    description: 'What happened to a space and who looked, latest first, with the receipt of each decision.',
  })
  activityHistory(@Args() { space, ...page }: inputs.HistoryArgs, @FromCaller() caller: Caller): Promise<HistoryPage> {
    return this.questions.history(space, inputs.requestOf(page), caller);
  }

  @Query(() => views.LineReceiptView, {
    description: 'The receipt of one line: that it lies in the sealed log (C2SP tlog-proof), to be kept and checked anywhere.',
  })
  historyReceipt(@Args() { space, line }: inputs.LineRef, @FromCaller() caller: Caller): Promise<LineReceipt> {
    return this.receipts.receipt(space, line, caller);
  }
}
