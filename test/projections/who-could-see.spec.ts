import { describe, expect, it } from '@jest/globals';
import type { AccessEvent } from '../../src/domain/access/access-vocabulary.js';
import type { HabilitationMatrix } from '../../src/domain/access/habilitation.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { changing, whoCouldHaveSeen, type Foreseen } from '../../src/projections/replay/foresee.js';
import * as p from '../personas/index.js';
import * as s from '../support/access-stories.js';
import { spaceFacts } from '../support/enrolment-facts.js';
import { documentFacts } from '../support/record-facts.js';

const SPACE = '0f0e5a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
const DOCUMENT = '5d6f2f0e-9d5b-8c11-8a3e-6a2f6d1c9b70';
const FROM = p.day(10);
const UNTIL = p.day(11);
const MORNING = p.later(FROM, 3_600_000);
const EVENING = p.later(FROM, 36_000_000);
const justBefore = (at: Instant): Instant => p.later(at, -1);

/** A log of this space: facts in the order in which they were written, each stream with dense revisions. */
class Log {
  readonly facts: Recorded[] = [];
  private readonly revisions = new Map<string, number>();
  add(at: Instant, stream: 'space' | 'access' | 'record' | 'passage', event: Tagged, who: Actor = p.alice): this {
    const rev = this.revisions.get(stream) ?? 0;
    this.revisions.set(stream, rev + 1);
    const command = { id: '', digest: '' };
    const meta = { who, cause: '', corr: '', command };
    this.facts.push({ event, stream: `${stream}-${SPACE}` as StreamName, rev, position: BigInt(this.facts.length + 1), at, meta });
    return this;
  }
}
const consent = (until: Instant): AccessEvent => ({
  type: 'AccessConsentRecorded',
  v: 1,
  consent: 'c1',
  grantee: s.oneOf(s.doctor),
  basis: 'EXPLICIT',
  scope: ['CONSULT'],
  means: 'ORAL',
  until,
});
/** An active space with one document of a laboratory, and a doctor who came once. */
const life = ({ described = true } = {}): Log => {
  const { DocumentDeposited, DocumentDescribed } = documentFacts(SPACE, DOCUMENT, { confidentiality: ['N'] });
  const log = new Log()
    .add(p.day(1), 'space', spaceFacts.PersonDeclaredEligible, p.importer)
    .add(p.day(1), 'space', spaceFacts.SpaceOpened)
    .add(p.day(1), 'space', { ...spaceFacts.SpaceActivated, subject: p.alice.subject } as Tagged)
    .add(p.day(2), 'passage', { type: 'AccessGranted', v: 1, action: 'FindPatient' } as Tagged, s.asking(s.doctor))
    .add(p.day(3), 'record', DocumentDeposited, s.insurer);
  const biology = { ...DocumentDescribed, metadata: { ...DocumentDescribed.metadata, typeCode: '11502-2' } };
  return described ? log.add(p.day(3), 'record', biology, s.insurer) : log;
};
const versions = [{ from: p.day(0), matrix: s.matrixOfTests }];
const asked = (log: Log, more: { readonly versions?: readonly { from: Instant; matrix: HabilitationMatrix }[] } = {}) =>
  whoCouldHaveSeen({ document: DOCUMENT, versions, facts: log.facts, period: { from: FROM, until: UNTIL }, ...more });

/** The stretches of one reader, as `from outcome reason`. */
const told = (all: readonly Foreseen[], one: (reader: Foreseen['asked'][number]['reader']) => boolean): readonly string[] =>
  all
    .filter((entry) => entry.asked.some(({ reader }) => one(reader)))
    .flatMap(({ stretches }) =>
      stretches.map(
        ({ from, until, foresight: { outcome, receipt, missing } }) => `${from} ${until} ${outcome} ${receipt?.reason ?? missing.join()}`,
      ),
    );
const ofDoctor = (all: readonly Foreseen[]) =>
  told(all, ({ kind, id, mode }) => kind === 'PROFESSIONAL' && id === s.doctor.id && mode === 'normal');

