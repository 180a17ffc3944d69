const SUFFIX = '/secret';

/** Name of the veil, within this one, of what was done under the secret of a minor. */
export const secretWithin = (veil: string): string => `${veil}${SUFFIX}`;

/** The stream that a veil of the history has its name from. */
export const streamOfVeil = (veil: string): string => (veil.endsWith(SUFFIX) ? veil.slice(0, -SUFFIX.length) : veil);
