import { Body, Controller, Get, Param, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LiveNotices } from '../../../application/notices/live-notices.js';
import { NoticeOrders } from '../../../application/notices/notices.orders.js';
import type { NoticePage, ProfessionalNoticePage } from '../../../application/notices/notices.queries.js';
import { NoticeQuestions } from '../../../application/notices/notices.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { Log } from '../../log.js';
import { FromCaller } from '../caller.js';
import { SpaceArgs, SpaceRef } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import { CLOSE } from '../graphql/live-connection.js';
import type { LiveContext } from '../graphql/live-subscriptions.js';
import * as inputs from './inputs.js';
import { LiveField, type LiveAnswer } from './live-field.js';
import * as views from './views.js';

const placeOf = ({ first, cursor }: inputs.NoticePlaceArgs) => ({ first, cursor: cursor ?? null });
const pageOf = ({ unread, ...place }: inputs.NoticePageArgs) => ({ ...placeOf(place), unread: unread === true });

/** What people are told, over REST. */
@ApiTags('Notices')
@Controller()
export class NoticeController {
  constructor(
    private readonly orders: NoticeOrders,
    private readonly questions: NoticeQuestions,
  ) {}

  @Get('spaces/:space/notices')
  @ApiOperation({ summary: 'What others did in a space, latest first' })
  @ApiOkResponse({ type: views.NoticePageView })
  notices(@Param() { space }: SpaceRef, @FromQuery() page: inputs.NoticePageArgs, @FromCaller() caller: Caller): Promise<NoticePage> {
    return this.questions.list(space, pageOf(page), caller);
  }

  @Put('spaces/:space/notices/read')
  @ApiOperation({ summary: 'Mark notices as read by this account' })
  @ApiOkResponse({ type: ReceiptView })
  markRead(@Param() { space }: SpaceRef, @Body() { notices }: inputs.NoticesReadInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.markRead(space, notices, caller);
  }

  @Put('spaces/:space/notice-preferences')
  @ApiOperation({ summary: 'Choose what to be told of; some notices cannot be switched off' })
  @ApiOkResponse({ type: ReceiptView })
  prefer(@Param() { space }: SpaceRef, @Body() choice: inputs.NoticePreferenceInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.prefer(space, choice, caller);
  }

  @Get('me/professional-notices')
  @ApiOperation({ summary: 'Emergency accesses to spaces of the patients of this attending doctor, latest first' })
  @ApiOkResponse({ type: views.ProfessionalNoticePageView })
  ofProfessional(@FromQuery() page: inputs.NoticePlaceArgs, @FromCaller() caller: Caller): Promise<ProfessionalNoticePage> {
    return this.questions.ofProfessional(placeOf(page), caller);
  }
}

/** What people are told, over GraphQL. */
@Resolver()
export class NoticeResolver {
  constructor(
    private readonly orders: NoticeOrders,
    private readonly questions: NoticeQuestions,
    private readonly live: LiveNotices,
    private readonly log: Log,
  ) {}

  @Query(() => views.NoticePageView, { description: 'What others did in a space, latest first.' })
  notices(@Args() { space, ...page }: inputs.NoticesArgs, @FromCaller() caller: Caller): Promise<NoticePage> {
    return this.questions.list(space, pageOf(page), caller);
  }

  @Query(() => views.ProfessionalNoticePageView, {
    description: 'Emergency accesses to spaces of the patients of this attending doctor, latest first.',
  })
  professionalNotices(@Args() page: inputs.NoticePlaceArgs, @FromCaller() caller: Caller): Promise<ProfessionalNoticePage> {
    return this.questions.ofProfessional(placeOf(page), caller);
  }

  @Mutation(() => ReceiptView, { description: 'Mark notices as read by this account.' })
  markNoticesRead(
    @Args() { space }: SpaceArgs,
    @Args('input') { notices }: inputs.NoticesReadInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.markRead(space, notices, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Choose what to be told of; some notices cannot be switched off.' })
  setNoticePreference(
    @Args() { space }: SpaceArgs,
    @Args('input') choice: inputs.NoticePreferenceInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.prefer(space, choice, caller);
  }

  @Subscription(() => views.NoticeViewOfHolder, {
    description: 'Notices of a space from now on. Over graphql-transport-ws, with `authorization` in the payload of connection_init.',
  })
  async noticeIssued(
    @Args() { space }: inputs.LiveNoticesArgs,
    @FromCaller() caller: Caller,
    @Context() { live, id, req }: LiveContext,
  ): Promise<AsyncIterableIterator<LiveAnswer>> {
    const followed = await this.live.follow(space, caller, (why) => live.close(CLOSE.later, why));
    const field = new LiveField({ space: followed, live, id: String(id), request: req, log: this.log });
    live.run(String(id), field);
    return field;
  }
}
