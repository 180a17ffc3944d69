import { Body, Controller, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { DepositReceipt, DepositRequest } from '../../../application/record/depositing.js';
import { RecordOrders, type BatchAnswer } from '../../../application/record/record.orders.js';
import type { Caller } from '../../../application/shared/caller.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import { FromCaller } from '../caller.js';
import { SpaceArgs, SpaceRef } from '../enrolment/inputs.js';
import { ReceiptView } from '../enrolment/views.js';
import { DoorRefusal } from '../problem.js';
import * as inputs from './inputs.js';
import { Submission, type ComingFile } from './multipart.js';
import * as views from './views.js';

const requestOf = (input: inputs.DepositInput, file: ComingFile, { secret }: Caller): DepositRequest => {
  const { confidentiality = [], replaces, submission, ...metadata } = input;
  const { bytes, ...claimed } = file;
  return { metadata, file: claimed, bytes, confidentiality, replaces, submission, secret };
};

/** The bytes in a text; what is not base64 throughout is not taken for half of it. */
async function* decoded(content: string): AsyncGenerator<Uint8Array> {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content) || content.length % 4 !== 0)
    throw new DoorRefusal({ kind: 'invalid', code: 'request/invalid', errors: [{ pointer: '/content', code: 'input/wrong-form' }] });
  yield Buffer.from(content, 'base64');
}

const answerOf = (answer: BatchAnswer): views.BatchAnswerView =>
  'refused' in answer
    ? { document: null, position: null, refused: answer.refused.rejected }
    : { document: answer.document, position: answer.position, refused: null };

const MULTIPART = {
  schema: {
    type: 'object',
    required: ['metadata', 'file'],
    properties: {
      metadata: { type: 'string', description: 'The entry, JSON; the first part.' },
      file: { type: 'string', format: 'binary' },
    },
  },
};

/** Depositing documents and what becomes of them, over REST. */
@ApiTags('Documents')
@Controller('spaces/:space')
export class DepositsController {
  constructor(private readonly orders: RecordOrders) {}

  @Post('documents')
  @ApiOperation({ summary: 'Deposit one document: the part `metadata` (JSON) first, then the part `file`' })
  @ApiConsumes('multipart/form-data')
  @ApiBody(MULTIPART)
  @ApiCreatedResponse({ type: views.DepositReceiptView })
  async deposit(@Param() { space }: SpaceRef, @Req() request: FastifyRequest, @FromCaller() caller: Caller): Promise<DepositReceipt> {
    const submission = await Submission.of(request, inputs.DepositInput);
    return this.orders.deposit(space, requestOf(submission.entry, await submission.file(), caller), caller);
  }

  @Post('document-batches')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Deposit up to 20 documents, each with its own answer: the part `metadata` {entries} first, then the files in their order',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody(MULTIPART)
  @ApiOkResponse({ type: [views.BatchAnswerView] })
  async batch(
    @Param() { space }: SpaceRef,
    @Req() request: FastifyRequest,
    @FromCaller() caller: Caller,
  ): Promise<readonly views.BatchAnswerView[]> {
    const submission = await Submission.of(request, inputs.BatchInput);
    const requests = submission.entry.entries.map(({ mediaType, fileName, ...entry }, index, { length }) => {
      const bytes = submission.bytesAt(index, index === length - 1);
      return requestOf(entry, { mediaType: mediaType.toLowerCase(), fileName: fileName ?? null, bytes }, caller);
    });
    return (await this.orders.batch(space, requests, caller)).map(answerOf);
  }

  @Put('documents/:document/confidentiality')
  @ApiOperation({ summary: 'Mask an own document to professionals, or take one’s own mask back; what the holder masked stays masked' })
  @ApiOkResponse({ type: ReceiptView })
  changeConfidentiality(
    @Param() { space, document }: inputs.DocumentRef,
    @Body() { confidentiality }: inputs.ConfidentialityInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.changeConfidentiality(space, document, confidentiality, caller);
  }