describe('Who could have seen a document on a day', () => {
  const rights: readonly (readonly [string, readonly AccessEvent[], outcome: string])[] = [
    ['a consent is given', [consent(p.day(20))], 'ALLOW CONSENT'],
    ['he is blocked', [consent(p.day(20)), { type: 'ProfessionalBlocked', v: 1, professional: s.doctor.id }], 'DENY blocked'],
    ['his place of care is blocked', [consent(p.day(20)), { type: 'FacilityBlocked', v: 1, facility: s.CLINIC.id }], 'DENY blocked'],
    [
      'the consent is withdrawn',
      [consent(p.day(20)), { type: 'AccessConsentWithdrawn', v: 1, grantee: s.oneOf(s.doctor) }],
      'DENY consent-withdrawn',
    ],
    ['the document is masked', [consent(p.day(20)), { type: 'DocumentsMasked', v: 1, sets: [DOCUMENT] }], 'DENY masked'],
    ['he becomes the attending doctor', [{ type: 'AttendingDoctorDeclared', v: 1, professional: s.doctor.id }], 'ALLOW ATTENDING_DOCTOR'],
    ['he becomes administrator', [{ type: 'AdministratorGranted', v: 1, professional: s.doctor.id }], 'ALLOW ADMINISTRATOR'],
  ];
  it.each(rights)('%s: from the very millisecond on, and not one before', (_, events, after) => {
    const log = life();
    const [last] = events.slice(-1) as [AccessEvent];
    for (const event of events.slice(0, -1)) log.add(p.day(5), 'access', event);
    log.add(MORNING, 'access', last);
    const before = events.length > 1 ? 'ALLOW CONSENT' : 'DENY no-consent';
    expect(ofDoctor(asked(log))).toEqual([`${FROM} ${MORNING} ${before}`, `${MORNING} ${UNTIL} ${after}`]);
    const instant = { from: justBefore(MORNING), until: MORNING };
    expect(ofDoctor(whoCouldHaveSeen({ document: DOCUMENT, versions, facts: log.facts, period: instant }))).toEqual([
      `${instant.from} ${MORNING} ${before}`,
    ]);
  });

  it('what ends by itself ends at its moment, though nothing was written then', () => {
    const log = life().add(p.day(5), 'access', consent(EVENING));
    expect(ofDoctor(asked(log))).toEqual([`${FROM} ${EVENING} ALLOW CONSENT`, `${EVENING} ${UNTIL} DENY no-consent`]);
  });

  it('a mask against him runs from its beginning until its end', () => {
    const mask: AccessEvent = { type: 'DocumentMaskedFrom', v: 1, set: DOCUMENT, whom: s.oneOf(s.doctor), from: MORNING, until: EVENING };
    const log = life()
      .add(p.day(5), 'access', consent(p.day(20)))
      .add(p.day(6), 'access', mask);
    expect(ofDoctor(asked(log))).toEqual([
      `${FROM} ${MORNING} ALLOW CONSENT`,
      `${MORNING} ${EVENING} DENY masked-from-you`,
      `${EVENING} ${UNTIL} ALLOW CONSENT`,
    ]);
  });

  it('a mask that is lifted, a space that is closed and reopened count at once', () => {
    const log = life()
      .add(p.day(5), 'access', consent(p.day(20)))
      .add(p.day(6), 'access', { type: 'DocumentsMasked', v: 1, sets: [DOCUMENT] } as AccessEvent)
      .add(MORNING, 'access', { type: 'DocumentsUnmasked', v: 1, sets: [DOCUMENT] } as AccessEvent)
      .add(p.later(MORNING, 1), 'space', spaceFacts.SpaceClosed)
      .add(EVENING, 'space', { ...spaceFacts.SpaceReopened, subject: p.alice.subject } as Tagged);
    expect(ofDoctor(asked(log))).toEqual([
      `${FROM} ${MORNING} DENY masked`,
      `${MORNING} ${p.later(MORNING, 1)} ALLOW CONSENT`,
      `${p.later(MORNING, 1)} ${EVENING} DENY not-open`,
      `${EVENING} ${UNTIL} ALLOW CONSENT`,
    ]);
  });

  it('runs under the matrix of each moment', () => {
    const without = { ...s.matrixOfTests, version: 8, allowed: new Set<string>() };
    const log = life().add(p.day(5), 'access', consent(p.day(20)));
    const both = [...versions, { from: MORNING, matrix: without }];
    expect(ofDoctor(asked(log, { versions: both }))).toEqual([`${FROM} ${MORNING} ALLOW CONSENT`, `${MORNING} ${UNTIL} DENY matrix`]);
  });

  it('tells every class that no fact names: with a consent, in emergencies, never', () => {
    const all = asked(life());
    const inClass = (code: string, assumption: string, mode: string) =>
      told(
        all,
        ({ kind, professions, ...reader }) =>
          kind === 'PROFESSIONS' &&
          professions[0]?.code === code &&
          reader.assumption === assumption &&
          reader.mode === mode &&
          reader.facility === null,
      );
    const day = `${FROM} ${UNTIL}`;
    expect(inClass('60', 'CONSENT', 'normal')).toEqual([`${day} ALLOW CONSENT`]);
    expect(inClass('60', 'EMERGENCY', 'centre_15')).toEqual([`${day} DENY not-regulating`]);
    expect(inClass('10', 'EMERGENCY', 'bris_de_glace')).toEqual([`${day} ALLOW EMERGENCY`]);
    expect(told(all, ({ kind, professions }) => kind === 'PROFESSIONS' && professions.length === 0)).toContain(`${day} DENY never-allowed`);
    expect(told(all, ({ kind }) => kind === 'HOLDER')).toEqual([`${day} ALLOW HOLDER`]);
    const roles = told(all, ({ kind }) => kind === 'ROLE');
    expect(roles).toHaveLength(9);
    expect(roles.filter((one) => one.includes('ALLOW'))).toEqual([]);
  });

  it('says not recorded of somebody of whom only the number is known, and what remains possible', () => {
    const log = life()
      .add(p.day(5), 'access', { type: 'AttendingDoctorDeclared', v: 1, professional: s.stranger.id } as AccessEvent)
      .add(p.day(5), 'access', { type: 'ProfessionalBlocked', v: 1, professional: s.nurse.id } as AccessEvent);
    const foresightOf = (id: string) =>
      asked(log)
        .find((one) => one.asked[0]?.reader.id === id)
        ?.stretches.map(({ foresight }) => foresight);
    expect(foresightOf(s.stranger.id)).toEqual([
      { outcome: 'NOT_RECORDED', receipt: null, missing: ['PROFESSION'], possible: ['ALLOW', 'DENY'] },
    ]);
    // Whatever he was, he could not: but by which rule, nobody wrote down.
    expect(foresightOf(s.nurse.id)).toEqual([{ outcome: 'NOT_RECORDED', receipt: null, missing: ['PROFESSION'], possible: ['DENY'] }]);
  });

  it('says not recorded of a document whose type died with it, but where no type would change the answer', () => {
    const log = life({ described: false }).add(p.day(5), 'access', consent(p.day(20)));
    expect(ofDoctor(asked(log))).toEqual([`${FROM} ${UNTIL} NOT_RECORDED DOCUMENT_TYPE`]);
    const all = asked(log);
    expect(told(all, ({ kind }) => kind === 'HOLDER')).toEqual([`${FROM} ${UNTIL} ALLOW HOLDER`]);
    log.add(p.day(6), 'access', { type: 'AttendingDoctorDeclared', v: 1, professional: s.doctor.id } as AccessEvent);
    const [he] = asked(log).filter(({ asked: [one] }) => one?.reader.id === s.doctor.id);
    // He may: as attending doctor, or as the author that he may have been.
    expect(he?.stretches.map(({ foresight: { outcome, possible } }) => [outcome, possible])).toEqual([['NOT_RECORDED', ['ALLOW']]]);
  });
});

