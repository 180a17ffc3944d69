import { Body, Controller, Get, Header, HttpCode, Post, Query as FromQuery } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AuditTrail, type Trail } from '../../../application/history/audit-trail.js';
import type { Caller } from '../../../application/shared/caller.js';
import { auditEventsOf } from '../../fhir/audit-events.js';
import { FHIR_JSON, searchSet, type SearchSet } from '../../fhir/bundle.js';
import { byHandle, nationalRefs } from '../../fhir/national-refs.js';
import type { Service } from '../../fhir/refs.js';
import type { AuditEvent } from '../../fhir/resources.js';
import { PREFIX } from '../answers.js';
import { FromCaller } from '../caller.js';
import { validated } from '../validation.js';
import { AuditEventForm, AuditEventSearch, FormPage, queryOf, requestOf } from './inputs.js';
import { SEARCH_FORM_ROUTE } from './search-form.js';

const ADDRESS = `/${PREFIX}/fhir/AuditEvent`;
const FORM_ADDRESS = `/${PREFIX}/${SEARCH_FORM_ROUTE}`;
const SERVICE: Service = { observer: { type: 'Device', display: 'Mon espace santé' }, address: `/${PREFIX}` };
const bundle = { schema: { type: 'object', description: 'Bundle of type searchset, FHIR R4' } };
const purpose = { name: 'X-Purpose', required: true, description: 'Why: kept with the line that this look leaves.' };

const eventsOf = ({ facts }: Trail, patient: string): readonly AuditEvent[] => {
  const refs = nationalRefs(() => byHandle(patient), SERVICE);
  return facts.flatMap((fact) => auditEventsOf(fact, refs));
};

/** The trail of a space as FHIR AuditEvent, for compliance (IHE RESTful ATNA, ITI-81). */
@ApiTags('FHIR')
@ApiHeader(purpose)
@Controller()
export class AuditEventsController {
  constructor(private readonly trail: AuditTrail) {}

  @Get('fhir/AuditEvent')
  @ApiOperation({ summary: 'What happened to a space and who looked, as FHIR AuditEvent, latest first; for compliance, with a purpose' })
  @ApiProduces('application/fhir+json')
  @ApiOkResponse(bundle)
  @Header('content-type', FHIR_JSON)
  async search(@FromQuery() search: AuditEventSearch, @FromCaller() caller: Caller): Promise<SearchSet> {
    const trail = await this.trail.page(search.patient, requestOf(search), caller);
    const next = trail.next && `${ADDRESS}?${queryOf(search, trail.next)}`;
    return searchSet(eventsOf(trail, search.patient), `${ADDRESS}?${queryOf(search, search.cursor ?? null)}`, next);
  }

  /** Identifiers of people never stand in addresses, so the link to the next page wants the same form again. */
  @Post(SEARCH_FORM_ROUTE)
  @HttpCode(200)
  @ApiOperation({ summary: 'The same by a form, where a professional may be named (FHIR search by POST)' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: AuditEventForm })
  @ApiProduces('application/fhir+json')
  @ApiOkResponse(bundle)
  @Header('content-type', FHIR_JSON)
  async searchByForm(@Body() form: unknown, @FromQuery() page: FormPage, @FromCaller() caller: Caller): Promise<SearchSet> {
    const search = await validated({ ...(form as object), ...page }, AuditEventForm);
    const trail = await this.trail.page(search.patient, requestOf(search), caller);
    const next = trail.next && `${FORM_ADDRESS}?${new URLSearchParams({ cursor: trail.next }).toString()}`;
    return searchSet(eventsOf(trail, search.patient), FORM_ADDRESS, next);
  }
}
