import { Body, Controller, HttpCode, Param, Post, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SpaceOrders } from '../../../application/enrolment/space.orders.js';
import { SuppressionOrders } from '../../../application/enrolment/suppression.orders.js';
import { SpaceQuestions, type SpaceView } from '../../../application/enrolment/space.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import {
  MomentArgs,
  MomentInputArgs,
  PhoneChecksInput,
  PhoneCodeInput,
  PhoneOppositionInput,
  SpaceArgs,
  SpaceRef,
  SpaceSearchInput,
  SuppressionLiftingInput,
} from './inputs.js';
import { ReceiptView, SpaceOverviewView } from './views.js';

/** The 3422 line, over REST. */
@ApiTags('3422')
@Controller('support')
export class SupportController {
  constructor(
    private readonly orders: SpaceOrders,
    private readonly questions: SpaceQuestions,
    private readonly returns: SuppressionOrders,
  ) {}

  @Post('space-searches')
  @HttpCode(200)
  @ApiOperation({ summary: 'Find the space of somebody who calls' })
  @ApiOkResponse({ type: SpaceOverviewView })
  find(@Body() { ins }: SpaceSearchInput, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<SpaceView> {
    return this.questions.findByIdentity(ins, caller);
  }

  @Put('spaces/:space/opposition')
  @ApiOperation({ summary: 'Register an opposition said by phone' })
  @ApiOkResponse({ type: ReceiptView })
  oppose(@Param() { space }: SpaceRef, @Body() opposition: PhoneOppositionInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.opposeByPhone(space, opposition, caller);
  }

  @Post('spaces/:space/opposition-withdrawals')
  @HttpCode(200)
  @ApiOperation({ summary: 'Register that an opposition is taken back by phone' })
  @ApiOkResponse({ type: ReceiptView })
  withdraw(@Param() { space }: SpaceRef, @Body() { checked }: PhoneChecksInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.withdrawOppositionByPhone(space, checked, caller);
  }

  @Post('spaces/:space/provisional-codes')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a new code sent to the address on file' })
  @ApiAcceptedResponse({ type: ReceiptView })
  requestCode(@Param() { space }: SpaceRef, @Body() { checked, channel }: PhoneCodeInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.requestCodeByPhone(space, checked, channel, caller);
  }

  @Post('suppression-liftings')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let somebody whose space was destroyed have one again' })
  @ApiOkResponse({ type: ReceiptView })
  liftSuppression(@Body() lifting: SuppressionLiftingInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.returns.lift(lifting, caller);
  }
}

/** The 3422 line, over GraphQL. */
@Resolver()
export class SupportResolver {
  constructor(
    private readonly orders: SpaceOrders,
    private readonly questions: SpaceQuestions,
    private readonly returns: SuppressionOrders,
  ) {}

  @Query(() => SpaceOverviewView, { description: 'Find the space of somebody who calls.' })
  findSpaceByIdentity(
    @Args() _: MomentInputArgs,
    @Args('input') { ins }: SpaceSearchInput,
    @FromCaller() caller: Caller,
  ): Promise<SpaceView> {
    return this.questions.findByIdentity(ins, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Register an opposition said by phone.' })
  registerOppositionByPhone(
    @Args() { space }: SpaceArgs,
    @Args('input') opposition: PhoneOppositionInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.opposeByPhone(space, opposition, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Register that an opposition is taken back by phone.' })
  withdrawOppositionByPhone(
    @Args() { space }: SpaceArgs,
    @Args('input') { checked }: PhoneChecksInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.withdrawOppositionByPhone(space, checked, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Have a new code sent to the address on file.' })
  renewProvisionalCodeByPhone(
    @Args() { space }: SpaceArgs,
    @Args('input') { checked, channel }: PhoneCodeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.requestCodeByPhone(space, checked, channel, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Let somebody whose space was destroyed have one again.' })
  liftSuppression(@Args('input') lifting: SuppressionLiftingInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.returns.lift(lifting, caller);
  }
}
