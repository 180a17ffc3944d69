import { Controller, Get, Param, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EvidenceLine, MatrixVersionLine, RetentionReport } from '../../../application/registers/controls.queries.js';
import { ControlQuestions } from '../../../application/registers/controls.questions.js';
import type { References } from '../../../application/registers/references.js';
import type { ProcessingActivity } from '../../../application/registers/processing-register.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import { MomentArgs, SpaceQuestionArgs, SpaceRef } from '../enrolment/inputs.js';
import * as views from './control-views.js';

const said = {
  evidence: 'What a person was told, opposed and agreed to, and under which text',
  versions: 'Every version of the authorisation matrix: from when, who wanted it and why',
  retention: 'Whether what must be gone is gone',
  processing: 'The register of processing activities, with the delays in force (GDPR art. 30)',
  references: 'References that are asked for first: impact assessment, security policy, certificate of the host, processors',
} as const;

/** What a controller asks for, over REST. */
@ApiTags('Controls')
@Controller()
export class ControlsController {
  constructor(private readonly questions: ControlQuestions) {}

  @Get('spaces/:space/evidence')
  @ApiOperation({ summary: said.evidence })
  @ApiOkResponse({ type: [views.EvidenceView] })
  evidence(@Param() { space }: SpaceRef, @FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<readonly EvidenceLine[]> {
    return this.questions.evidence(space, caller);
  }

  @Get('controls/matrix-versions')
  @ApiOperation({ summary: said.versions })
  @ApiOkResponse({ type: [views.MatrixVersionView] })
  matrixVersions(@FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<readonly MatrixVersionLine[]> {
    return this.questions.matrixVersions(caller);
  }

  @Get('controls/retention')
  @ApiOperation({ summary: said.retention })
  @ApiOkResponse({ type: views.RetentionView })
  retention(@FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<RetentionReport> {
    return this.questions.retention(caller);
  }

  @Get('controls/processing-register')
  @ApiOperation({ summary: said.processing })
  @ApiOkResponse({ type: [views.ProcessingActivityView] })
  processing(@FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<readonly ProcessingActivity[]> {
    return this.questions.processing(caller);
  }

  @Get('controls/references')
  @ApiOperation({ summary: said.references })
  @ApiOkResponse({ type: views.ReferencesView })
  references(@FromQuery() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<References> {
    return this.questions.references(caller);
  }
}

/** What a controller asks for, over GraphQL. */
@Resolver()
export class ControlsResolver {
  constructor(private readonly questions: ControlQuestions) {}

  @Query(() => [views.EvidenceView], { description: `${said.evidence}.` })
  evidence(@Args() { space }: SpaceQuestionArgs, @FromCaller() caller: Caller): Promise<readonly EvidenceLine[]> {
    return this.questions.evidence(space, caller);
  }

  @Query(() => [views.MatrixVersionView], { description: `${said.versions}.` })
  matrixVersions(@Args() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<readonly MatrixVersionLine[]> {
    return this.questions.matrixVersions(caller);
  }

  @Query(() => views.RetentionView, { description: `${said.retention}.` })
  retention(@Args() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<RetentionReport> {
    return this.questions.retention(caller);
  }

  @Query(() => [views.ProcessingActivityView], { description: `${said.processing}.` })
  processingRegister(@Args() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<readonly ProcessingActivity[]> {
    return this.questions.processing(caller);
  }

  @Query(() => views.ReferencesView, { description: `${said.references}.` })
  controlReferences(@Args() _moment: MomentArgs, @FromCaller() caller: Caller): Promise<References> {
    return this.questions.references(caller);
  }
}
