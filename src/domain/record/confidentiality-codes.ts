import type { Confidentiality } from './document-vocabulary.js';

const CODES = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;

/** Each code once, in a fixed order; `N` only where there is no other. */
export const normalised = (codes: readonly Confidentiality[]): readonly Confidentiality[] => {
  const said = CODES.filter((code) => codes.includes(code));
  return said.length > 0 ? said : ['N'];
};

/** The same codes with the mask to professionals, or without it. */
export const remasked = (codes: readonly Confidentiality[], masked: boolean): readonly Confidentiality[] =>
  normalised(masked ? [...codes, 'MASQUE_PS'] : codes.filter((code) => code !== 'MASQUE_PS'));
