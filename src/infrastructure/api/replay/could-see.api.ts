import { Body, Controller, Get, HttpCode, Param, Post, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { WhatCouldSeeAnswer, WhatIfAnswer, WhoCouldSeeAnswer } from '../../../application/replay/could-see.queries.js';
import { ReplayQuestions } from '../../../application/replay/replay.questions.js';
import { WhatIfQuestions } from '../../../application/replay/what-if.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { SpaceRef } from '../enrolment/inputs.js';
import { DocumentRef } from '../record/inputs.js';
import * as views from './could-see-views.js';
import * as inputs from './inputs.js';

const WHO = 'Who could have seen a document on a day or at an instant, by the matrix and the facts of then, and who did';
const WHAT = 'What a professional could see of a space on a day or at an instant, by the matrix and the facts of then';
const IF_SPACE = 'The accesses to a space in a period under another version of the matrix: counts, and the decisions that change';
const IF_PROFESSIONAL = 'The accesses of a professional in a period under another version of the matrix';

/** Who could see what, over REST. Numbers of people travel in bodies. */
@ApiTags('Replay')
@Controller()
export class CouldSeeController {
  constructor(
    private readonly questions: ReplayQuestions,
    private readonly whatIfs: WhatIfQuestions,
  ) {}

  @Get('spaces/:space/documents/:document/possible-readers')
  @ApiOperation({ summary: WHO })
  @ApiOkResponse({ type: views.WhoCouldSeeView })
  whoCouldSee(
    @Param() { space, document }: DocumentRef,
    @FromQuery() { day }: inputs.DayArgs,
    @FromCaller() caller: Caller,
  ): Promise<WhoCouldSeeAnswer> {
    return this.questions.whoCouldSee(space, document, { day }, caller);
  }

  @Post('spaces/:space/replay/possible-sights')
  @HttpCode(200)
  @ApiOperation({ summary: WHAT })
  @ApiOkResponse({ type: views.WhatCouldSeeView })
  whatCouldSee(
    @Param() { space }: SpaceRef,
    @Body() { professional }: inputs.WhatCouldSeeInput,
    @FromQuery() { day }: inputs.DayArgs,
    @FromCaller() caller: Caller,
  ): Promise<WhatCouldSeeAnswer> {
    return this.questions.whatCouldSee(space, professional, { day }, caller);
  }

  @Post('spaces/:space/replay/what-if')
  @HttpCode(200)
  @ApiOperation({ summary: IF_SPACE })
  @ApiOkResponse({ type: views.WhatIfView })
  whatIf(
    @Param() { space }: SpaceRef,
    @Body() input: inputs.WhatIfInput,
    @FromQuery() _moment: inputs.PurposeArgs,
    @FromCaller() caller: Caller,
  ): Promise<WhatIfAnswer> {
    return this.whatIfs.ofSpace(space, { version: input.matrix }, inputs.periodOf(input), caller);
  }

  @Post('replay/what-if')
  @HttpCode(200)
  @ApiOperation({ summary: IF_PROFESSIONAL })
  @ApiOkResponse({ type: views.WhatIfView })
  whatIfOfProfessional(
    @Body() input: inputs.WhatIfOfProfessionalInput,
    @FromQuery() _moment: inputs.PurposeArgs,
    @FromCaller() caller: Caller,
  ): Promise<WhatIfAnswer> {
    return this.whatIfs.ofProfessional(input.professional, { version: input.matrix }, inputs.periodOf(input), caller);
  }
}

/** The same over GraphQL. */
@Resolver()
export class CouldSeeResolver {
  constructor(
    private readonly questions: ReplayQuestions,
    private readonly whatIfs: WhatIfQuestions,
  ) {}

  @Query(() => views.WhoCouldSeeView, { description: `${WHO}.` })
  whoCouldSee(@Args() { space, document, day }: inputs.PossibleReadersArgs, @FromCaller() caller: Caller): Promise<WhoCouldSeeAnswer> {
    return this.questions.whoCouldSee(space, document, { day }, caller);
  }

  @Query(() => views.WhatCouldSeeView, { description: `${WHAT}.` })
  whatCouldSee(
    @Args() { space, day }: inputs.PossibleSightsArgs,
    @Args('input') { professional }: inputs.WhatCouldSeeInput,
    @FromCaller() caller: Caller,
  ): Promise<WhatCouldSeeAnswer> {
    return this.questions.whatCouldSee(space, professional, { day }, caller);
  }

  @Query(() => views.WhatIfView, { description: `${IF_SPACE}.` })
  whatIf(
    @Args() { space }: inputs.ReplayInputArgs,
    @Args('input') input: inputs.WhatIfInput,
    @FromCaller() caller: Caller,
  ): Promise<WhatIfAnswer> {
    return this.whatIfs.ofSpace(space, { version: input.matrix }, inputs.periodOf(input), caller);
  }

  @Query(() => views.WhatIfView, { description: `${IF_PROFESSIONAL}.` })
  whatIfOfProfessional(
    @Args() _: inputs.PurposeInputArgs,
    @Args('input') input: inputs.WhatIfOfProfessionalInput,
    @FromCaller() caller: Caller,
  ): Promise<WhatIfAnswer> {
    return this.whatIfs.ofProfessional(input.professional, { version: input.matrix }, inputs.periodOf(input), caller);
  }
}
