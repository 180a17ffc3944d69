import type { Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../src/domain/shared/fact.js';
import { instant } from '../../src/domain/shared/time.js';
import { auditEventsOf } from '../../src/infrastructure/fhir/audit-events.js';
import { byHandle, nationalRefs } from '../../src/infrastructure/fhir/national-refs.js';
import { provenanceOf } from '../../src/infrastructure/fhir/provenance.js';
import type { AuditEvent } from '../../src/infrastructure/fhir/resources.js';
import { camille } from '../support/enrolment-facts.js';
import { everyFact, recordedBy, SPACE } from '../support/every-fact.js';
import { claire, DOCUMENT, lilas, looked, refused, VEILED_DOCUMENT } from '../support/record-facts.js';

const refs = nationalRefs(() => byHandle('h-camille'), { observer: { type: 'Device', display: 'us' }, address: 'https://mes.example' });
const holder: Actor = { role: 'person', subject: camille, assurance: 'substantial', authenticatedAt: 0 };
const officer: Actor = { role: 'compliance', subject: { issuer: 'https://agents.example', sub: 'officer-1' }, assurance: 'high' };

const eventsOf = (event: Tagged, who: Actor = holder, stream: StreamName = `space-${SPACE}`, more: Partial<Circumstances> = {}) =>
  auditEventsOf(recordedBy(who, stream, event, more), refs);
function only(events: readonly AuditEvent[]): AuditEvent {
  expect(events).toHaveLength(1);
  return events[0]!;
}
const shapeOf = ({ meta, action, outcome }: AuditEvent) => [meta.profile?.[0].split('IHE.BasicAudit.')[1], action, outcome];
/** Code of the agent's type → display or identifier of who. */
const agentsOf = ({ agent }: AuditEvent) =>
  Object.fromEntries(agent.map(({ type, who }) => [type.coding[0]!.code, who.display ?? who.identifier?.value ?? 'not known']));
const dataOf = ({ entity = [] }: AuditEvent) => entity.filter(({ type }) => type.code === '2');
const inMode = (mode: string): Partial<Circumstances> => ({
  ground: { outcome: 'ALLOW', rule: '5a', reason: 'EMERGENCY', mode, matrix: 1, facts: [] },
});

describe('What kind of audit event a fact is', () => {
  it.each([
    ['the activation', everyFact.SpaceActivated, ['PatientCreate', 'C', '0'], 'Consent'],
    ['an opposition', everyFact.OppositionRegistered, ['PatientUpdate', 'U', '0'], 'Consent'],
    ['a block', everyFact.ProfessionalBlocked, ['PatientUpdate', 'U', '0'], 'Consent'],
    ['a consent', everyFact.AccessConsentRecorded, ['PatientUpdate', 'U', '0'], 'Consent'],
    ['a deposit', everyFact.DocumentDeposited, ['PatientCreate', 'C', '0'], 'DocumentReference'],
    ['a mask', everyFact.DocumentsMasked, ['PatientUpdate', 'U', '0'], 'DocumentReference'],
    ['a look at a document', looked('DownloadDocument', { document: DOCUMENT }), ['PatientRead', 'R', '0'], 'DocumentReference'],
    ['an emergency session', everyFact.BreakGlassUsed, ['PatientRead', 'R', '0'], 'List'],
    ['a closure, which only puts away', everyFact.SpaceClosed, ['PatientUpdate', 'U', '0'], 'List'],
    ['what cannot be taken back', everyFact.DestructionRequested, ['PatientDelete', 'D', '0'], 'List'],
  ])('%s', (_, event, shape, thing) => {
    const found = only(eventsOf(event));
    expect(shapeOf(found)).toEqual(shape);
    expect(dataOf(found).map(({ what }) => what?.type)).toEqual([thing]);
  });

  it('who reads is where the data go, who asks or writes is where they come from, who deletes is an application', () => {
    const [read, query, write, erased] = [
      looked('GetDocument', { document: DOCUMENT }),
      looked('ListDocuments'),
      everyFact.DocumentDeposited,
      everyFact.DocumentUnpublished,
    ].map((event) => agentsOf(only(eventsOf(event, lilas))));
    expect(read).toEqual({ 110152: 'software-1', 110153: 'us', IRCP: '1930000001', PROV: '1930000001' });
    expect(query).toEqual({ 110153: 'software-1', 110152: 'us', IRCP: '1930000001', PROV: '1930000001' });
    expect(write).toEqual({ 110153: 'software-1', 110152: 'us', CST: '1930000001', PROV: '1930000001' });
    expect(erased).toEqual({ 110150: 'software-1', custodian: 'us', CST: '1930000001', PROV: '1930000001' });
  });

  it('a question says in base64 what was asked, and about which moment', () => {
    const asOf = '2026-11-01T00:00:00.000Z';
    const [query] = dataOf(only(eventsOf(looked('ListDocuments', { asOf }), claire)));
    expect(Buffer.from(query?.query ?? '', 'base64').toString()).toBe(`ListDocuments?asOf=${asOf}`);
    expect(query).not.toHaveProperty('what');
  });

  it.each([
    ['normal', claire, 'TREAT'],
    ['bris_de_glace', claire, 'BTG'],
    ['centre_15', claire, 'ETREAT'],
    ['normal', holder, 'PATRQT'],
    ['normal', officer, 'HLEGAL'],
  ] as const)('coming %s, it was done for the purpose of that', (mode, who, purpose) => {
    const { purposeOfEvent, agent } = only(eventsOf(looked('GetDossier'), who, `passage-${SPACE}`, inMode(mode)));
    expect(purposeOfEvent[0]?.coding[0]?.code).toBe(purpose);
    expect(agent.find(({ requestor }) => requestor)?.purposeOfUse).toEqual(purposeOfEvent);
  });

  it('the session of an emergency says the purpose itself', () => {
    expect(only(eventsOf(everyFact.BreakGlassUsed, claire)).purposeOfEvent[0]?.coding[0]?.code).toBe('BTG');
  });

  it('a refusal is decided and recorded by the same part, says why by a code, and which document only where it has the form of one', () => {
    const found = only(eventsOf(refused(SPACE, { document: DOCUMENT }), claire, 'actor-a1'));
    expect(shapeOf(found)).toEqual(['AuthZconsent', 'E', '8']);
    expect(found.outcomeDesc).toBe('masked');
    expect(agentsOf(found)).toEqual({ 110150: 'not known', IRCP: '899700000011', PROV: '1930000001', authserver: 'us' });
    const detailsOf = (event: AuditEvent) => event.entity?.[1]?.detail;
    expect(detailsOf(found)).toEqual([
      { type: 'action', valueString: 'DownloadDocument' },
      { type: 'document', valueString: DOCUMENT },
    ]);
    expect(detailsOf(only(eventsOf(refused(SPACE, { document: 'Camille Exemple' }), claire, 'actor-a1')))).toHaveLength(1);
  });

  it('a refusal about nobody’s space claims no consent', () => {
    const found = only(eventsOf(refused(''), holder, 'actor-a1'));
    expect(found.meta.profile).toBeUndefined();
    expect(found.subtype[0]?.code).toBe('AuthZ-Role');
    expect(found).not.toHaveProperty('entity');
  });

  it('an officer who looks at the history leaves the mark of the trail; the holder who reads his own does not', () => {
    const look = looked('GetActivityHistory');
    expect(only(eventsOf(look, officer, `passage-${SPACE}`)).type.code).toBe('110101');
    expect(shapeOf(only(eventsOf(look, holder, `passage-${SPACE}`)))).toEqual(['PatientQuery', 'E', '0']);
  });

  it('a question that is no longer asked is told as a read of the space', () => {
    expect(shapeOf(only(eventsOf(looked('FormerQuestion'), claire)))).toEqual(['PatientRead', 'R', '0']);
  });

  it.each([
    ['ProvisionalCodeRefused', '4'],
    ['ProvisionalCodeLocked', '8'],
    ['ProvisionalCodeConsumed', '0'],
  ] as const)('%s is a proof of identity with outcome %s', (type, outcome) => {
    const found = only(eventsOf(everyFact[type], { role: 'bearer' }));
    expect([found.type.code, found.outcome]).toEqual(['110114', outcome]);
    expect(agentsOf(found)['IRCP']).toBe('not known');
  });

  it('touches each thing in an event of its own, with the label it has from then on', () => {
    const events = eventsOf({ ...everyFact.DocumentsMasked, sets: [DOCUMENT, VEILED_DOCUMENT] } as Tagged);
    expect(events.flatMap(dataOf).map(({ what, securityLabel }) => [what?.identifier?.value, securityLabel?.[0]?.code])).toEqual([
      [DOCUMENT, 'MASQUE_PS'],
      [VEILED_DOCUMENT, 'MASQUE_PS'],
    ]);
    const along = { ...everyFact.DocumentConfidentialityChanged, masked: false, along: VEILED_DOCUMENT } as Tagged;
    expect(
      eventsOf(along)
        .flatMap(dataOf)
        .map(({ securityLabel }) => securityLabel?.[0]?.code),
    ).toEqual(['N', 'N']);
  });

  it.each(['AnnouncementConsultationHeld', 'DocumentRevealedAutomatically'] as const)(
    'names the older version that is shown, and the one it came along with: %s',
    (type) => {
      const older = { ...everyFact[type], along: DOCUMENT };
      expect(eventsOf(older).flatMap(dataOf)).toHaveLength(2);
    },
  );

  it('finds the patient under a veil in the fact, and none where nobody is named', () => {
    const patients = (events: readonly AuditEvent[]) =>
      events.map(({ entity = [] }) => entity.filter(({ type }) => type.code === '1').length);
    expect(patients(eventsOf(everyFact.DocumentArchived, claire, 'veil-v1'))).toEqual([1]);
    expect(patients(eventsOf(everyFact.ArchiveOpened, officer, 'audit-202612-w1'))).toEqual([1]);
    expect(patients(eventsOf(everyFact.SpaceDestroyed, { role: 'system', name: 'process' }, 'audit-202612-w1'))).toEqual([0]);
  });

  it('says when it was written, and when it was true where that differs', () => {
    const on = instant('2026-11-01T00:00:00Z');
    expect(only(eventsOf(everyFact.OppositionRegistered, holder, `space-${SPACE}`, { on }))).toMatchObject({
      recorded: '2026-12-01T11:30:00.000Z',
      period: { start: on, end: on },
    });
    expect(only(eventsOf(everyFact.OppositionRegistered))).not.toHaveProperty('period');
  });

  it('tells a representative from the holder and from a stranger', () => {
    const whoIn = (rule: string, reason: string) => {
      const ground = { outcome: 'ALLOW', rule, reason, mode: 'normal', matrix: null, facts: [] } as const;
      const { agent } = only(eventsOf(looked('GetDossier'), holder, `passage-${SPACE}`, { ground }));
      return agent.find(({ requestor }) => requestor)?.who.type;
    };
    expect([whoIn('3', 'HOLDER'), whoIn('representative', 'REPRESENTATIVE'), whoIn('3', 'nothing-here')]).toEqual([
      'Patient',
      'RelatedPerson',
      undefined,
    ]);
  });
});

describe('Where a document comes from', () => {
  it('a deposit names who brought it, for which place, with which submission', () => {
    const event = { ...everyFact.DocumentDeposited, by: { professional: claire.professional.id, facility: '930000001' } } as Tagged;
    expect(provenanceOf(recordedBy(claire, `record-${SPACE}`, event), refs)).toMatchObject([
      {
        target: [{ type: 'DocumentReference', identifier: { value: DOCUMENT } }],
        activity: { coding: [{ code: 'CREATE' }] },
        agent: [{ who: { identifier: { value: '899700000011' } } }, { who: { identifier: { value: '1930000001' } } }],
        entity: [{ role: 'source', what: { type: 'List', identifier: { value: 'submission-1' } } }],
      },
    ]);
  });

  it('a replacement is a revision of the document before', () => {
    const event = { type: 'DocumentReplaced', v: 1, space: SPACE, document: DOCUMENT, by: VEILED_DOCUMENT };
    expect(provenanceOf(recordedBy(claire, `record-${SPACE}`, event), refs)).toMatchObject([
      {
        target: [{ identifier: { value: VEILED_DOCUMENT } }],
        entity: [{ role: 'revision', what: { identifier: { value: DOCUMENT } } }],
      },
    ]);
  });

  it('nothing else comes from anywhere', () => {
    expect(provenanceOf(recordedBy(claire, `record-${SPACE}`, everyFact.DocumentArchived), refs)).toEqual([]);
  });
});
