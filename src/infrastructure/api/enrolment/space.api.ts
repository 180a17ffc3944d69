import { Body, Controller, Get, Param, Put, Query as FromQuery, UseInterceptors } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SpaceOrders } from '../../../application/enrolment/space.orders.js';
import type { ClosurePreview } from '../../../application/enrolment/space.queries.js';
import { SpaceQuestions, type SpaceView, type TaggedView } from '../../../application/enrolment/space.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { Tagged } from '../answers.js';
import { FromCaller } from '../caller.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

/** A space and its holder, over REST. */
@ApiTags('My space')
@Controller()
export class SpaceController {
  constructor(
    private readonly orders: SpaceOrders,
    private readonly questions: SpaceQuestions,
  ) {}

  @Get('me/spaces')
  @ApiOperation({ summary: 'The spaces bound to the account that asks' })
  @ApiOkResponse({ type: [views.SpaceOverviewView] })
  mine(@FromQuery() _moment: inputs.MomentArgs, @FromCaller() caller: Caller): Promise<readonly SpaceView[]> {
    return this.questions.mine(caller);
  }

  @Get('spaces/:space')
  @UseInterceptors(Tagged)
  @ApiOperation({ summary: 'A space: where it stands, and until when one may do what' })
  @ApiHeader({ name: 'If-None-Match', required: false })
  @ApiOkResponse({ type: views.SpaceOverviewView })
  overview(
    @Param() { space }: inputs.SpaceRef,
    @FromQuery() _moment: inputs.MomentArgs,
    @FromCaller() caller: Caller,
  ): Promise<TaggedView> {
    return this.questions.overview(space, caller);
  }

  @Get('spaces/:space/closure-preview')
  @ApiOperation({ summary: 'What closing would mean' })
  @ApiOkResponse({ type: views.ClosurePreviewView })
  closurePreview(
    @Param() { space }: inputs.SpaceRef,
    @FromQuery() _moment: inputs.MomentArgs,
    @FromCaller() caller: Caller,
  ): Promise<ClosurePreview> {
    return this.questions.closurePreview(space, caller);
  }

  @Put('spaces/:space/closure')
  @ApiOperation({ summary: 'Close a space; ten years of archive begin (CSP R.1111-36)' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'Only if nothing changed since that overview.' })
  @ApiOkResponse({ type: views.ReceiptView })
  close(@Param() { space }: inputs.SpaceRef, @Body() { checked }: inputs.CloseSpaceInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.close(space, checked, caller);
  }

  @Put('spaces/:space/reopening')
  @ApiOperation({ summary: 'Bring a closed space back, with all it held' })
  @ApiOkResponse({ type: views.ReceiptView })
  reopen(@Param() { space }: inputs.SpaceRef, @Body() { letter }: inputs.ReopenSpaceInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.reopen(space, letter, caller);
  }

  @Put('spaces/:space/terms')
  @ApiOperation({ summary: 'Accept the present terms' })
  @ApiOkResponse({ type: views.ReceiptView })
  acceptTerms(@Param() { space }: inputs.SpaceRef, @Body() terms: inputs.TermsInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.acceptTerms(space, terms, caller);
  }
}

/** A space and its holder, over GraphQL. */
@Resolver()
export class SpaceResolver {
  constructor(
    private readonly orders: SpaceOrders,
    private readonly questions: SpaceQuestions,
  ) {}

  @Query(() => [views.SpaceOverviewView], { description: 'The spaces bound to the account that asks.' })
  mySpaces(@Args() _moment: inputs.MomentArgs, @FromCaller() caller: Caller): Promise<readonly SpaceView[]> {
    return this.questions.mine(caller);
  }

  @Query(() => views.TaggedSpaceView, { description: 'A space: where it stands, and until when one may do what.' })
  space(@Args() { space }: inputs.SpaceQuestionArgs, @FromCaller() caller: Caller): Promise<TaggedView> {
    return this.questions.overview(space, caller);
  }

  @Query(() => views.ClosurePreviewView, { description: 'What closing would mean.' })
  closurePreview(@Args() { space }: inputs.SpaceQuestionArgs, @FromCaller() caller: Caller): Promise<ClosurePreview> {
    return this.questions.closurePreview(space, caller);
  }

  @Mutation(() => views.ReceiptView, { description: 'Close a space; ten years of archive begin (CSP R.1111-36).' })
  closeSpace(
    @Args() { space }: inputs.SpaceDecisionArgs,
    @Args('input', { nullable: true, type: () => inputs.CloseSpaceInput }) input: inputs.CloseSpaceInput | undefined,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.close(space, input?.checked, caller);
  }

  @Mutation(() => views.ReceiptView, { description: 'Bring a closed space back, with all it held.' })
  reopenSpace(
    @Args() { space }: inputs.SpaceArgs,
    @Args('input', { nullable: true, type: () => inputs.ReopenSpaceInput }) input: inputs.ReopenSpaceInput | undefined,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.reopen(space, input?.letter, caller);
  }

  @Mutation(() => views.ReceiptView, { description: 'Accept the present terms.' })
  acceptTerms(
    @Args() { space }: inputs.SpaceArgs,
    @Args('input') terms: inputs.TermsInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.acceptTerms(space, terms, caller);
  }
}
