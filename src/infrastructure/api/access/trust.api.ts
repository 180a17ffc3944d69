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

/** Whom the holder trusts, whom he blocks, who represents him, over REST. */
@ApiTags('Access')
@Controller()
export class TrustController {
  constructor(private readonly orders: AccessOrders) {}

  @Post('spaces/:space/blocks')
  @HttpCode(200)
  @ApiOperation({ summary: 'Block a professional or a place of care, at once' })
  @ApiOkResponse({ type: ReceiptView })
  block(@Param() { space }: SpaceRef, @Body() input: inputs.GranteeRefInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return input.grantee.kind === 'FACILITY'
      ? this.orders.blockFacility(space, input.grantee.id, caller)
      : this.orders.blockProfessional(space, input.grantee.id, caller);
  }

  @Post('spaces/:space/unblocks')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lift such a block' })
  @ApiOkResponse({ type: ReceiptView })
  unblock(@Param() { space }: SpaceRef, @Body() input: inputs.GranteeRefInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return input.grantee.kind === 'FACILITY'
      ? this.orders.unblockFacility(space, input.grantee.id, caller)
      : this.orders.unblockProfessional(space, input.grantee.id, caller);
  }

  @Put('spaces/:space/attending-doctor')
  @ApiOperation({ summary: 'The attending doctor, as declared to Assurance Maladie' })
  @ApiOkResponse({ type: ReceiptView })
  declareAttendingDoctor(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.ProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.declareAttendingDoctor(space, input.professional, caller);
  }

  @Post('spaces/:space/attending-doctor-ends')
  @HttpCode(200)
  @ApiOperation({ summary: 'The declaration ended' })
  @ApiOkResponse({ type: ReceiptView })
  endAttendingDoctor(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.ProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.endAttendingDoctor(space, input.professional, caller);
  }

  @Post('spaces/:space/administrators')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a doctor see what is masked, and block others' })
  @ApiOkResponse({ type: ReceiptView })
  grantAdministrator(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.AdministratorInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.grantAdministrator(space, input.professional, input.profession, caller);
  }

  @Post('spaces/:space/administrator-revocations')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take that back' })
  @ApiOkResponse({ type: ReceiptView })
  revokeAdministrator(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.ProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.revokeAdministrator(space, input.professional, caller);
  }

  @Post('spaces/:space/legal-representatives')
  @HttpCode(200)
  @ApiOperation({ summary: 'Link a legal representative, until the holder is eighteen' })
  @ApiOkResponse({ type: ReceiptView })
  linkLegalRepresentative(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.RepresentativeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.linkLegalRepresentative(space, input.representative, caller);
  }

  @Post('spaces/:space/legal-representation-ends')
  @HttpCode(200)
  @ApiOperation({ summary: 'End such a link, or all of them' })
  @ApiOkResponse({ type: ReceiptView })
  endLegalRepresentation(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.RepresentationEndInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.endLegalRepresentation(space, input, caller);
  }
}

/** Whom the holder trusts, whom he blocks, who represents him, over GraphQL. */
@Resolver()
export class TrustResolver {
  constructor(private readonly orders: AccessOrders) {}

  @Mutation(() => ReceiptView, { description: 'Block a professional or a place of care, at once.' })
  blockAccess(@Args() { space }: SpaceArgs, @Args('input') input: inputs.GranteeRefInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return input.grantee.kind === 'FACILITY'
      ? this.orders.blockFacility(space, input.grantee.id, caller)
      : this.orders.blockProfessional(space, input.grantee.id, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Lift such a block.' })
  unblockAccess(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.GranteeRefInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return input.grantee.kind === 'FACILITY'
      ? this.orders.unblockFacility(space, input.grantee.id, caller)
      : this.orders.unblockProfessional(space, input.grantee.id, caller);
  }

  @Mutation(() => ReceiptView, { description: 'The attending doctor, as declared to Assurance Maladie.' })
  declareAttendingDoctor(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.ProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.declareAttendingDoctor(space, input.professional, caller);
  }

  @Mutation(() => ReceiptView, { description: 'The declaration ended.' })
  endAttendingDoctor(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.ProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.endAttendingDoctor(space, input.professional, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Let a doctor see what is masked, and block others.' })
  grantAdministrator(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.AdministratorInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.grantAdministrator(space, input.professional, input.profession, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Take that back.' })
  revokeAdministrator(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.ProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.revokeAdministrator(space, input.professional, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Link a legal representative, until the holder is eighteen.' })
  linkLegalRepresentative(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.RepresentativeInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.linkLegalRepresentative(space, input.representative, caller);
  }

  @Mutation(() => ReceiptView, { description: 'End such a link.' })
  endLegalRepresentation(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.RepresentationEndInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.endLegalRepresentation(space, input, caller);
  }
}
