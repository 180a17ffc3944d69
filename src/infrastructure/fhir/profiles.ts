import { auditEventType, concept, dcm, participant, participation, restful } from './codes.js';
import type { AuditAction, CodeableConcept, Coding } from './resources.js';

/** Where the profiles of IHE ITI BALP 1.1.4 are defined. */
export const BALP = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit';

export type RestfulKind = 'Create' | 'Read' | 'Update' | 'Delete' | 'Query';

/** How one kind of restful act is written; the profile is `Patient<kind>` where a patient is concerned, `<kind>` where none is. */
export interface RestfulProfile {
  readonly action: AuditAction;
  readonly subtype: Coding;
  readonly client: CodeableConcept;
  readonly server: CodeableConcept;
  /** Whoever reads receives; whoever writes is author, informant or custodian, by his role. */
  readonly receives: boolean;
}

export const REST = auditEventType('rest');
const SOURCE = concept(dcm('110153'));
const DESTINATION = concept(dcm('110152'));
const towardsUs = { client: SOURCE, server: DESTINATION };

/** The table of BALP 1.1.4, as its profiles of restful activities state it. */
export const restfulProfiles: Readonly<Record<RestfulKind, RestfulProfile>> = {
  Create: { action: 'C', subtype: restful('create'), ...towardsUs, receives: false },
  // What is read flows to the client: here it is the destination, and only here.
  Read: { action: 'R', subtype: restful('read'), client: DESTINATION, server: SOURCE, receives: true },
  Update: { action: 'U', subtype: restful('update'), ...towardsUs, receives: false },
  // IHE has other codes for this one.
  Delete: {
    action: 'D',
    subtype: restful('delete'),
    client: concept(dcm('110150')),
    server: concept(participant('custodian')),
    receives: false,
  },
  // What flows is the question.
  Query: { action: 'E', subtype: restful('search'), ...towardsUs, receives: true },
};

export const RECEIVER = concept(participation('IRCP'));
/** The address of a profile, for `meta.profile`. */
export const profileUrl = (kind: RestfulKind, isAboutPatient: boolean): string => `${BALP}.${isAboutPatient ? 'Patient' : ''}${kind}`;
