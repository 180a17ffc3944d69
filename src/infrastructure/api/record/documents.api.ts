import { Controller, Get, Param, Query as FromQuery, Req, Res } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentEntry, DocumentPage } from '../../../application/record/record.queries.js';
import { RecordQuestions, type ByteRange } from '../../../application/record/record.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { MomentArgs, SpaceRef } from '../enrolment/inputs.js';
import { DoorRefusal } from '../problem.js';
import { rangeOf } from './byte-range.js';
import { sendContent } from './content-answer.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

/** The part that is asked for; a part that does not exist is refused (416). */
const wantedOf =
  (header: string | undefined) =>
  (size: number): ByteRange | null => {
    const range = rangeOf(header, size);
    if (range === 'unsatisfiable') throw new DoorRefusal({ kind: 'range', code: 'record/no-such-range' });
    return range;
  };

/** Reading documents, over REST. */
@ApiTags('Documents')
@Controller('spaces/:space/documents')
export class DocumentsController {
  constructor(private readonly questions: RecordQuestions) {}

  @Get()
  @ApiOperation({ summary: 'The documents of a space that the caller may see, latest deposit first' })
  @ApiOkResponse({ type: views.DocumentPageView })
  list(@Param() { space }: SpaceRef, @FromQuery() asked: inputs.DocumentListArgs, @FromCaller() caller: Caller): Promise<DocumentPage> {
    return this.questions.list(space, inputs.filterOf(asked), inputs.pageOf(asked), caller);
  }

  @Get(':document')
  @ApiOperation({ summary: 'The entry of one document' })
  @ApiOkResponse({ type: views.DocumentEntryView })
  entry(
    @Param() { space, document }: inputs.DocumentRef,
    @FromQuery() _moment: MomentArgs,
    @FromCaller() caller: Caller,
  ): Promise<DocumentEntry> {
    return this.questions.entry(space, document, caller);
  }

  @Get(':document/content')
  @ApiOperation({ summary: 'The bytes of one document, or a range of them' })
  @ApiHeader({ name: 'Range', required: false, description: 'One range of bytes (RFC 9110 §14).' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async content(
    @Param() { space, document }: inputs.DocumentRef,
    @FromQuery() _moment: MomentArgs,
    @FromCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const download = await this.questions.download(space, document, wantedOf(request.headers.range), caller);
    await sendContent(reply, download);
  }
}

/** Reading documents, over GraphQL; bytes come over REST. */
@Resolver()
export class DocumentsResolver {
  constructor(private readonly questions: RecordQuestions) {}

  @Query(() => views.DocumentPageView, { description: 'The documents of a space that the caller may see, latest deposit first.' })
  documents(@Args() { space, ...asked }: inputs.SpaceDocumentListArgs, @FromCaller() caller: Caller): Promise<DocumentPage> {
    return this.questions.list(space, inputs.filterOf(asked), inputs.pageOf(asked), caller);
  }

  @Query(() => views.DocumentEntryView, { description: 'The entry of one document.' })
  document(@Args() { space, document }: inputs.DocumentQuestionArgs, @FromCaller() caller: Caller): Promise<DocumentEntry> {
    return this.questions.entry(space, document, caller);
  }
}
