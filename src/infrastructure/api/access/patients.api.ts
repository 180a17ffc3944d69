import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Patients, type FoundPatient } from '../../../application/access/patients.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import * as inputs from './inputs.js';
import { FoundPatientView } from './views.js';

/** How professionals and software of places of care find a space, over REST. */
@ApiTags('Patients')
@Controller()
export class PatientsController {
  constructor(private readonly patients: Patients) {}

  @Post('patients/search')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether somebody has a space, and what would have to be recorded before reading' })
  @ApiOkResponse({ type: FoundPatientView })
  find(@Body() { ins }: inputs.PatientSearchInput, @FromCaller() caller: Caller): Promise<FoundPatient> {
    return this.patients.find(ins, caller);
  }
}

/** The same over GraphQL: a mutation, because it leaves a line in the history of whoever is found. */
@Resolver()
export class PatientsResolver {
  constructor(private readonly patients: Patients) {}

  @Mutation(() => FoundPatientView, { description: 'Whether somebody has a space, and what would have to be recorded before reading.' })
  findPatient(@Args('input') { ins }: inputs.PatientSearchInput, @FromCaller() caller: Caller): Promise<FoundPatient> {
    return this.patients.find(ins, caller);
  }
}
