import type { Profession } from '../../domain/shared/actor.js';

/** Code systems of professions (NOS J65, JDV_J65-SubjectRole-DMP). */
const HEALTH = '1.2.250.1.71.1.2.7';
const IN_TRAINING = '1.2.250.1.71.1.2.8';
const USE_OF_TITLE = '1.2.250.1.213.1.6.1.109';
const SOCIAL = '1.2.250.1.213.1.6.1.4';
const OTHERS = '1.2.250.1.213.1.6.1.140';

/**
 * TRE_G15, TRE_R95, TRE_R94 and TRE_R291. Tokens carry the bare number, so a number stands here once: 93 (psychologist) is obsolete in TRE_G15 since
 * the day it was made and belongs to TRE_R95; TRE_R94 leaves out 50, which is the midwife's.
 */
const numbers: Readonly<Record<string, string>> = {
  [HEALTH]: '10 21 26 28 31 32 35 36 37 38 39 40 50 60 69 70 80 81 82 83 84 85 86 91 92 94 95 96 98',
  [USE_OF_TITLE]: '71 72 73 93 97',
  [SOCIAL]: '41 42 43 44 45 46 47 48 49 51 52 53',
  [OTHERS]: '99',
};
const systemOf: ReadonlyMap<string, string> = new Map(
  Object.entries(numbers).flatMap(([system, codes]) => codes.split(' ').map((code) => [code, system] as const)),
);

/** Categories of TRE_R09 whose members have qualified: civil, public agent. `E` studies. */
const QUALIFIED: readonly unknown[] = ['C', 'M'];

/**
 * The profession behind `codeProfession` and `codeCategorieProfessionnelle` of Pro Santé Connect; null for a code or a category that nobody defines.
 * Students of a health profession have its number in a code system of their own.
 */
export function professionOf(code: unknown, category: unknown): Profession | null {
  const system = typeof code === 'string' ? systemOf.get(code) : undefined;
  if (typeof code !== 'string' || system === undefined) return null;
  if (QUALIFIED.includes(category)) return { system, code };
  return category === 'E' && system === HEALTH ? { system: IN_TRAINING, code } : null;
}