  @Put('documents/:document/archive')
  @ApiOperation({ summary: 'Archive an own document, or take it out of the archive' })
  @ApiOkResponse({ type: ReceiptView })
  archive(
    @Param() { space, document }: inputs.DocumentRef,
    @Body() { archived }: inputs.ArchiveInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return archived ? this.orders.archive(space, document, caller) : this.orders.unarchive(space, document, caller);
  }

  @Put('documents/:document/unpublication')
  @ApiOperation({ summary: 'Take an own document back; nobody can read it any more when this is answered' })
  @ApiOkResponse({ type: ReceiptView })
  unpublish(
    @Param() { space, document }: inputs.DocumentRef,
    @Body() { reason }: inputs.UnpublicationInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.unpublish(space, document, reason, caller);
  }

  @Put('documents/:document/announcement')
  @ApiOperation({ summary: 'The holder was told in person of what was hidden from him (CSP R.1111-53)' })
  @ApiOkResponse({ type: ReceiptView })
  announce(@Param() { space, document }: inputs.DocumentRef, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.recordAnnouncement(space, document, caller);
  }

  @Post('document-deletions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Delete up to ten documents that the holder’s side deposited itself, all or none' })
  @ApiOkResponse({ type: ReceiptView })
  delete(@Param() { space }: SpaceRef, @Body() { documents }: inputs.DeletionInput, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.deleteMany(space, documents, caller);
  }
}

/** The same over GraphQL; the bytes of the holder's own documents come with the mutation. */
@Resolver()
export class DepositsResolver {
  constructor(private readonly orders: RecordOrders) {}

  @Mutation(() => views.DepositReceiptView, { description: 'Deposit a document of the holder’s side, 5 MB at most.' })
  depositDocument(
    @Args() { space }: SpaceArgs,
    @Args('input') { content, mediaType, fileName, ...input }: inputs.DepositWithContentInput,
    @FromCaller() caller: Caller,
  ): Promise<DepositReceipt> {
    const file = { mediaType: mediaType.toLowerCase(), fileName: fileName ?? null, bytes: decoded(content) };
    return this.orders.deposit(space, requestOf(input, file, caller), caller);
  }

  @Mutation(() => ReceiptView, {
    description: 'Mask an own document to professionals, or take one’s own mask back; what the holder masked stays masked.',
  })
  changeDocumentConfidentiality(
    @Args() { space, document }: inputs.DocumentArgs,
    @Args('input') { confidentiality }: inputs.ConfidentialityInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.changeConfidentiality(space, document, confidentiality, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Archive an own document, or take it out of the archive.' })
  archiveDocument(
    @Args() { space, document }: inputs.DocumentArgs,
    @Args('input') { archived }: inputs.ArchiveInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return archived ? this.orders.archive(space, document, caller) : this.orders.unarchive(space, document, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Take an own document back; nobody can read it any more when this is answered.' })
  unpublishDocument(
    @Args() { space, document }: inputs.DocumentArgs,
    @Args('input') { reason }: inputs.UnpublicationInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.unpublish(space, document, reason, caller);
  }

  @Mutation(() => ReceiptView, { description: 'The holder was told in person of what was hidden from him (CSP R.1111-53).' })
  announceDocument(@Args() { space, document }: inputs.DocumentArgs, @FromCaller() caller: Caller): Promise<Receipt> {
    return this.orders.recordAnnouncement(space, document, caller);
  }

  @Mutation(() => ReceiptView, { description: 'Delete up to ten documents that the holder’s side deposited itself, all or none.' })
  deleteDocuments(
    @Args() { space }: SpaceArgs,
    @Args('input') { documents }: inputs.DeletionInput,
    @FromCaller() caller: Caller,
  ): Promise<Receipt> {
    return this.orders.deleteMany(space, documents, caller);
  }
}
