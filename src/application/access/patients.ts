import { Injectable } from '@nestjs/common';
import { isOccupational } from '../../domain/access/consents.js';
import type { Standing } from '../../domain/access/facts.js';
import { matrix } from '../../domain/access/matrix.js';
import type { Denial } from '../../domain/access/receipt.js';
import { normaliseIns, refusalOfIns } from '../../domain/enrolment/beneficiary.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Caller } from '../shared/caller.js';
import { Gate, type Admission } from '../shared/gate.js';
import { IdentityRegistry, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';

/** What somebody who may have to feed a record is told of a person: never anything of what is in it. */
export interface FoundPatient {
  /** The space handle; null while there is no space. */
  readonly space: string | null;
  /** `NONE`: never opened, opposed, or nobody with this number at all. */
  readonly status: 'OPEN' | 'CLOSED' | 'NONE';
  readonly access: {
    /** Whether a question about documents would be answered at this moment, in normal mode. */
    readonly reading: boolean;
    /** What would have to be recorded first; null: nothing, or nothing would help. Software of a place: to feed. */
    readonly missing: MissingConsent | null;
  };
}
export type MissingConsent = 'CONSENT' | 'EXPRESS_CONSENT';

const STATUS: Readonly<Record<Standing, FoundPatient['status']>> = {
  NONE: 'NONE',
  ELIGIBLE: 'NONE',
  INVITED: 'NONE',
  OPPOSED: 'NONE',
  OPENED: 'OPEN',
  ACTIVE: 'OPEN',
  CLOSED: 'CLOSED',
};
const WITHOUT_CONSENT: readonly Denial[] = ['no-consent', 'consent-withdrawn', 'express-consent-needed', 'blocked'];
/** Who is blocked is not told so here: he looks like somebody without the consent that he of all people needs. */
function missingFor(actor: Actor, denial: Denial): MissingConsent | null {
  if (!WITHOUT_CONSENT.includes(denial)) return null;
  return actor.role === 'professional' && isOccupational(actor.professional) ? 'EXPRESS_CONSENT' : 'CONSENT';
}

/** How professionals and software of places of care find a space: by the national identity, in the body of a request (domain reference 13.13). */
@Injectable()
export class Patients {
  constructor(
    private readonly registry: IdentityRegistry,
    private readonly gate: Gate,
    private readonly secrets: Secrets,
  ) {}

  /** An unknown number gets the answer of a person without a space, after the same reading and writing. */
  async find(ins: string, { actor, messageId, purpose, secret }: Caller): Promise<FoundPatient> {
    // Who may not look anybody up learns nothing, not even which numbers are well formed.
    await this.gate.admit({ actor, action: 'FindPatient', space: null, messageId });
    const normalised = normaliseIns(ins);
    const refused = refusalOfIns(normalised);
    if (refused) throw new Refused(refused);
    const address = await this.registry.byIns(normalised);
    const space = address?.id ?? this.nobodyFor(actor);
    const admission = await this.gate.pass({ actor, action: 'FindPatient', space, messageId, purpose, secret });
    const status = STATUS[admission.facts.status];
    return { space: status === 'NONE' ? null : (address?.handle ?? null), status, access: accessOf(actor, admission) };
  }

  /** Where the passages of one asker to nobody go: one stream for him, that no space has. */
  private nobodyFor(actor: Actor): string {
    const hex = Buffer.from(this.secrets.digest('actor', 'nobody', nameOf(actor)), 'base64url').toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  }
}

/** The question that he would ask next, put to the same facts. */
function accessOf(actor: Actor, { facts, at, law }: Admission): FoundPatient['access'] {
  const reads = actor.role === 'professional';
  const { refusal, receipt } = matrix[reads ? 'ListDocuments' : 'DepositDocument']({ actor, facts, at, mode: 'normal', law });
  return { reading: reads && refusal === null, missing: refusal === null ? null : missingFor(actor, receipt.reason as Denial) };
}
