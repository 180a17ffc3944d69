import { createHmac } from 'node:crypto';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { instant } from '../../src/domain/shared/time.js';
import { auditEventsOf } from '../../src/infrastructure/fhir/audit-events.js';
import { resourcesOf as tell } from '../../src/infrastructure/fhir/export-fhir.js';
import type { KnownType } from '../../src/infrastructure/fhir/every-row.js';
import { byIns, bySpace, nationalRefs } from '../../src/infrastructure/fhir/national-refs.js';
import { looks } from '../../src/infrastructure/fhir/passage-rows.js';
import { pseudonymRefs, type Pseudonyms } from '../../src/infrastructure/fhir/pseudonym-refs.js';
import type { Refs, Service } from '../../src/infrastructure/fhir/refs.js';
import { knownFacts } from '../../src/infrastructure/system/known-facts.js';
import { conformanceOf } from '../support/conformance.js';
import { camille } from '../support/enrolment-facts.js';
import { everyFact, recordedBy, SPACE } from '../support/every-fact.js';
import { claire, DOCUMENT, lilas, looked } from '../support/record-facts.js';
import { trustFigures } from '../support/trust/figures.js';

const staff = (role: 'insurer' | 'support' | 'operator' | 'compliance' | 'archivist'): Actor => ({
  role,
  subject: { issuer: 'https://agents.example', sub: `${role}-1` },
  assurance: 'high',
});
const actors: readonly Actor[] = [
  { role: 'person', subject: camille, assurance: 'substantial', authenticatedAt: 0 },
  { role: 'bearer' },
  { role: 'system', name: 'scheduler' },
  claire,
  { ...claire, professional: { ...claire.professional, facility: null } },
  lilas,
  staff('insurer'),
  staff('support'),
  staff('operator'),
  staff('compliance'),
  staff('archivist'),
];

const service: Service = { observer: { type: 'Device', display: 'Mon espace santé' }, address: 'https://mes.example/api/v1' };
const keyed: Pseudonyms = { ref: (kind, id) => createHmac('sha256', 'key of the export').update(`${kind} ${id}`).digest('base64url') };
const pseudonyms = pseudonymRefs(keyed, service);
const ins = byIns('258113399990203', '1.2.250.1.213.1.4.10');
const national = nationalRefs(() => ins, service);

const PERSONAL = 'personne inconsciente, agitée';
const categories = Object.entries(knownFacts) as [string, object][];
const streamIn = (category: string): StreamName => `${category}-${category === 'veil' ? 'v1' : SPACE}`;
/** A passage under a veil names its space, as nothing else there does. */
const factIn = (category: string, type: KnownType): Tagged =>
  category === 'veil' && type === 'AccessGranted' ? looked('GetSpaceOverview', { space: SPACE }) : everyFact[type];
const lookedAt = Object.keys(looks).map((action) => looked(action, { document: DOCUMENT }));
/** Every type in every category of streams where it is, and every question, done by everybody, with all that may surround it. */
const told: readonly Recorded[] = categories.flatMap(([category, types]) =>
  [...Object.keys(types).map((type) => factIn(category, type as KnownType)), ...(category === 'passage' ? lookedAt : [])].flatMap(
    (fact, place) =>
      actors.map((who, number) =>
        recordedBy(who, streamIn(category), fact, {
          rev: place * actors.length + number,
          on: instant('2026-11-30T08:00:00Z'),
          purpose: PERSONAL,
          ground: {
            outcome: 'ALLOW',
            rule: '5c',
            reason: 'CARE_TEAM',
            mode: number % 2 === 0 ? 'normal' : 'bris_de_glace',
            matrix: 1,
            facts: [],
          },
        }),
      ),
  ),
);
const resourcesOf = (refs: Refs) => told.flatMap((fact) => tell(fact, refs));

describe('Every fact as FHIR', () => {
  const judged = { resources: 0, findings: 0 };
  afterAll(() => trustFigures('conformance', judged));

  it.each([
    ['under the pseudonyms of an export', resourcesOf(pseudonyms)],
    ['where nothing says any more who the patient is', resourcesOf(nationalRefs(bySpace, service))],
    ['with the INS of patients', resourcesOf(national)],
  ])('is valid %s for both validators, the profile it claims, and our own rules, whoever acted', (_, resources) => {
    const report = conformanceOf(resources);
    judged.resources += report.resources;
    judged.findings += report.findings.length;
    expect(report.findings).toEqual([]);
    expect(report.resources).toBe(resources.length);
    expect(Object.keys(report.profiles).sort()).toEqual(
      [
        'AuthZconsent',
        'Create',
        'Delete',
        'PatientCreate',
        'PatientDelete',
        'PatientQuery',
        'PatientRead',
        'PatientUpdate',
        'PrivacyDisclosure.Source',
        'Read',
        'Update',
      ].sort(),
    );
    expect(report.types['Provenance']).toBe(2 * 2 * actors.length);
  });

  it('names nobody under pseudonyms: no id, no name, no reason, no address of the log', () => {
    const text = JSON.stringify(resourcesOf(pseudonyms));
    const { id, name, facility } = claire.professional;
    const whoever = [
      id,
      name,
      facility?.id,
      facility?.name,
      camille.sub,
      camille.issuer,
      'officer',
      'software-1',
      'https://agents.example',
    ];
    for (const secret of [
      ...whoever,
      SPACE,
      DOCUMENT,
      PERSONAL,
      'personne inconsciente',
      'illisible',
      'dossier 12',
      '258113399990203',
      'EXEMPLE',
    ])
      expect(text).not.toContain(secret);
  });

  it('names professionals, places and patients by their national identifiers where it may, and never by the id of a stream', () => {
    const text = JSON.stringify(resourcesOf(national));
    expect(text).toContain('{"system":"urn:oid:1.2.250.1.71.4.2.1","value":"899700000011"}');
    expect(text).toContain('{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"1930000001"}');
    expect(text).toContain('{"system":"urn:oid:1.2.250.1.213.1.4.10","value":"258113399990203"}');
    expect(JSON.stringify(resourcesOf(national).filter(({ meta }) => meta.tag[0].code !== 'CampaignOpened'))).not.toContain(
      `space-${SPACE}`,
    );
    expect(text).not.toContain(claire.professional.name);
  });

  it('calls the same event the same, and each resource of it by an id of its own', () => {
    const ids = resourcesOf(pseudonyms).map(({ resourceType, id }) => `${resourceType}/${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(resourcesOf(pseudonyms).map(({ resourceType, id }) => `${resourceType}/${id}`)).toEqual(ids);
  });

  it('leaves out only what another fact tells', () => {
    const silent = (Object.keys(everyFact) as KnownType[]).filter(
      (type) => auditEventsOf(recordedBy(claire, `space-${SPACE}`, everyFact[type]), pseudonyms).length === 0,
    );
    expect(silent).toEqual(['ProvisionalCodeIssued', 'VeilOpened', 'DocumentDescribed']);
  });
});
