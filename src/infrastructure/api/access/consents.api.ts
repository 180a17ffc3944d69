import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccessOrders, type TemporaryAccessReceipt } from '../../../application/access/access.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { SpaceArgs, SpaceRef } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './inputs.js';
import { TemporaryAccessReceiptView } from './views.js';

/** Consents and codes of the holder, over REST. */
@ApiTags('Access')
@Controller()
export class ConsentsController {
  constructor(private readonly orders: AccessOrders) {}

  @Post('spaces/:space/consents')
  @HttpCode(200)
  @ApiOperation({ summary: 'Record that the person was informed and consented (CSP R.1111-46)' })
  @ApiOkResponse({ type: ReceiptView })
  recordConsent(@Param() { space }: SpaceRef, @Body() input: inputs.ConsentInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.recordConsent(space, input, caller);
  }

  @Post('spaces/:space/consent-withdrawals')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a consent back; it counts for the very next request' })
  @ApiOkResponse({ type: ReceiptView })
  withdrawConsent(@Param() { space }: SpaceRef, @Body() input: inputs.GranteeRefInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.withdrawConsent(space, input.grantee, caller);
  }

  @Post('spaces/:space/temporary-accesses')
  @HttpCode(200)
  @ApiOperation({ summary: 'A code that lets one professional in for a while; it is told once' })
  @ApiOkResponse({ type: TemporaryAccessReceiptView })
  grantTemporaryAccess(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.TemporaryAccessInput,
    @FromCaller() caller: Caller,
  ): Promise<TemporaryAccessReceipt> {
    return this.orders.grantTemporaryAccess(space, input.minutes, caller);
  }

  @Post('spaces/:space/temporary-access-uses')
  @HttpCode(200)
  @ApiOperation({ summary: 'Come in by the code that the holder read out' })
  @ApiOkResponse({ type: ReceiptView })
  useTemporaryAccess(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.TemporaryCodeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.useTemporaryAccess(space, input.code, caller);
  }
}

/** Consents and codes of the holder, over GraphQL. */
@Resolver()
export class ConsentsResolver {
  constructor(private readonly orders: AccessOrders) {}

  @Mutation(() => ReceiptView, { description: 'Record that the person was informed and consented (CSP R.1111-46).' })
  recordConsent(@Args() { space }: SpaceArgs, @Args('input') input: inputs.ConsentInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.recordConsent(space, input, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Take a consent back; it counts for the very next request.' })
  withdrawConsent(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.GranteeRefInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.withdrawConsent(space, input.grantee, caller);
  }

  @Mutation(() => TemporaryAccessReceiptView, { description: 'A code that lets one professional in for a while; it is told once.' })
  grantTemporaryAccess(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.TemporaryAccessInput,
    @FromCaller() caller: Caller,
  ): Promise<TemporaryAccessReceipt> {
    return this.orders.grantTemporaryAccess(space, input.minutes, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Come in by the code that the holder read out.' })
  useTemporaryAccess(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.TemporaryCodeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.useTemporaryAccess(space, input.code, caller);
  }
}
