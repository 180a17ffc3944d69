import { Controller, Get, Param, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DossierDifference, StepPage } from '../../../application/replay/replay.queries.js';
import { ReplayQuestions } from '../../../application/replay/replay.questions.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { SpaceRef } from '../enrolment/inputs.js';
import * as inputs from './inputs.js';
import * as views from './views.js';

const STEPS = 'What happened to a space, event by event, oldest first, and what each event changed';
const STATE = 'A dossier at a moment as a controller sees it: structure and dates, nothing that it says';
const DIFFERENCE = 'What was added, changed and removed in a dossier between two moments';

/** The past of a space played again, over REST. */
@ApiTags('Replay')
@Controller('spaces/:space/replay')
export class ReplayController {
  constructor(private readonly questions: ReplayQuestions) {}

  @Get('steps')
  @ApiOperation({ summary: STEPS })
  @ApiOkResponse({ type: views.ReplayPageView })
  steps(@Param() { space }: SpaceRef, @FromQuery() asked: inputs.StepPageArgs, @FromCaller() caller: Caller): Promise<StepPage> {
    return this.questions.steps(space, inputs.stepsOf(asked), caller);
  }

  @Get('state')
  @ApiOperation({ summary: STATE })
  @ApiOkResponse({ type: views.DossierStateView })
  async state(
    @Param() { space }: SpaceRef,
    @FromQuery() _moment: inputs.PurposeArgs,
    @FromCaller() caller: Caller,
  ): Promise<views.DossierStateView> {
    return { parts: await this.questions.state(space, caller) };
  }

  @Get('difference')
  @ApiOperation({ summary: DIFFERENCE })
  @ApiOkResponse({ type: views.DossierDifferenceView })
  difference(
    @Param() { space }: SpaceRef,
    @FromQuery() { from, to }: inputs.TwoMomentsArgs,
    @FromCaller() caller: Caller,
  ): Promise<DossierDifference> {
    return this.questions.difference(space, from, to, caller);
  }
}

/** The same over GraphQL. */
@Resolver()
export class ReplayResolver {
  constructor(private readonly questions: ReplayQuestions) {}

  @Query(() => views.ReplayPageView, { description: `${STEPS}.` })
  replaySteps(@Args() { space, ...asked }: inputs.StepArgs, @FromCaller() caller: Caller): Promise<StepPage> {
    return this.questions.steps(space, inputs.stepsOf(asked), caller);
  }

  @Query(() => views.DossierStateView, { description: `${STATE}.` })
  async dossierState(@Args() { space }: inputs.ReplayArgs, @FromCaller() caller: Caller): Promise<views.DossierStateView> {
    return { parts: await this.questions.state(space, caller) };
  }

  @Query(() => views.DossierDifferenceView, { description: `${DIFFERENCE}.` })
  dossierDifference(@Args() { space, from, to }: inputs.DifferenceArgs, @FromCaller() caller: Caller): Promise<DossierDifference> {
    return this.questions.difference(space, from, to, caller);
  }
}
