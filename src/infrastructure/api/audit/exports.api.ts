import { Body, Controller, Get, HttpCode, Param, Post, Put, Query as FromQuery, Req, Res } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExportOrders, type ExportReceipt, type ExportStanding } from '../../../application/audit/export.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './export-inputs.js';
import { sendExport, wantedIn } from './package-answer.js';
import * as views from './export-views.js';

const said = {
  request: 'Ask for an export of the log to an authority; two people approve it within 24 hours',
  list: 'Exports, the newest first; an auditor sees his own',
  status: 'How an export stands, and how far its making has come',
  approve: 'Approve an export; nobody counts twice, nor who asked where whole events are opened',
  refuse: 'Refuse an export',
  resume: 'Go on with an export that was given up after too many attempts; its approvals stand',
  cancel: 'Call an export off; once its package is there, that is removed',
} as const;
const idOf = ({ export: id }: inputs.ExportRef): string => id;
const listed = async (exports: Promise<readonly ExportStanding[]>) => ({ exports: await exports });

/** Exports of the log, over REST. */
@ApiTags('Exports')
@Controller('exports')
export class ExportsController {
  constructor(private readonly orders: ExportOrders) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: said.request })
  @ApiAcceptedResponse({ type: views.ExportReceiptView })
  request(@Body() input: inputs.ExportInput, @FromCaller() caller: Caller): Promise<ExportReceipt> {
    return this.orders.request(inputs.askedIn(input), caller);
  }

  @Get()
  @ApiOperation({ summary: said.list })
  @ApiOkResponse({ type: views.ExportListView })
  list(@FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<views.ExportListView> {
    return listed(this.orders.list(caller));
  }

  @Get(':export')
  @ApiOperation({ summary: said.status })
  @ApiOkResponse({ type: views.ExportView })
  status(@Param() ref: inputs.ExportRef, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<ExportStanding> {
    return this.orders.status(idOf(ref), caller);
  }

  @Post(':export/approvals')
  @HttpCode(200)
  @ApiOperation({ summary: said.approve })
  @ApiOkResponse({ type: ReceiptView })
  approve(@Param() ref: inputs.ExportRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.approve(idOf(ref), caller);
  }

  @Put(':export/refusal')
  @ApiOperation({ summary: said.refuse })
  @ApiOkResponse({ type: ReceiptView })
  refuse(@Param() ref: inputs.ExportRef, @Body() { reason }: inputs.RefuseExportInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.refuse(idOf(ref), reason, caller);
  }

  @Put(':export/cancellation')
  @ApiOperation({ summary: said.cancel })
  @ApiOkResponse({ type: ReceiptView })
  cancel(@Param() ref: inputs.ExportRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.cancel(idOf(ref), caller);
  }

  @Put(':export/resumption')
  @ApiOperation({ summary: said.resume })
  @ApiOkResponse({ type: ReceiptView })
  resume(@Param() ref: inputs.ExportRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.resume(idOf(ref), caller);
  }

  @Get(':export/package')
  @ApiOperation({ summary: 'The encrypted package, or a range of it; that it was fetched is a fact' })
  @ApiHeader({ name: 'Range', required: false, description: 'One range of bytes (RFC 9110 §14).' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async package(
    @Param() ref: inputs.ExportRef,
    @FromCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendExport(reply, await this.orders.download(idOf(ref), 'package', wantedIn(request), caller));
  }

  @Get(':export/files/:file')
  @ApiOperation({ summary: 'Beside the package: its digest, the proof that the log names it, and the event that does' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async file(
    @Param() ref: inputs.ExportFileRef,
    @FromCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendExport(reply, await this.orders.download(idOf(ref), ref.file, wantedIn(request), caller));
  }
}

/** Exports of the log, over GraphQL; packages come over REST. */
@Resolver()
export class ExportsResolver {
  constructor(private readonly orders: ExportOrders) {}

  @Query(() => views.ExportListView, { description: `${said.list}.` })
  exports(@Args() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<views.ExportListView> {
    return listed(this.orders.list(caller));
  }

  @Query(() => views.ExportView, { description: `${said.status}.` })
  export(@Args() ref: inputs.ExportQuestionArgs, @FromCaller() caller: Caller): Promise<ExportStanding> {
    return this.orders.status(idOf(ref), caller);
  }

  @Mutation(() => views.ExportReceiptView, { description: `${said.request}.` })
  requestExport(@Args('input') input: inputs.ExportInput, @FromCaller() caller: Caller): Promise<ExportReceipt> {
    return this.orders.request(inputs.askedIn(input), caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.approve}.` })
  approveExport(@Args() ref: inputs.ExportRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.approve(idOf(ref), caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.refuse}.` })
  refuseExport(
    @Args() ref: inputs.ExportArgs,
    @Args('input') { reason }: inputs.RefuseExportInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.refuse(idOf(ref), reason, caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.resume}.` })
  resumeExport(@Args() ref: inputs.ExportArgs, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.resume(idOf(ref), caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.cancel}.` })
  cancelExport(@Args() ref: inputs.ExportRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.cancel(idOf(ref), caller);
  }
}
