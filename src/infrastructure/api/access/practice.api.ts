import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccessQuestions } from '../../../application/access/access.questions.js';
import { MatrixQuestions, type HabilitationMatrixView } from '../../../application/access/matrix.questions.js';
import type { MyActPage, MyPatientPage } from '../../../application/access/practice.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import * as inputs from './inputs.js';
import { MatrixView } from './matrix-views.js';
import * as views from './rights-views.js';

const pageOf = ({ first, cursor }: inputs.PageArgs) => ({ first, cursor: cursor ?? null });
const professionOf = ({ system, code }: inputs.MatrixArgs) => ({ system, code });

/** What professionals ask about themselves, and what everybody may know of the matrix, over REST. */
@ApiTags('Practice')
@Controller()
export class PracticeController {
  constructor(
    private readonly questions: AccessQuestions,
    private readonly matrix: MatrixQuestions,
  ) {}

  @Get('me/patients')
  @ApiOperation({ summary: 'Whom the professional who asks cares for' })
  @ApiOkResponse({ type: views.MyPatientPageView })
  patients(@FromQuery() page: inputs.PageArgs, @FromCaller() caller: Caller): Promise<MyPatientPage> {
    return this.questions.myPatients(pageOf(page), caller);
  }

  @Get('me/acts')
  @ApiOperation({ summary: 'What the professional who asks did, tried and looked at' })
  @ApiOkResponse({ type: views.MyActPageView })
  acts(@FromQuery() page: inputs.PageArgs, @FromCaller() caller: Caller): Promise<MyActPage> {
    return this.questions.myActs(pageOf(page), caller);
  }

  @Get('habilitation-matrix')
  @ApiOperation({ summary: 'What a profession may read, under the version of the authorisation matrix that is in force' })
  @ApiOkResponse({ type: MatrixView })
  habilitations(@FromQuery() asked: inputs.MatrixArgs, @FromCaller() caller: Caller): Promise<HabilitationMatrixView> {
    return this.matrix.inForce(caller, professionOf(asked));
  }
}

/** The same over GraphQL. */
@Resolver()
export class PracticeResolver {
  constructor(
    private readonly questions: AccessQuestions,
    private readonly matrix: MatrixQuestions,
  ) {}

  @Query(() => views.MyPatientPageView, { description: 'Whom the professional who asks cares for.' })
  myPatients(@Args() page: inputs.PageArgs, @FromCaller() caller: Caller): Promise<MyPatientPage> {
    return this.questions.myPatients(pageOf(page), caller);
  }

  @Query(() => views.MyActPageView, { description: 'What the professional who asks did, tried and looked at.' })
  myActs(@Args() page: inputs.PageArgs, @FromCaller() caller: Caller): Promise<MyActPage> {
    return this.questions.myActs(pageOf(page), caller);
  }

  @Query(() => MatrixView, { description: 'What a profession may read, under the version of the matrix that is in force.' })
  habilitationMatrix(@Args() asked: inputs.MatrixArgs, @FromCaller() caller: Caller): Promise<HabilitationMatrixView> {
    return this.matrix.inForce(caller, professionOf(asked));
  }
}
