/** FHIR R4 (4.0.1) as far as it is written here: AuditEvent, Provenance, and the data types they use. Empty members are never written. */
export interface Coding {
  readonly system: string;
  readonly code: string;
}
export interface CodeableConcept {
  readonly coding: readonly Coding[];
}
/** Why a member that a profile wants has no value (extension `data-absent-reason`). */
export interface Extension {
  readonly url: string;
  readonly valueCode: string;
}
export interface Identifier {
  readonly system: string;
  readonly value: string;
}
/** A logical reference: kind and identifier. There is no server where the resource could be fetched. */
export interface Reference {
  readonly type?: string;
  readonly identifier?: Identifier;
  readonly display?: string;
  readonly extension?: readonly Extension[];
}
export interface Meta {
  readonly profile?: readonly [string];
  readonly tag: readonly [Coding];
}
/** Any resource, as a line of a file or an entry of a bundle. */
export type FhirResource = {
  readonly resourceType: 'AuditEvent' | 'Provenance';
  readonly id: string;
  readonly meta: Meta;
};

export interface Network {
  readonly address?: string;
  /** 5: URI. */
  readonly type?: '5';
  readonly extension?: readonly Extension[];
}
export interface AuditAgent {
  readonly type: CodeableConcept;
  readonly role?: readonly CodeableConcept[];
  readonly who: Reference;
  readonly requestor: boolean;
  readonly network?: Network;
  readonly purposeOfUse?: readonly CodeableConcept[];
}
export interface AuditEntity {
  readonly what?: Reference;
  readonly type: Coding;
  readonly role?: Coding;
  readonly securityLabel?: readonly Coding[];
  /** Base64. */
  readonly query?: string;
  readonly detail?: readonly { readonly type: string; readonly valueString: string }[];
}
/** 0 success, 4 minor failure, 8 serious failure. */
export type AuditOutcome = '0' | '4' | '8';
export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E';
export type AuditEvent = FhirResource & {
  readonly resourceType: 'AuditEvent';
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action: AuditAction;
  readonly period?: { readonly start: string; readonly end: string };
  readonly recorded: string;
  readonly outcome: AuditOutcome;
  readonly outcomeDesc?: string;
  readonly purposeOfEvent: readonly CodeableConcept[];
  readonly agent: readonly AuditAgent[];
  readonly source: { readonly observer: Reference; readonly type: readonly Coding[] };
  readonly entity?: readonly AuditEntity[];
};

export type Provenance = FhirResource & {
  readonly resourceType: 'Provenance';
  readonly target: readonly Reference[];
  readonly occurredDateTime: string;
  readonly recorded: string;
  readonly activity: CodeableConcept;
  readonly agent: readonly { readonly type: CodeableConcept; readonly who: Reference }[];
  readonly entity?: readonly { readonly role: 'revision' | 'source'; readonly what: Reference }[];
};
