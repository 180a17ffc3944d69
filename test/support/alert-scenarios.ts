import type { AlertRule } from '../../src/domain/audit/alert-rules.js';
import type { Look } from '../../src/domain/audit/look.js';
import { instant } from '../../src/domain/shared/time.js';
import { after, HOSPITAL, look, NURSE, person, TUESDAY } from './looks.js';

/** What somebody did who should not have, and the rule that must name it. */
export interface Scenario {
  readonly story: string;
  readonly rule: AlertRule;
  readonly looks: readonly Look[];
}
const many = (count: number, make: (n: number) => Partial<Look>): readonly Look[] => Array.from({ length: count }, (_, n) => look(make(n)));
const ALPHABET = ['Abel', 'Bernard', 'Colin', 'Dumas', 'Etienne', 'Faure', 'Garnier', 'Henry'];
const support = {
  role: 'support',
  actor: 'support:https://idp|agent-7',
  profession: null,
  sector: null,
  facility: null,
  name: [],
  reason: 'STAFF',
} as const;

/** Each found by its rule, whatever else finds it too. */
export const scenarios: readonly Scenario[] = [
  {
    story: 'a doctor records a consent of strangers, one every ten minutes, and reads at once',
    rule: 'without-care-relation',
    looks: Array.from({ length: 21 }, (_, n) => {
      const at = after(TUESDAY, n * 10);
      const space = `stranger-${n}`;
      return [look({ at, space, kind: 'CONSENT', action: 'RecordConsent' }), look({ at: after(at, 1), space })];
    }).flat(),
  },
  {
    story: 'a nurse opens the records of everybody on three wards within the hour',
    rule: 'many-people',
    looks: many(21, (n) => ({ at: after(TUESDAY, n * 2), space: `ward-${n}`, profession: NURSE, sector: HOSPITAL, reason: 'CARE_TEAM' })),
  },
  {
    story: 'somebody works through a list of names',
    rule: 'sequential-look-ups',
    looks: ALPHABET.map((family, n) =>
      look({ at: after(TUESDAY, n * 5), space: `list-${n}`, action: 'FindPatient', whose: person(family, 'Anne') }),
    ),
  },
  {
    story: 'numbers are tried one after the other until somebody has one',
    rule: 'failed-look-ups',
    looks: many(9, (n) => ({ at: after(TUESDAY, n), space: 'nobody', action: 'FindPatient', whose: null })),
  },
  {
    story: 'after reading lists, dozens of documents are downloaded within the hour',
    rule: 'mass-download',
    looks: [
      ...many(5, (n) => ({ at: after(TUESDAY, n), space: `export-${n}`, action: 'ListDocuments' })),
      ...many(41, (n) => ({ at: after(TUESDAY, 5 + n), space: `export-${n % 5}`, action: 'DownloadDocument', document: `document-${n}` })),
    ],
  },
  {
    story: 'a practice that is closed at night reads five people at two in the morning',
    rule: 'after-hours',
    looks: many(5, (n) => ({ at: after(instant('2027-03-02T01:00:00Z'), n * 10), space: `night-${n}` })),
  },
  {
    story: 'a doctor reads his own record',
    rule: 'own-record',
    looks: [look({ whose: person('Fontaine', 'Claire') })],
  },
  {
    story: 'a doctor reads somebody of her own family name',
    rule: 'same-name',
    looks: [look({ whose: person('Fontaine', 'Julien') })],
  },
  {
    story: 'a nurse reads the record of a colleague of the same place',
    rule: 'colleague',
    looks: [look({ whose: person('Perrin', 'Luc', { colleague: true }), sector: HOSPITAL, profession: NURSE })],
  },
  {
    story: 'break-glass for the fourth time in a day',
    rule: 'break-glass-quota',
    looks: many(4, (n) => ({
      ...{ at: after(TUESDAY, n * 60), space: `glass-${n}`, kind: 'EMERGENCY' as const, action: 'OpenEmergencyAccess' },
      ...{ mode: 'bris_de_glace', reason: 'EMERGENCY' },
    })),
  },
  {
    story: 'refused five times with one person, then let in',
    rule: 'refused-then-read',
    looks: [
      look({ kind: 'REFUSED', reason: 'no-consent', times: 5, at: TUESDAY }),
      look({ kind: 'CONSENT', action: 'RecordConsent', at: after(TUESDAY, 20) }),
      look({ at: after(TUESDAY, 21) }),
    ],
  },
  {
    story: 'somebody known is read by a doctor who is not his',
    rule: 'watched-person',
    looks: [look({ whose: person('Célèbre', 'Anna', { watched: true }) })],
  },
  {
    story: 'the secret of minors hides the looks at seven people',
    rule: 'secret-misuse',
    looks: many(7, (n) => ({ at: after(TUESDAY, n * 30), space: `minor-${n}`, secret: true })),
  },
  {
    story: 'an agent of the line reads six people without the reference of a call',
    rule: 'support-without-reference',
    looks: many(6, (n) => ({ ...support, at: after(TUESDAY, n * 5), space: `caller-${n}`, action: 'GetSpaceOverview' })),
  },
];
