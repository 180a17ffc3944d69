import { ArgsType, InputType } from '@nestjs/graphql';
import type {
  AccessMode,
  ConsentBasis,
  EmergencySwitch,
  Grantee,
  Operation,
  Permission,
} from '../../../domain/access/access-vocabulary.js';
import type { Profession } from '../../../domain/shared/actor.js';
import type { Instant } from '../../../domain/shared/time.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { Flag, Id, Ids, Moment, Nested, OneOf, PageSize, SomeOf, Text, Whole } from '../fields.js';

/** Most document sets in one wish. */
const MOST_SETS = 500;
const professional = { description: 'National identifier of a professional: 8 and the RPPS number.' };

@InputType({ description: 'One professional wherever he works, or everybody of one place of care.' })
export class GranteeInput {
  @OneOf(['PROFESSIONAL', 'FACILITY'], { description: 'What the identifier is of.' }) readonly kind: Grantee['kind'];
  @Text(20, { description: 'National identifier of the professional, or FINESS number of the place.' }) readonly id: string;
}
@InputType()
export class ConsentInput {
  @Nested(() => GranteeInput, { description: 'Who was given the consent.' }) readonly grantee: GranteeInput;
  @OneOf(['CARE_TEAM', 'EXPLICIT', 'EXPRESS'], {
    description:
      'CARE_TEAM: informed beforehand, did not object (CSP R.1111-46); EXPLICIT: said for this consultation; EXPRESS: medicine at work.',
  })
  readonly basis: ConsentBasis;
  @SomeOf(['CONSULT', 'FEED'], { description: 'To read, to deposit.' }) readonly scope: readonly Operation[];
  @OneOf(['ORAL', 'WRITTEN', 'ELECTRONIC'], { description: 'How it was given.' }) readonly means: 'ORAL' | 'WRITTEN' | 'ELECTRONIC';
  @Flag({ description: 'That the person was informed beforehand. Somebody must say so himself: software never ticks this.' })
  readonly informed: boolean;
}
@InputType()
export class GranteeRefInput {
  @Nested(() => GranteeInput, { description: 'Whom it concerns.' }) readonly grantee: GranteeInput;
}
@InputType()
export class TemporaryAccessInput {
  @Whole(1, 10_080, { optional: true, description: 'How long the access lasts once the code was used, minutes; a day unless told.' })
  readonly minutes?: number;
}
@InputType()
export class TemporaryCodeInput {
  @Text(40, { description: 'The code as the holder read it out; any case, separators ignored.' }) readonly code: string;
}
@InputType()
export class ProfessionalInput {
  @Text(20, professional) readonly professional: string;
}
@InputType()
export class ProfessionInput implements Profession {
  @Text(40, { description: 'OID of the code system, 1.2.250.1.71.1.2.7 for TRE_G15.' }) readonly system: string;
  @Text(10, { description: 'Code of the profession; 10 is a doctor.' }) readonly code: string;
}
@InputType()
export class AdministratorInput extends ProfessionalInput {
  @Nested(() => ProfessionInput, { description: 'His profession, as the directory states it.' }) readonly profession: ProfessionInput;
}
@InputType()
export class EmergencyPreferenceInput {
  @OneOf(['BTG', 'ETREAT', 'MASKED'], { description: 'BTG: break-glass; ETREAT: SAMU; MASKED: masked documents too.' })
  readonly which: EmergencySwitch;
  @OneOf(['permit', 'deny'], { description: 'The choice of the holder.' }) readonly value: Permission;
}
@InputType()
export class EmergencyAccessInput {
  @OneOf(['bris_de_glace', 'centre_15'], { description: 'TRE_R248.' }) readonly mode: Exclude<AccessMode, 'normal'>;
  @Text(500, { description: 'Why, in words; the holder and his attending doctor read it.' }) readonly reason: string;
}
@InputType()
export class RepresentativeInput {
  @Id({ description: 'Handle of the representative’s own, active space.' }) readonly representative: string;
}
@InputType()
export class RepresentationEndInput {
  @Id({ optional: true, description: 'Handle of the representative’s own space, active or not; or else `all`.' })
  readonly representative?: string;
  @Flag({ optional: true, description: 'True in its place: whoever represents the holder, also where his own space is gone.' })
  readonly all?: boolean;
  @Text(200, { description: 'Why.' }) readonly reason: string;
}
@InputType()
export class DocumentSetsInput {
  @Ids(MOST_SETS, { description: 'Document sets: all versions of a document share one.' }) readonly sets: readonly string[];
}
@InputType()
export class DefaultConfidentialityInput {
  @Flag({ description: 'Whether new documents are masked to professionals from now on.' }) readonly masked: boolean;
}
@InputType()
export class MaskLiftInput {
  @Id({ description: 'The document set.' }) readonly set: string;
  @Nested(() => GranteeInput, { description: 'For whom.' }) readonly whom: GranteeInput;
}
@InputType()
export class MaskFromInput extends MaskLiftInput {
  @Moment({ optional: true, description: 'From this moment (included); now unless told.' }) readonly from?: Instant;
  @Moment({ optional: true, description: 'Until this moment (excluded); until it is lifted unless told.' }) readonly until?: Instant;
}
@InputType()
export class PatientSearchInput {
  @Text(40, { description: 'INS number: 13 characters and the key.' }) readonly ins: string;
}
@InputType({ description: 'A mask that is thought of.' })
export class MaskWishInput {
  @OneOf(['SETS', 'ALL', 'DEFAULT'], { description: 'These documents, everything until now, or every coming document.' })
  readonly kind: 'SETS' | 'ALL' | 'DEFAULT';
  @Ids(MOST_SETS, { optional: true, description: 'Of SETS: the document sets.' }) readonly sets?: readonly string[];
  @Nested(() => GranteeInput, { optional: true, description: 'Of SETS: for whom; everybody unless told.' }) readonly whom?: GranteeInput;
  @Moment({ optional: true, description: 'Of SETS: from when.' }) readonly from?: Instant;
  @Moment({ optional: true, description: 'Of SETS and somebody: until when (excluded); until it is lifted unless told.' })
  readonly until?: Instant;
}

@ArgsType()
export class PageArgs extends MomentArgs {
  @PageSize() readonly first: number = 50;
  @Text(400, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
}
@ArgsType()
export class MatrixArgs extends MomentArgs {
  @Text(40, { description: 'OID of the code system of the profession, 1.2.250.1.71.1.2.7 for TRE_G15.' }) readonly system: string;
  @Text(10, { description: 'Code of the profession.' }) readonly code: string;
}
