import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { refusalOfRpps } from '../../domain/enrolment/beneficiary.js';
import { nameOfProfessional } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import type { Asking } from '../shared/subject-query.js';
import * as queries from './compliance.queries.js';

/** Whose accesses: a professional by his national identifier, or an agent by his account. */
export type WhoLooked =
  | { readonly professional: string }
  | { readonly role: 'support' | 'operator' | 'compliance' | 'archivist' | 'insurer'; readonly issuer: string; readonly sub: string };

/** `8` and the RPPS number. */
const PROFESSIONAL = /^8\d{11}$/;

/** Every question of a compliance officer about accesses and their reviews. Each leaves a line before it is answered: in the space, or among the looks. */
@Injectable()
export class ComplianceQuestions {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
  ) {}

  async ofSpace(handle: string, page: queries.AccessRequest, caller: Caller): Promise<queries.AccessPage> {
    const space = await this.registry.idOf(handle);
    return this.bus.execute(new queries.ListAccesses(space, this.asking(caller), page));
  }

  async by(who: WhoLooked, page: queries.AccessRequest, caller: Caller): Promise<queries.AccessPage> {
    return this.bus.execute(new queries.ListAccessesBy(actorOf(who), this.asking(caller), page));
  }

  async breakGlass(page: queries.AccessRequest, caller: Caller): Promise<queries.BreakGlassPage> {
    return this.bus.execute(new queries.ListBreakGlass(this.asking(caller), page));
  }

  async cases(page: queries.CaseRequest, caller: Caller): Promise<queries.ReviewCasePage> {
    return this.bus.execute(new queries.ListReviewCases(this.asking(caller), page, caller.asOf ?? this.clock.now()));
  }

  async case(id: string, caller: Caller): Promise<queries.ReviewCaseFile> {
    const found = await this.bus.execute(new queries.GetReviewCase(id, this.asking(caller), caller.asOf ?? this.clock.now()));
    if (found === null) throw new Refused(reject('not-found', 'audit/no-such-case'));
    return found;
  }

  private asking(caller: Caller): Asking {
    return askingOf(caller, this.clock.now());
  }
}

/** Throws Refused on what is the number of nobody. */
export function actorOf(who: WhoLooked): string {
  if (!('professional' in who)) return `${who.role}:${who.issuer}|${who.sub}`;
  const refusal = PROFESSIONAL.test(who.professional)
    ? refusalOfRpps(who.professional.slice(1))
    : reject('invalid', 'identity/rpps-invalid');
  if (refusal) throw new Refused(refusal);
  return nameOfProfessional(who.professional);
}
