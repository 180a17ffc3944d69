import { Controller, Get, HttpCode, Param, Post, Query as FromQuery, Req, Res } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CopyView } from '../../../application/portability/copy-list.js';
import { CopyOrders } from '../../../application/portability/copies.orders.js';
import { CopyQuestions } from '../../../application/portability/copies.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { MomentArgs, SpaceArgs, SpaceRef } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import { wantedOf } from '../record/byte-range.js';
import { sendContent } from '../record/content-answer.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

/** Copies of the data of a space, over REST. */
@ApiTags('Copies')
@Controller('spaces/:space/copies')
export class CopiesController {
  constructor(
    private readonly orders: CopyOrders,
    private readonly questions: CopyQuestions,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask for a copy of the data of a space, to be fetched when it is ready' })
  @ApiOkResponse({ type: ReceiptView })
  request(@Param() { space }: SpaceRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.request(space, caller);
  }

  @Get()
  @ApiOperation({ summary: 'The copies that this account asked for, latest first' })
  @ApiOkResponse({ type: [views.OwnCopyView] })
  list(@Param() { space }: SpaceRef, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<readonly CopyView[]> {
    return this.questions.list(space, caller);
  }

  @Get(':copy/content')
  @ApiOperation({ summary: 'The archive (ZIP), or a range of its bytes' })
  @ApiHeader({ name: 'Range', required: false, description: 'One range of bytes (RFC 9110 §14).' })
  @ApiProduces('application/zip')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async content(
    @Param() { space, copy }: inputs.CopyRef,
    @FromCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendContent(reply, await this.questions.download(space, copy, wantedOf(request.headers.range), caller));
  }
}

/** The same over GraphQL; bytes come over REST. */
@Resolver()
export class CopiesResolver {
  constructor(
    private readonly orders: CopyOrders,
    private readonly questions: CopyQuestions,
  ) {}

  @Mutation(() => ReceiptView, { description: 'Ask for a copy of the data of a space, to be fetched over REST when it is ready.' })
  requestCopy(@Args() { space }: SpaceArgs, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.request(space, caller);
  }

  @Query(() => [views.OwnCopyView], { description: 'The copies that this account asked for, latest first.' })
  copies(@Args() { space }: inputs.CopiesArgs, @FromCaller() caller: Caller): Promise<readonly CopyView[]> {
    return this.questions.list(space, caller);
  }
}
