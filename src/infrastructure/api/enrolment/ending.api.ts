import { Body, Controller, Get, HttpCode, Param, Post, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EndingOrders } from '../../../application/enrolment/ending.orders.js';
import { EndingQuestions, type EndingPreview } from '../../../application/enrolment/ending.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import type { DestructionGround } from '../../../domain/shared/destruction-ground.js';
import type { Instant } from '../../../domain/shared/time.js';
import { FromCaller } from '../caller.js';
import { Shown } from '../fields.js';
import { ErasureInput, HoldArgs, HoldRef, LegalHoldInput, LiftHoldInput } from './ending-inputs.js';
import { MomentArgs, SpaceArgs, SpaceQuestionArgs, SpaceRef } from './inputs.js';
import { ReceiptView } from './views.js';

@ObjectType('Ending')
export class EndingView implements EndingPreview {
  @Shown(() => String, { nullable: true, description: 'Last instant of the archive; null while it is not closed.' })
  readonly archivedUntil: Instant | null;
  @Shown(() => String, { nullable: true, description: 'From when on it is destroyed because its holder asked for it.' })
  readonly erasureOn: Instant | null;
  @Shown(() => [String], { description: 'Legal holds that stand.' }) readonly holds: readonly string[];
  @Shown(() => String, { nullable: true, description: 'RETENTION or ERASURE: its destruction was requested.' })
  readonly requested: DestructionGround | null;
  @Shown(() => String, { nullable: true, description: 'RETENTION or ERASURE: it may be destroyed now.' })
  readonly due: DestructionGround | null;
  @Shown(() => Int, { description: 'Streams that would be removed.' }) readonly streams: number;
  @Shown(() => Int, { description: 'Events in them.' }) readonly events: number;
}

const said = {
  erasure: 'Ask that all a closed space held be destroyed, from the day after the thirtieth (CSP R.1111-36)',
  cancelled: 'Take back the wish to destroy what a closed space held',
  hold: 'Keep what a closed space held, on the order of an authority; two people',
  lifted: 'End a legal hold; two people',
  ending: 'How a space stands with regard to its end',
} as const;

/** The end of a space, over REST. */
@ApiTags('The end of a space')
@Controller('spaces/:space')
export class EndingController {
  constructor(
    private readonly orders: EndingOrders,
    private readonly questions: EndingQuestions,
  ) {}

  @Get('ending')
  @ApiOperation({ summary: said.ending })
  @ApiOkResponse({ type: EndingView })
  ending(@Param() { space }: SpaceRef, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<EndingPreview> {
    return this.questions.ending(space, caller);
  }

  @Put('erasure')
  @ApiOperation({ summary: said.erasure })
  @ApiOkResponse({ type: ReceiptView })
  requestErasure(@Param() { space }: SpaceRef, @Body() { checked }: ErasureInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.requestErasure(space, checked, caller);
  }

  @Post('erasure-cancellations')
  @HttpCode(200)
  @ApiOperation({ summary: said.cancelled })
  @ApiOkResponse({ type: ReceiptView })
  cancelErasure(@Param() { space }: SpaceRef, @Body() { checked }: ErasureInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.cancelErasure(space, checked, caller);
  }

  @Put('legal-holds/:hold')
  @ApiOperation({ summary: said.hold })
  @ApiOkResponse({ type: ReceiptView })
  placeHold(@Param() { space, hold }: HoldRef, @Body() order: LegalHoldInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.placeHold(space, { hold, ...order }, caller);
  }

  @Put('legal-holds/:hold/lifting')
  @ApiOperation({ summary: said.lifted })
  @ApiOkResponse({ type: ReceiptView })
  liftHold(@Param() { space, hold }: HoldRef, @Body() { second }: LiftHoldInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.liftHold(space, hold, second, caller);
  }
}

/** The end of a space, over GraphQL. */
@Resolver()
export class EndingResolver {
  constructor(
    private readonly orders: EndingOrders,
    private readonly questions: EndingQuestions,
  ) {}

  @Query(() => EndingView, { description: `${said.ending}.` })
  ending(@Args() { space }: SpaceQuestionArgs, @FromCaller() caller: Caller): Promise<EndingPreview> {
    return this.questions.ending(space, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.erasure}.` })
  requestErasure(
    @Args() { space }: SpaceArgs,
    @Args('input', { nullable: true, type: () => ErasureInput }) input: ErasureInput | undefined,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.requestErasure(space, input?.checked, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.cancelled}.` })
  cancelErasure(
    @Args() { space }: SpaceArgs,
    @Args('input', { nullable: true, type: () => ErasureInput }) input: ErasureInput | undefined,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.cancelErasure(space, input?.checked, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.hold}.` })
  placeLegalHold(@Args() { space, hold }: HoldArgs, @Args('input') order: LegalHoldInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.placeHold(space, { hold, ...order }, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.lifted}.` })
  liftLegalHold(
    @Args() { space, hold }: HoldArgs,
    @Args('input') { second }: LiftHoldInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.liftHold(space, hold, second, caller);
  }
}
