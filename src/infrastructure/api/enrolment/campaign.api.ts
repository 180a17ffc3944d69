import { Body, Controller, Get, HttpCode, Param, Post, Put, Query as FromQuery } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CampaignOrders } from '../../../application/enrolment/campaign.orders.js';
import type { CampaignReport, DueDay } from '../../../application/enrolment/campaign.queries.js';
import { SpaceOrders } from '../../../application/enrolment/space.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import * as inputs from './inputs.js';
import { CampaignReportView, DueDayView, ReceiptView, StatusCountView } from './views.js';

/** Campaigns and what the mail says of them, over REST. */
@ApiTags('Campaigns')
@Controller()
export class CampaignController {
  constructor(
    private readonly orders: CampaignOrders,
    private readonly spaces: SpaceOrders,
  ) {}

  @Put('campaigns/:campaign')
  @ApiOperation({ summary: 'Open a mailing campaign' })
  @ApiOkResponse({ type: ReceiptView })
  open(@Param() { campaign }: inputs.CampaignRef, @Body() { label }: inputs.CampaignInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.open(campaign, label, caller);
  }

  @Get('campaigns/:campaign')
  @ApiOperation({ summary: 'Counts of a campaign' })
  @ApiOkResponse({ type: CampaignReportView })
  report(
    @Param() { campaign }: inputs.CampaignRef,
    @FromQuery() _moment: inputs.MomentArgs,
    @FromCaller() caller: Caller,
  ): Promise<CampaignReport> {
    return this.orders.report(campaign, caller);
  }

  @Put('campaigns/:campaign/pause')
  @ApiOperation({ summary: 'Hold the invitations back; deadlines that run go on running' })
  @ApiOkResponse({ type: ReceiptView })
  pause(
    @Param() { campaign }: inputs.CampaignRef,
    @Body() { reason }: inputs.PauseCampaignInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.pause(campaign, reason, caller);
  }

  @Put('campaigns/:campaign/resumption')
  @ApiOperation({ summary: 'Let the invitations go out again' })
  @ApiOkResponse({ type: ReceiptView })
  resume(@Param() { campaign }: inputs.CampaignRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.resume(campaign, caller);
  }

  @Get('deadlines')
  @ApiOperation({ summary: 'How many spaces open and how many archives end, by Paris day' })
  @ApiOkResponse({ type: [DueDayView] })
  deadlines(@FromQuery() { from, to }: inputs.PeriodArgs, @FromCaller() caller: Caller): Promise<readonly DueDay[]> {
    return this.orders.deadlines(from, to, caller);
  }

  @Post('delivery-reports')
  @HttpCode(200)
  @ApiOperation({ summary: 'An invitation did not arrive' })
  @ApiOkResponse({ type: ReceiptView })
  reportBounce(@Body() { space, report }: inputs.DeliveryReportInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.spaces.reportBounce(space, report, caller);
  }

  @Post('opening-failures')
  @HttpCode(200)
  @ApiOperation({ summary: 'Technical reasons kept a space from opening (CSP R.1111-28)' })
  @ApiOkResponse({ type: ReceiptView })
  reportOpeningFailure(@Body() { space, reason }: inputs.OpeningFailureInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.spaces.reportOpeningFailure(space, reason, caller);
  }
}

/** Campaigns and what the mail says of them, over GraphQL. */
@Resolver(() => CampaignReportView)
export class CampaignResolver {
  constructor(
    private readonly orders: CampaignOrders,
    private readonly spaces: SpaceOrders,
  ) {}

  @Query(() => CampaignReportView, { description: 'Counts of a campaign.' })
  campaignReport(@Args() { campaign }: inputs.CampaignQuestionArgs, @FromCaller() caller: Caller): Promise<CampaignReport> {
    return this.orders.report(campaign, caller);
  }

  @ResolveField(() => [StatusCountView], { description: 'People by status of their space now.' })
  byStatus(@Parent() { byStatus }: CampaignReport): readonly StatusCountView[] {
    return Object.entries(byStatus).map(([status, count]) => ({ status, count }));
  }

  @Query(() => [DueDayView], { description: 'How many spaces open and how many archives end, by Paris day.' })
  deadlinesDue(@Args() { from, to }: inputs.PeriodArgs, @FromCaller() caller: Caller): Promise<readonly DueDay[]> {
    return this.orders.deadlines(from, to, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Open a mailing campaign.' })
  openCampaign(
    @Args() { campaign }: inputs.CampaignArgs,
    @Args('input') { label }: inputs.CampaignInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.open(campaign, label, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Hold the invitations back; deadlines that run go on running.' })
  pauseCampaign(
    @Args() { campaign }: inputs.CampaignArgs,
    @Args('input') { reason }: inputs.PauseCampaignInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.pause(campaign, reason, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Let the invitations go out again.' })
  resumeCampaign(@Args() { campaign }: inputs.CampaignArgs, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.resume(campaign, caller);
  }

  @Mutation(() => ReceiptView, { description: 'An invitation did not arrive.' })
  reportBounce(@Args('input') { space, report }: inputs.DeliveryReportInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.spaces.reportBounce(space, report, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Technical reasons kept a space from opening (CSP R.1111-28).' })
  reportOpeningFailure(@Args('input') { space, reason }: inputs.OpeningFailureInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.spaces.reportOpeningFailure(space, reason, caller);
  }
}
