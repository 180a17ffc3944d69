import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SpaceOrders, type SpaceReceipt } from '../../../application/enrolment/space.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { Located } from '../answers.js';
import { ForLetterHolders, FromCaller } from '../caller.js';
import { ActivateSpaceInput, CodeRequestInput, LetterInput } from './inputs.js';
import { ReceiptView, SpaceReceiptView } from './views.js';

/** What a letter allows, over REST. */
@ApiTags('With a letter')
@Controller()
export class LetterController {
  constructor(private readonly orders: SpaceOrders) {}

  @Post('oppositions')
  @HttpCode(200)
  @ForLetterHolders()
  @ApiOperation({ summary: 'Say no to a space, before it opens (CSP R.1111-28)' })
  @ApiOkResponse({ type: ReceiptView })
  oppose(@Body() letter: LetterInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.oppose(letter, caller);
  }

  @Post('opposition-withdrawals')
  @HttpCode(200)
  @ForLetterHolders()
  @ApiOperation({ summary: 'Take the no back, while it could still be said' })
  @ApiOkResponse({ type: ReceiptView })
  withdrawOpposition(@Body() letter: LetterInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.withdrawOpposition(letter, caller);
  }

  @Post('non-representative-declarations')
  @HttpCode(200)
  @ForLetterHolders()
  @ApiOperation({ summary: 'Say that one is not the legal representative the letter is addressed to' })
  @ApiOkResponse({ type: ReceiptView })
  declareNotRepresentative(@Body() letter: LetterInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.declareNotRepresentative(letter, caller);
  }

  @Post('provisional-codes')
  @HttpCode(202)
  @ForLetterHolders()
  @ApiOperation({ summary: 'Ask for a new provisional code, sent to the address on file' })
  @ApiAcceptedResponse({ type: ReceiptView })
  requestCode(@Body() request: CodeRequestInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.requestCode(request, caller);
  }

  @Post('activations')
  @HttpCode(200)
  @UseInterceptors(Located)
  @ApiOperation({ summary: 'Bind the space of a letter to one’s account, and accept the terms' })
  @ApiOkResponse({ type: SpaceReceiptView })
  activate(@Body() { terms, ...letter }: ActivateSpaceInput, @FromCaller() caller: Caller): Promise<SpaceReceipt> {
    return this.orders.activate(letter, terms, caller);
  }
}

/** What a letter allows, over GraphQL. */
@Resolver()
export class LetterResolver {
  constructor(private readonly orders: SpaceOrders) {}

  @Mutation(() => ReceiptView, { description: 'Say no to a space, before it opens (CSP R.1111-28).' })
  @ForLetterHolders()
  registerOpposition(@Args('input') letter: LetterInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.oppose(letter, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Take the no back, while it could still be said.' })
  @ForLetterHolders()
  withdrawOpposition(@Args('input') letter: LetterInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.withdrawOpposition(letter, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Say that one is not the legal representative the letter is addressed to.' })
  @ForLetterHolders()
  blockAutomaticCreation(@Args('input') letter: LetterInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.declareNotRepresentative(letter, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Ask for a new provisional code, sent to the address on file.' })
  @ForLetterHolders()
  renewProvisionalCode(@Args('input') request: CodeRequestInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.requestCode(request, caller);
  }

  @Mutation(() => SpaceReceiptView, { description: 'Bind the space of a letter to one’s account, and accept the terms.' })
  activateSpace(@Args('input') { terms, ...letter }: ActivateSpaceInput, @FromCaller() caller: Caller): Promise<SpaceReceipt> {
    return this.orders.activate(letter, terms, caller);
  }
}
