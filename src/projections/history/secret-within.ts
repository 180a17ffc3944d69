import type { Recorded } from '../../domain/shared/fact.js';

const SUFFIX = '/secret';

/** Name of the veil, within this one, of what was done under the secret of a minor. */
export const secretWithin = (veil: string): string => `${veil}${SUFFIX}`;

/** What was done under the secret of a minor within the veil of a document stays under a veil that representatives never see through, also when that lifts. */
export const within = (veil: string, { secret }: Recorded['meta']): string => (secret ? secretWithin(veil) : veil);

/** The veil that the line of a refusal lies under, and the number of those that are counted on it; null: none. */
export const refusedUnder = ({ veil = null }: { readonly veil?: string | null | undefined }, meta: Recorded['meta']): string | null =>
  veil === null ? null : within(veil, meta);

/** The stream that a veil of the history has its name from. */
export const streamOfVeil = (veil: string): string => (veil.endsWith(SUFFIX) ? veil.slice(0, -SUFFIX.length) : veil);
