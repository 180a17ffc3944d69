import { ArgsType, InputType } from '@nestjs/graphql';
import type { HeldKey } from '../../../domain/enrolment/ending-vocabulary.js';
import type { PhoneCheck } from '../../../domain/enrolment/provisional-code.js';
import type { Instant } from '../../../domain/shared/time.js';
import { Id, Moment, SomeOf, Text } from '../fields.js';
import { NotEmpty } from '../not-empty.js';
import { SpaceArgs, SpaceRef } from './inputs.js';

const KEYS = ['life', 'content', 'trace'] as const;
const CHECKS = ['INS', 'BIRTH_DATE', 'VITALE_SERIAL', 'ADDRESS'] as const;
const hold = { description: 'Id of the legal hold, chosen by whoever places it.' };
const second = { description: 'Account of the other of the two: archivist and compliance officer hold together.' };

@InputType()
export class ErasureInput {
  @SomeOf(CHECKS, { description: 'What the agent checked by asking, when it is said by phone.', optional: true })
  readonly checked?: readonly PhoneCheck[];
}
@InputType()
export class LegalHoldInput {
  @Text(200, { description: 'Reference of the order.' }) readonly order: string;
  @NotEmpty() @SomeOf(KEYS, { description: 'What is kept alive.' }) readonly keys: readonly HeldKey[];
  @Text(100, second) readonly second: string;
  @Moment({ description: 'When it is looked at again.' }) readonly reviewOn: Instant;
}
@InputType()
export class LiftHoldInput {
  @Text(100, second) readonly second: string;
}

/** Path of one legal hold. */
@ArgsType()
export class HoldRef extends SpaceRef {
  @Id(hold) readonly hold: string;
}
/** The legal hold of a GraphQL mutation. */
@ArgsType()
export class HoldArgs extends SpaceArgs {
  @Id(hold) readonly hold: string;
}
