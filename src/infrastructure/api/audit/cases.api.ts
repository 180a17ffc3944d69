import { Body, Controller, Get, HttpCode, Param, Post, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseOrders, type CaseReceipt } from '../../../application/audit/cases.orders.js';
import type { ReviewCaseFile, ReviewCasePage } from '../../../application/audit/compliance.queries.js';
import { ComplianceQuestions } from '../../../application/audit/compliance.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

/** Reviews of accesses, over REST. */
@ApiTags('Compliance')
@Controller()
export class CasesController {
  constructor(
    private readonly orders: CaseOrders,
    private readonly questions: ComplianceQuestions,
  ) {}

  @Get('compliance/cases')
  @ApiOperation({ summary: 'Reviews of accesses and the alerts that opened them, latest first' })
  @ApiOkResponse({ type: views.ReviewCasePageView })
  list(@FromQuery() page: inputs.CasePageArgs, @FromCaller() caller: Caller): Promise<ReviewCasePage> {
    return this.questions.cases(inputs.caseRequestOf(page), caller);
  }

  @Get('compliance/cases/:case')
  @ApiOperation({ summary: 'One review and all that happened to it' })
  @ApiOkResponse({ type: views.ReviewCaseFileView })
  get(@Param() { case: id }: inputs.CaseRef, @FromQuery() _: MomentArgs, @FromCaller() caller: Caller): Promise<ReviewCaseFile> {
    return this.questions.case(id, caller);
  }

  @Post('compliance/cases')
  @ApiOperation({ summary: 'Open a review of what somebody looked at' })
  @ApiCreatedResponse({ type: views.CaseReceiptView })
  open(@Body() input: inputs.CaseInput, @FromCaller() caller: Caller): Promise<CaseReceipt> {
    return this.orders.open(inputs.draftOf(input), caller);
  }

  @Put('compliance/cases/:case/assignee')
  @ApiOperation({ summary: 'Say who reviews it; nobody judges his own looks' })
  @ApiOkResponse({ type: ReceiptView })
  assign(@Param() { case: id }: inputs.CaseRef, @Body() input: inputs.CaseAssignmentInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.assign(id, { ...input.assignee }, caller);
  }

  @Put('compliance/cases/:case/due')
  @ApiOperation({ summary: 'Say until when it must be reviewed' })
  @ApiOkResponse({ type: ReceiptView })
  setDue(@Param() { case: id }: inputs.CaseRef, @Body() input: inputs.CaseDueInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.setDue(id, input.due, caller);
  }

  @Post('compliance/cases/:case/comments')
  @HttpCode(200)
  @ApiOperation({ summary: 'Write down what was found' })
  @ApiOkResponse({ type: ReceiptView })
  comment(
    @Param() { case: id }: inputs.CaseRef,
    @Body() { text }: inputs.CaseCommentInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.comment(id, text, caller);
  }

  @Put('compliance/cases/:case/closure')
  @ApiOperation({ summary: 'Close it, with its outcome; only who reviews it' })
  @ApiOkResponse({ type: ReceiptView })
  close(@Param() { case: id }: inputs.CaseRef, @Body() input: inputs.CaseClosureInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.close(id, input, caller);
  }

  @Put('compliance/cases/:case/reopening')
  @ApiOperation({ summary: 'Open it again, with a reason and a new day' })
  @ApiOkResponse({ type: ReceiptView })
  reopen(@Param() { case: id }: inputs.CaseRef, @Body() input: inputs.CaseReopeningInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.reopen(id, { reason: input.reason, due: input.due }, caller);
  }
}

/** The same over GraphQL. */
@Resolver()
export class CasesResolver {
  constructor(
    private readonly orders: CaseOrders,
    private readonly questions: ComplianceQuestions,
  ) {}

  @Query(() => views.ReviewCasePageView, { description: 'Reviews of accesses and the alerts that opened them, latest first.' })
  reviewCases(@Args() page: inputs.CasePageArgs, @FromCaller() caller: Caller): Promise<ReviewCasePage> {
    return this.questions.cases(inputs.caseRequestOf(page), caller);
  }

  @Query(() => views.ReviewCaseFileView, { description: 'One review and all that happened to it.' })
  reviewCase(@Args() { case: id }: inputs.CaseArgs, @FromCaller() caller: Caller): Promise<ReviewCaseFile> {
    return this.questions.case(id, caller);
  }

  @Mutation(() => views.CaseReceiptView, { description: 'Open a review of what somebody looked at.' })
  openReviewCase(@Args('input') input: inputs.CaseInput, @FromCaller() caller: Caller): Promise<CaseReceipt> {
    return this.orders.open(inputs.draftOf(input), caller);
  }

  @Mutation(() => ReceiptView, { description: 'Say who reviews it; nobody judges his own looks.' })
  assignReviewCase(
    @Args() { case: id }: inputs.CaseWishArgs,
    @Args('input') input: inputs.CaseAssignmentInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.assign(id, { ...input.assignee }, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Say until when it must be reviewed.' })
  setReviewCaseDue(
    @Args() { case: id }: inputs.CaseWishArgs,
    @Args('input') input: inputs.CaseDueInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.setDue(id, input.due, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Write down what was found.' })
  commentReviewCase(
    @Args() { case: id }: inputs.CaseWishArgs,
    @Args('input') { text }: inputs.CaseCommentInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.comment(id, text, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Close it, with its outcome; only who reviews it.' })
  closeReviewCase(
    @Args() { case: id }: inputs.CaseWishArgs,
    @Args('input') input: inputs.CaseClosureInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.close(id, input, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Open it again, with a reason and a new day.' })
  reopenReviewCase(
    @Args() { case: id }: inputs.CaseWishArgs,
    @Args('input') input: inputs.CaseReopeningInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.reopen(id, { reason: input.reason, due: input.due }, caller);
  }
}
