import { ArgsType } from '@nestjs/graphql';
import { MomentArgs } from '../enrolment/inputs.js';
import { Handle, Id } from '../fields.js';

/** The copies of a space. */
@ArgsType()
export class CopiesArgs extends MomentArgs {
  @Handle() readonly space: string;
}
/** Path of one copy. */
@ArgsType()
export class CopyRef {
  @Handle() readonly space: string;
  @Id({ description: 'The copy.' }) readonly copy: string;
}
