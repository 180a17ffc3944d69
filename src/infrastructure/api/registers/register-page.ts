import type { RegisterFilter, RegisterPlace } from '../../../application/registers/registers.queries.js';
import type { RegisterArgs } from './inputs.js';

/** What is wanted of a register. */
export const filterOf = ({ from, until, openOnly, lateOnly }: RegisterArgs): RegisterFilter => ({
  from: from ?? null,
  until: until ?? null,
  openOnly: openOnly === true,
  lateOnly: lateOnly === true,
});
/** Which page of it. */
export const placeOf = ({ first, cursor }: RegisterArgs): RegisterPlace => ({ first, cursor: cursor ?? null });
