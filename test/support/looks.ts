import { readFileSync } from 'node:fs';
import type { AlertBook } from '../../src/domain/audit/alert-rules.js';
import { alertsOf, identityOf, type Alert } from '../../src/domain/audit/alerts.js';
import { minutesBefore, nameTokens, type Look, type Whose } from '../../src/domain/audit/look.js';
import { instant, type Instant } from '../../src/domain/shared/time.js';

/** The book of rules as it is shipped: tests count on what is in the file, never on numbers of their own. */
export const SHIPPED = JSON.parse(readFileSync('reference/alert-rules-v1.json', 'utf8')) as AlertBook & { readonly note: string };
export const HEALTH = '1.2.250.1.71.1.2.7';
export const GP = `${HEALTH}|10`;
export const PHARMACIST = `${HEALTH}|21`;
export const NURSE = `${HEALTH}|60`;
/** Sectors of activity: hospital, practice, pharmacy. */
export const [HOSPITAL, PRACTICE, PHARMACY] = ['SA01', 'SA07', 'SA33'] as const;

export const TUESDAY = instant('2027-03-02T09:00:00Z');
export const after = (at: Instant, minutes: number): Instant => minutesBefore(at, -minutes);
export const person = (family: string, given: string, more: Partial<Whose> = {}): Whose => ({
  family: nameTokens(family),
  given: nameTokens(given),
  colleague: false,
  watched: false,
  ...more,
});

/** National identifier of the n-th professional: 8, ten digits and the one that makes them an RPPS number. */
export function professionalId(n: number): string {
  const digits = `9970${String(n).padStart(6, '0')}`;
  const sum = [...digits]
    .reverse()
    .reduce(
      (total, digit, place) => total + (place % 2 === 0 ? ((Number(digit) * 2) % 10) + (Number(digit) > 4 ? 1 : 0) : Number(digit)),
      0,
    );
  return `8${digits}${(10 - (sum % 10)) % 10}`;
}

let looks = 0;
/** A doctor who reads in his practice somebody whom a consent of the whole place lets him read, unless told otherwise. */
export const look = (more: Partial<Look> = {}): Look => ({
  id: `passage-${looks}/${looks++}`,
  at: TUESDAY,
  kind: 'LOOK',
  actor: 'professional:899700000001',
  role: 'professional',
  profession: GP,
  sector: PRACTICE,
  facility: '750000001',
  name: nameTokens('Claire Fontaine'),
  space: 'space-1',
  action: 'ListDocuments',
  document: null,
  mode: 'normal',
  reason: 'CONSENT',
  secret: false,
  purpose: false,
  times: 1,
  whose: person('Rivière', 'Jean'),
  ...more,
});

const DAY_MS = 24 * 60 * 60_000;
/** Holds accesses, given in their order, against the rules as they come: each with the day of its actor before it, and every alert once. */
export function watch(all: Iterable<Look>, book: AlertBook = SHIPPED): readonly Alert[] {
  const days = new Map<string, Look[]>();
  const raised = new Map<string, Alert>();
  for (const one of all) {
    const since = new Date(Date.parse(one.at) - DAY_MS).toISOString();
    const before = (days.get(one.actor) ?? []).filter(({ at }) => at > since);
    const found = one.kind === 'CONSENT' ? [] : alertsOf(one, before, book);
    for (const alert of found) if (!raised.has(identityOf(alert).join(' '))) raised.set(identityOf(alert).join(' '), alert);
    days.set(one.actor, [...before, one]);
  }
  return [...raised.values()];
}
export const rulesIn = (alerts: readonly Alert[]): readonly string[] => [...new Set(alerts.map(({ rule }) => rule))].sort();
