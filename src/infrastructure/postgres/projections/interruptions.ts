import { LeaseLost } from '../../../application/shared/leases.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';

/** Ends the subscription so that it begins again where the furthest behind stands. */
export class Rejoin extends Error {}

/** A fact on which a projection fails stands in quarantine now: its batch is to be taken again, without its space. */
export class SetAside extends Error {}

/** Another process runs newer code and has rebuilt the tables. */
export class Superseded extends Error {}

/** Told to stop before the tables were made: whoever starts next makes them. */
export class Interrupted extends Error {}

/** Something that passes: a database that does not answer, or ranges that somebody else took, of which the keeper will hear. */
export const isAway = (error: unknown): boolean => error instanceof StoreUnavailable || error instanceof LeaseLost;
