import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccessOrders } from '../../../application/access/access.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { SpaceArgs, SpaceRef } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './inputs.js';

/** Emergency access, over REST. */
@ApiTags('Access')
@Controller()
export class EmergencyController {
  constructor(private readonly orders: AccessOrders) {}

  @Put('spaces/:space/emergency-preferences')
  @ApiOperation({ summary: 'Allow or refuse an emergency access in advance (CSP L.1111-17 I)' })
  @ApiOkResponse({ type: ReceiptView })
  setEmergencyPreference(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.EmergencyPreferenceInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.setEmergencyPreference(space, input, caller);
  }

  @Post('spaces/:space/emergency-accesses')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open an emergency session: one hour, told to the holder and his attending doctor (CSP R.1111-48)' })
  @ApiOkResponse({ type: ReceiptView })
  openEmergencyAccess(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.EmergencyAccessInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.openEmergencyAccess(space, input, caller);
  }
}

/** Emergency access, over GraphQL. */
@Resolver()
export class EmergencyResolver {
  constructor(private readonly orders: AccessOrders) {}

  @Mutation(() => ReceiptView, { description: 'Allow or refuse an emergency access in advance (CSP L.1111-17 I).' })
  setEmergencyPreference(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.EmergencyPreferenceInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.setEmergencyPreference(space, input, caller);
  }

  @Mutation(() => ReceiptView, {
    description: 'Open an emergency session: one hour, told to the holder and his attending doctor (CSP R.1111-48).',
  })
  openEmergencyAccess(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.EmergencyAccessInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.openEmergencyAccess(space, input, caller);
  }
}
