import { Body, Controller, Get, HttpCode, Param, Post, Query as FromQuery } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccessQuestions } from '../../../application/access/access.questions.js';
import type { Dossier, MaskPreview, MaskWish, Rights } from '../../../application/access/rights.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { MomentArgs, SpaceArgs, SpaceQuestionArgs, SpaceRef } from '../enrolment/inputs.js';
import * as inputs from './inputs.js';
import * as views from './rights-views.js';

const wishOf = ({ kind, sets, whom, from, until }: inputs.MaskWishInput): MaskWish =>
  kind === 'SETS'
    ? { kind, sets: sets ?? [], whom: whom ?? null, from: from ?? null, until: whom === undefined ? null : (until ?? null) }
    : { kind };

/** The dossier, who has access to it and why, over REST. */
@ApiTags('Access')
@Controller('spaces/:space')
export class RightsController {
  constructor(private readonly questions: AccessQuestions) {}

  @Get('dossier')
  @ApiOperation({ summary: 'The whole of a space at a glance' })
  @ApiOkResponse({ type: views.DossierView })
  dossier(@Param() { space }: SpaceRef, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<Dossier> {
    return this.questions.dossier(space, caller);
  }

  @Get('rights')
  @ApiOperation({ summary: 'Who has access to a space and why' })
  @ApiOkResponse({ type: views.RightsView })
  rights(@Param() { space }: SpaceRef, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<Rights> {
    return this.questions.rights(space, caller);
  }

  @Post('mask-previews')
  @HttpCode(200)
  @ApiOperation({ summary: 'Who would lose sight of what, before anything is masked' })
  @ApiOkResponse({ type: views.MaskPreviewView })
  maskPreview(@Param() { space }: SpaceRef, @Body() wish: inputs.MaskWishInput, @FromCaller() caller: Caller): Promise<MaskPreview> {
    return this.questions.previewMask(space, wishOf(wish), caller);
  }
}

/** The same over GraphQL. */
@Resolver()
export class RightsResolver {
  constructor(private readonly questions: AccessQuestions) {}

  @Query(() => views.DossierView, { description: 'The whole of a space at a glance.' })
  dossier(@Args() { space }: SpaceQuestionArgs, @FromCaller() caller: Caller): Promise<Dossier> {
    return this.questions.dossier(space, caller);
  }

  @Query(() => views.RightsView, { description: 'Who has access to a space and why.' })
  rights(@Args() { space }: SpaceQuestionArgs, @FromCaller() caller: Caller): Promise<Rights> {
    return this.questions.rights(space, caller);
  }

  @Mutation(() => views.MaskPreviewView, { description: 'Who would lose sight of what, before anything is masked; changes nothing.' })
  previewMask(@Args() { space }: SpaceArgs, @Args('input') wish: inputs.MaskWishInput, @FromCaller() caller: Caller): Promise<MaskPreview> {
    return this.questions.previewMask(space, wishOf(wish), caller);
  }
}
