import { refusalOfFiness } from '../../domain/enrolment/beneficiary.js';
import type { Facility, Professional } from '../../domain/shared/actor.js';
import { reject, type Rejection } from '../../domain/shared/rejection.js';
import { professionOf } from './professions.js';

/** One of the places in which a professional works, and as what he works there. */
export type Workplace = Pick<Professional, 'profession' | 'specialty' | 'sector' | 'facility'>;
type Claims = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Claims => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectsIn = (value: unknown): readonly Claims[] => (Array.isArray(value) ? value.filter(isObject) : []);
const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** A line of text that may be shown: bounded, without control characters; null for anything else. */
export const lineOf = (value: unknown): string | null => {
  const line = typeof value === 'string' ? value.trim() : '';
  return line !== '' && line.length <= 200 && !/[\p{Cc}\p{Cs}]/u.test(line) ? line : null;
};
const codeOf = (value: unknown, form: RegExp): string | undefined => (typeof value === 'string' ? form.exec(value)?.[1] : undefined);
const SPECIALTY = /^([A-Z]{1,4}\d{1,3})$/;
/** Alone in an activity, behind `^` and its code system in a claim of the token. */
const SECTOR = /^(SA\d{2})(?:\^1\.2\.250\.1\.71\.4\.2\.4)?$/;

/** Undefined: a place without a number, as a practice of one's own may be; null: a number that is none, and nobody works there. */
function facilityOf({ numeroFinessSite: finess, raisonSocialeSite: name }: Claims): Facility | null | undefined {
  if (!given(finess)) return undefined;
  const named = lineOf(name);
  return typeof finess === 'string' && refusalOfFiness(finess) === null && named !== null ? { id: finess, name: named } : null;
}

function workplacesIn(exercise: Claims, sectorOfToken: string | undefined): readonly Workplace[] {
  const profession = professionOf(exercise['codeProfession'], exercise['codeCategorieProfessionnelle']);
  if (profession === null) return [];
  const specialty = codeOf(exercise['codeSavoirFaire'], SPECIALTY);
  const activities = objectsIn(exercise['activities']);
  return (activities.length === 0 ? [{}] : activities).flatMap((activity: Claims) => {
    const facility = facilityOf(activity);
    const sector = codeOf(activity['codeSecteurDactivite'], SECTOR) ?? sectorOfToken;
    if (facility === null) return [];
    const place = { profession, facility: facility ?? null };
    return [{ ...place, ...(specialty === undefined ? {} : { specialty }), ...(sector === undefined ? {} : { sector }) }];
  });
}

/** Every place of `SubjectRefPro.exercices[].activities[]` that holds, each once; none when the token refers to no professional. */
export function workplacesOf({ SubjectRefPro: reference, Secteur_Activite: sector }: Claims): readonly Workplace[] {
  if (!isObject(reference)) return [];
  const places = objectsIn(reference['exercices']).flatMap((exercise) => workplacesIn(exercise, codeOf(sector, SECTOR)));
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

/** What a caller says who means the place that has no FINESS number. */
export const NO_FACILITY = 'none';

/**
 * The place in which somebody works as he asks: the one he has, or the one he chose (its FINESS number, or NO_FACILITY). One decides for him with the
 * rights of one profession in one place, so that it must be known which.
 */
export function chosenFrom(places: readonly Workplace[], choice: string | undefined): Workplace | Rejection {
  const numberOf = ({ facility }: Workplace): string => facility?.id ?? NO_FACILITY;
  const [place, ...others] = choice === undefined ? places : places.filter((known) => numberOf(known) === choice);
  if (place === undefined) return reject('forbidden', 'request/facility-not-yours');
  return others.length > 0 ? reject('invalid', 'request/facility-to-be-chosen') : place;
}
