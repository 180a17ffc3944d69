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

/** Masks on documents, over REST. */
@ApiTags('Access')
@Controller()
export class MasksController {
  constructor(private readonly orders: AccessOrders) {}

  @Post('spaces/:space/masks')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mask documents to professionals (CSP R.1111-49)' })
  @ApiOkResponse({ type: ReceiptView })
  maskDocuments(@Param() { space }: SpaceRef, @Body() input: inputs.DocumentSetsInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.maskDocuments(space, input.sets, caller);
  }

  @Post('spaces/:space/unmasks')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make them visible again' })
  @ApiOkResponse({ type: ReceiptView })
  unmaskDocuments(@Param() { space }: SpaceRef, @Body() input: inputs.DocumentSetsInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.unmaskDocuments(space, input.sets, caller);
  }

  @Put('spaces/:space/masks/all')
  @ApiOperation({ summary: 'Mask everything that was deposited until now' })
  @ApiOkResponse({ type: ReceiptView })
  maskAllDocuments(@Param() { space }: SpaceRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.maskAllDocuments(space, caller);
  }

  @Put('spaces/:space/unmasks/all')
  @ApiOperation({ summary: 'Unmask everything that was deposited until now' })
  @ApiOkResponse({ type: ReceiptView })
  unmaskAllDocuments(@Param() { space }: SpaceRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.unmaskAllDocuments(space, caller);
  }

  @Put('spaces/:space/default-confidentiality')
  @ApiOperation({ summary: 'Whether new documents are masked from now on' })
  @ApiOkResponse({ type: ReceiptView })
  setDefaultConfidentiality(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.DefaultConfidentialityInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.setDefaultConfidentiality(space, input.masked, caller);
  }

  @Post('spaces/:space/masks-from')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mask one document from one professional or one place of care, for a time' })
  @ApiOkResponse({ type: ReceiptView })
  maskDocumentFrom(@Param() { space }: SpaceRef, @Body() input: inputs.MaskFromInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.maskDocumentFrom(space, input, caller);
  }

  @Post('spaces/:space/mask-lifts')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lift such a mask' })
  @ApiOkResponse({ type: ReceiptView })
  liftDocumentMask(@Param() { space }: SpaceRef, @Body() input: inputs.MaskLiftInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.liftDocumentMask(space, input, caller);
  }
}

/** Masks on documents, over GraphQL. */
@Resolver()
export class MasksResolver {
  constructor(private readonly orders: AccessOrders) {}

  @Mutation(() => ReceiptView, { description: 'Mask documents to professionals (CSP R.1111-49).' })
  maskDocuments(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.DocumentSetsInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.maskDocuments(space, input.sets, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Make them visible again.' })
  unmaskDocuments(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.DocumentSetsInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.unmaskDocuments(space, input.sets, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Mask everything that was deposited until now.' })
  maskAllDocuments(@Args() { space }: SpaceArgs, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.maskAllDocuments(space, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Unmask everything that was deposited until now.' })
  unmaskAllDocuments(@Args() { space }: SpaceArgs, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.unmaskAllDocuments(space, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Whether new documents are masked from now on.' })
  setDefaultConfidentiality(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.DefaultConfidentialityInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.setDefaultConfidentiality(space, input.masked, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Mask one document from one professional or one place of care, for a time.' })
  maskDocumentFrom(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.MaskFromInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.maskDocumentFrom(space, input, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Lift such a mask.' })
  liftDocumentMask(
    @Args() { space }: SpaceArgs,
    @Args('input') input: inputs.MaskLiftInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.liftDocumentMask(space, input, caller);
  }
}
