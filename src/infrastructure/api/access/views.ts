import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { TemporaryAccessReceipt } from '../../../application/access/access.orders.js';
import type { FoundPatient, MissingConsent } from '../../../application/access/patients.js';
import type { Instant } from '../../../domain/shared/time.js';
import { ReceiptView } from '../enrolment/views.js';
import { Shown } from '../fields.js';

@ObjectType('TemporaryAccessReceipt', { description: 'The code to read out, told once.' })
export class TemporaryAccessReceiptView extends ReceiptView implements TemporaryAccessReceipt {
  @Shown(() => String) readonly code: string;
  @Shown(() => String, { description: 'To be used before.' }) readonly usableUntil: Instant;
  @Shown(() => Int, { description: 'How long it then opens, minutes.' }) readonly minutes: number;
}
@ObjectType('PatientAccess')
export class PatientAccessView {
  @Shown(() => Boolean, { description: 'Whether documents could be read at this moment.' }) readonly reading: boolean;
  @Shown(() => String, { nullable: true, description: 'CONSENT or EXPRESS_CONSENT, when one has to be recorded first.' })
  readonly missing: MissingConsent | null;
}
@ObjectType('FoundPatient')
export class FoundPatientView implements FoundPatient {
  @Shown(() => ID, { nullable: true, description: 'Handle of the space.' }) readonly space: string | null;
  @Shown(() => String, { description: 'OPEN, CLOSED or NONE.' }) readonly status: FoundPatient['status'];
  @Shown(() => PatientAccessView) readonly access: PatientAccessView;
}