describe('Looks that change nothing', () => {
  const look = { type: 'AccessGranted', v: 1, action: 'ListDocuments' } as Tagged;
  const renamed = s.asking({ ...s.doctor, name: 'Somebody Else' });
  const moments = (log: Log): readonly Instant[] =>
    changing({ document: DOCUMENT, versions, facts: log.facts, period: { from: FROM, until: UNTIL } }).facts.map(({ at }) => at);

  it('are no moments at which anybody is asked about: the answer to a busy day is that to a quiet one', () => {
    const busy = life().add(MORNING, 'access', consent(EVENING));
    for (let n = 0; n < 200; n++) busy.add(p.later(MORNING, n + 1), 'passage', look, s.asking(s.doctor));
    const quiet = life().add(MORNING, 'access', consent(EVENING));
    expect(moments(busy)).toEqual(moments(quiet));
    expect(JSON.stringify(asked(busy))).toBe(JSON.stringify(asked(quiet)));
  });

  it('count where somebody states himself otherwise than before, and where two were written in another order than they were done', () => {
    const before = moments(life());
    const [first, second] = [p.later(MORNING, 1), p.later(MORNING, 2)];
    expect(moments(life().add(first, 'passage', look, renamed))).toEqual([...before, first]);
    const crossed = life().add(second, 'passage', look, renamed).add(first, 'passage', look, renamed);
    expect(moments(crossed)).toEqual([...before, second, first]);
  });
});
