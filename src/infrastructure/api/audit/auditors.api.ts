import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ExportOrders } from '../../../application/audit/export.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { ReceiptView } from '../enrolment/views.js';
import * as inputs from './export-inputs.js';

const said = {
  register: 'Open the account of an auditor of an authority, until a day; it ends by itself',
  end: 'End the account of an auditor before its day',
} as const;
const termsOf = ({ authority, until }: inputs.AuditorInput) => ({ authority, until });
const subjectOf = ({ issuer, sub }: inputs.AuditorAccountInput) => ({ issuer, sub });

/** Accounts of auditors, over REST: who it is stands in the body. */
@ApiTags('Exports')
@Controller('auditors')
export class AuditorsController {
  constructor(private readonly orders: ExportOrders) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: said.register })
  @ApiOkResponse({ type: ReceiptView })
  register(@Body() input: inputs.AuditorInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.registerAuditor(subjectOf(input), termsOf(input), caller);
  }

  @Post('endings')
  @HttpCode(200)
  @ApiOperation({ summary: said.end })
  @ApiOkResponse({ type: ReceiptView })
  end(@Body() input: inputs.AuditorAccountInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.endAuditor(subjectOf(input), caller);
  }
}

/** Accounts of auditors, over GraphQL. */
@Resolver()
export class AuditorsResolver {
  constructor(private readonly orders: ExportOrders) {}

  @Mutation(() => ReceiptView, { description: `${said.register}.` })
  registerAuditor(@Args('input') input: inputs.AuditorInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.registerAuditor(subjectOf(input), termsOf(input), caller);
  }

  @Mutation(() => ReceiptView, { description: `${said.end}.` })
  endAuditor(@Args('input') input: inputs.AuditorAccountInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.endAuditor(subjectOf(input), caller);
  }
}
