import { parisDay } from '../shared/time.js';
import {
  afterHours,
  breakGlassQuota,
  manyPeople,
  massDownload,
  secretMisuse,
  supportWithoutReference,
  withoutCareRelation,
} from './alerts-of-volume.js';
import { failedLookUps, refusedThenRead, sequentialLookUps } from './alerts-of-order.js';
import { colleague, ownRecord, sameName, watchedPerson } from './alerts-of-person.js';
import type { AlertBook, AlertRule } from './alert-rules.js';
import type { Detect, Finding } from './finding.js';
import type { Look } from './look.js';

/** Every rule; one that is forgotten does not compile. */
const rules: { readonly [R in AlertRule]: Detect<R> } = {
  'without-care-relation': withoutCareRelation,
  'many-people': manyPeople,
  'sequential-look-ups': sequentialLookUps,
  'failed-look-ups': failedLookUps,
  'mass-download': massDownload,
  'after-hours': afterHours,
  'own-record': ownRecord,
  'same-name': sameName,
  colleague,
  'break-glass-quota': breakGlassQuota,
  'refused-then-read': refusedThenRead,
  'watched-person': watchedPerson,
  'secret-misuse': secretMisuse,
  'support-without-reference': supportWithoutReference,
};

/** Something that somebody must look into. */
export interface Alert extends Omit<Finding, 'looks' | 'ofPerson'> {
  readonly rule: AlertRule;
  readonly actor: string;
  /** The space it is about; null where it is about many. */
  readonly space: string | null;
  /** The Paris day: of one rule, actor and person there is one alert a day. */
  readonly window: string;
  /** Ids of the accesses it rests on, latest last. */
  readonly accesses: readonly string[];
}
/** Accesses named in an alert; that there were more, the measure says. */
const NAMED = 50;

/**
 * What the rules say of the latest access. `before`: what the same actor did in the day before it, in order. The same accesses give the same alerts,
 * wherever and however often they are computed.
 */
export function alertsOf(latest: Look, before: readonly Look[], { thresholds }: Pick<AlertBook, 'thresholds'>): readonly Alert[] {
  return (Object.keys(rules) as AlertRule[]).flatMap((rule) => {
    const found = (rules[rule] as Detect)(latest, before, thresholds[rule]);
    if (found === null) return [];
    const { measured, most, looks, ofPerson } = found;
    const accesses = looks.slice(-NAMED).map(({ id }) => id);
    return [{ rule, actor: latest.actor, space: ofPerson ? latest.space : null, window: parisDay(latest.at), measured, most, accesses }];
  });
}
/** What makes an alert the same alert. */
export const identityOf = ({ rule, actor, space, window }: Pick<Alert, 'rule' | 'actor' | 'space' | 'window'>): readonly string[] => [
  rule,
  actor,
  space ?? '',
  window,
];
