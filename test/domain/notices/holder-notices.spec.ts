import type { AccessEvent } from '../../../src/domain/access/access-vocabulary.js';
import type { PassageEvent } from '../../../src/domain/access/passage.js';
import type { SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import { holderNotices, type NoticeCall } from '../../../src/domain/notices/holder-notices.js';
import { hiddenByVeil } from '../../../src/domain/notices/veil-knowledge.js';
import type { Confidentiality, DocumentEvent } from '../../../src/domain/record/document-vocabulary.js';
import type { CopyEvent } from '../../../src/domain/portability/copy-vocabulary.js';
import { visibleAt } from '../../../src/domain/record/hiding.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import { idOf, type Circumstances, type Recorded, type StreamName } from '../../../src/domain/shared/fact.js';
import type { Consequence } from '../../../src/domain/shared/process.js';
import { epochOf, instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { agent, alice, bearer, compliance, DAY_0, day, operator, scheduler } from '../../personas/index.js';
import { asking, doctor, insurer, oneOf, software } from '../../support/access-stories.js';
import { deepFreeze } from '../../support/deep-freeze.js';

type Told = DocumentEvent | CopyEvent | AccessEvent | PassageEvent | SpaceEvent;
const martin = asking(doctor);
const asStated = { kind: 'PROFESSIONAL', id: doctor.id, name: doctor.name, profession: doctor.profession, facility: doctor.facility };

const seen = new Set<string>();
/** What one fact of this stream, brought about by somebody, calls for: the same every time. */
function callsFor(stream: StreamName, event: Told, who: Actor, more: Partial<Circumstances> = {}): readonly Consequence<NoticeCall>[] {
  seen.add(event.type);
  const meta: Circumstances = { who, cause: 'c', corr: 'c', command: { id: 'i', digest: 'd' }, ...more };
  const fact: Recorded = deepFreeze({ event, stream, rev: 4, position: 5n, at: DAY_0, meta });
  const reactions = holderNotices.on as unknown as Record<
    string,
    ((fact: Recorded, id: string) => readonly Consequence<NoticeCall>[]) | undefined
  >;
  const react = () => reactions[event.type]?.(fact, idOf(stream)) ?? [];
  expect(react()).toEqual(react());
  return react();
}
const kinds = (calls: readonly Consequence<NoticeCall>[]) => calls.map(({ wish }) => (wish.type === 'TellHolder' ? wish.kind : wish.type));

const deposited = (more: { version?: number; confidentiality?: readonly Confidentiality[] } = {}): DocumentEvent => ({
  type: 'DocumentDeposited',
  v: 1,
  space: 'a',
  document: 'd1',
  set: 'd1',
  version: 1,
  since: DAY_0,
  depositor: 'PROFESSIONAL',
  confidentiality: ['N'],
  blob: 'b1',
  submission: 's1',
  ...more,
});
const ofDocument = (
  type:
    | 'DocumentArchived'
    | 'DocumentUnarchived'
    | 'AnnouncementConsultationHeld'
    | 'AnnouncementReminderSent'
    | 'DocumentRevealedAutomatically',
): DocumentEvent => ({ type, v: 1, space: 'a', document: 'd1' });
const masked = (more: { readonly along?: string } = {}): DocumentEvent => ({
  type: 'DocumentConfidentialityChanged',
  v: 1,
  space: 'a',
  document: 'd1',
  masked: true,
  ...more,
});
const unpublished: DocumentEvent = { type: 'DocumentUnpublished', v: 1, space: 'a', document: 'd1', reason: 'ERROR', blob: 'b1' };
const granted = (action = 'GetDocument', space?: string): PassageEvent => ({
  type: 'AccessGranted',
  v: 1,
  action,
  ...(space === undefined ? {} : { space }),
});
const inMode = (mode: string): Partial<Circumstances> => ({
  ground: { outcome: 'ALLOW', rule: '5', reason: 'EMERGENCY', mode, matrix: 1, facts: [] },
});
const broken: AccessEvent = {
  type: 'BreakGlassUsed',
  v: 1,
  professional: doctor.id,
  mode: 'bris_de_glace',
  reason: 'CANARI',
  until: day(1),
};

const rights: readonly AccessEvent[] = [
  {
    type: 'AccessConsentRecorded',
    v: 1,
    consent: 'c1',
    grantee: oneOf(doctor),
    basis: 'EXPLICIT',
    scope: ['CONSULT'],
    means: 'ORAL',
    until: day(9),
  },
  { type: 'AccessConsentWithdrawn', v: 1, grantee: oneOf(doctor) },
  { type: 'TemporaryAccessUsed', v: 1, access: 't1', grantee: oneOf(doctor), until: day(1) },
  { type: 'ProfessionalBlocked', v: 1, professional: '8x' },
  { type: 'ProfessionalUnblocked', v: 1, professional: '8x' },
  { type: 'FacilityBlocked', v: 1, facility: 'f' },
  { type: 'FacilityUnblocked', v: 1, facility: 'f' },
  { type: 'AttendingDoctorDeclared', v: 1, professional: doctor.id },
  { type: 'AttendingDoctorEnded', v: 1, professional: doctor.id },
  { type: 'AdministratorGranted', v: 1, professional: doctor.id },
  { type: 'AdministratorRevoked', v: 1, professional: doctor.id },
  { type: 'LegalRepresentativeLinked', v: 1, subject: alice.subject, until: day(9) },
  { type: 'LegalRepresentationEnded', v: 1, subject: alice.subject, reason: 'MAJORITY' },
];
const closed: SpaceEvent = { type: 'SpaceClosed', v: 1, reason: 'HOLDER_REQUEST', requestedBy: 'SUPPORT', archivedUntil: day(9) };
const reopened: SpaceEvent = { type: 'SpaceReopened', v: 1, subject: alice.subject, restoredFromArchive: true };

describe('The holder is told', () => {
  it.each([
    [martin, asStated],
    [software(), { kind: 'FACILITY', id: software().facility.id, name: software().facility.name }],
    [insurer, { kind: 'INSURER' }],
  ])('of a deposit, with whoever made it as he stated himself', (who, stated) =>
    expect(callsFor('record-a', deposited(), who)).toEqual([
      {
        id: 'a',
        wish: { type: 'TellHolder', kind: 'DOCUMENT_ADDED', document: 'd1', on: DAY_0, who: stated, about: { stream: 'record', rev: 4 } },
      },
    ]),
  );

  it.each([deposited({ version: 2 }), masked(), ofDocument('DocumentArchived'), ofDocument('DocumentUnarchived'), unpublished])(
    'of what others change of a document',
    (event) => expect(kinds(callsFor('record-a', event, martin))).toEqual(['DOCUMENT_CHANGED']),
  );

  it('of a mask on many versions once', () => expect(callsFor('record-a', masked({ along: 'd2' }), martin)).toEqual([]));

  it.each(['AnnouncementConsultationHeld', 'DocumentRevealedAutomatically'] as const)(
    'of a document with many versions once: %s',
    (type) => {
      const older: DocumentEvent = { type, v: 1, space: 'a', document: 'd1', along: 'd2' };
      expect(callsFor('veil-v', older, martin)).toEqual([]);
    },
  );

  it('of each access of a professional, and when it was an emergency', () => {
    expect(kinds(callsFor('passage-a', granted(), martin, inMode('normal')))).toEqual(['ACCESS']);
    expect(kinds(callsFor('passage-a', granted(), martin))).toEqual(['ACCESS']);
    expect(kinds(callsFor('passage-a', granted(), martin, inMode('bris_de_glace')))).toEqual(['EMERGENCY_ACCESS']);
    expect(kinds(callsFor('passage-a', granted(), martin, inMode('centre_15')))).toEqual(['EMERGENCY_ACCESS']);
  });

  it('of an emergency at once, and with him his attending doctor, without the reason that was given', () => {
    const calls = callsFor('access-a', broken, martin);
    expect(kinds(calls)).toEqual(['EMERGENCY_ACCESS', 'TellAttendingDoctor']);
    expect(JSON.stringify(calls)).not.toContain('CANARI');
  });

  it.each(rights.map((event) => [event.type, event] as const))('of %s by somebody else', (_, event) =>
    expect(kinds(callsFor('access-a', event, martin))).toEqual(['RIGHTS_CHANGED']),
  );

  it('of a closure and a reopening that somebody else entered', () => {
    expect(kinds(callsFor('space-a', closed, agent))).toEqual(['SPACE_CLOSED']);
    expect(kinds(callsFor('space-a', reopened, agent))).toEqual(['SPACE_REOPENED']);
  });

  it('that a copy of the data is ready, or could not be made', () => {
    const until = day(9);
    const ready: CopyEvent = { type: 'CopyReady', v: 1, copy: 'c', blob: 'b', size: 1, sha256: '', documents: [], lines: 1, until };
    expect(kinds(callsFor('record-a', ready, scheduler))).toEqual(['COPY_READY']);
    expect(kinds(callsFor('record-a', { type: 'CopyFailed', v: 1, copy: 'c', reason: 'NOT_MADE' }, scheduler))).toEqual(['COPY_FAILED']);
  });

  it('of what was done under the secret of a minor, with the word that it was', () => {
    const [consent, emergency] = [callsFor('access-a', rights[0] as AccessEvent, martin), callsFor('access-a', broken, martin)];
    expect([...consent, ...emergency].map(({ wish }) => 'secret' in wish)).toEqual([false, false, false]);
    expect(callsFor('access-a', rights[0] as AccessEvent, martin, { secret: true })).toMatchObject([{ wish: { secret: true } }]);
    expect(callsFor('access-a', broken, martin, { secret: true })[0]).toMatchObject({ wish: { kind: 'EMERGENCY_ACCESS', secret: true } });
  });

  it('when a thing was true, not when it was written', () => {
    const on = '2026-11-19T10:00:00.000Z' as Instant;
    expect(callsFor('record-a', deposited(), martin, { on })[0]?.wish).toMatchObject({ on });
  });
});

describe('Under a veil', () => {
  it('the fact says the space, and whoever carries the wish must look under the veil first', () =>
    expect(callsFor('veil-v', granted('GetDocument', 'a'), martin)).toMatchObject([{ id: 'a', wish: { kind: 'ACCESS', veil: 'veil-v' } }]));

  it('a passage that does not say its space is told to nobody', () => expect(callsFor('veil-v', granted(), martin)).toEqual([]));

  it('a deposit that the holder may not yet know of calls for nothing', () => {
    expect(callsFor('veil-v', deposited({ confidentiality: ['INVISIBLE_PATIENT'] }), martin)).toEqual([]);
    expect(callsFor('veil-v', deposited({ confidentiality: ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] }), martin)).toEqual([]);
  });

  it('a deposit hidden from representatives is told, under its veil', () =>
    expect(callsFor('veil-v', deposited({ confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] }), martin)).toMatchObject([
      { id: 'a', wish: { kind: 'DOCUMENT_ADDED', veil: 'veil-v' } },
    ]));

  it('a reminder names no document; an announcement and the end of the month do', () => {
    const [reminder] = callsFor('veil-v', ofDocument('AnnouncementReminderSent'), scheduler);
    expect(reminder?.wish).toEqual({
      type: 'TellHolder',
      kind: 'ANNOUNCEMENT_REMINDER',
      announced: true,
      on: DAY_0,
      who: { kind: 'SERVICE' },
      veil: 'veil-v',
      about: { stream: 'veil', rev: 4 },
    });
    expect(callsFor('veil-v', ofDocument('AnnouncementConsultationHeld'), martin)).toMatchObject([
      { wish: { kind: 'DOCUMENT_ADDED', document: 'd1', announced: true } },
    ]);
    expect(callsFor('veil-v', ofDocument('DocumentRevealedAutomatically'), scheduler)).toMatchObject([
      { wish: { kind: 'DOCUMENT_REVEALED', document: 'd1', announced: true } },
    ]);
  });

  const opened = (...hiddenFrom: ('HOLDER' | 'REPRESENTATIVES')[]): DocumentEvent => ({ type: 'VeilOpened', v: 1, space: 'a', hiddenFrom });
  it.each([
    ['nothing of it', [], ['HOLDER', 'REPRESENTATIVES']],
    ['a secret connection', [opened('REPRESENTATIVES')], ['REPRESENTATIVES']],
    ['a document not yet announced', [opened('HOLDER'), deposited()], ['HOLDER']],
    ['a new version of it', [opened('HOLDER'), deposited(), deposited({ version: 2 })], ['HOLDER']],
    ['one the holder was reminded of', [opened('HOLDER'), ofDocument('AnnouncementReminderSent')], ['HOLDER']],
    ['one that was announced', [opened('HOLDER'), ofDocument('AnnouncementConsultationHeld')], []],
    ['one that was revealed', [opened('HOLDER', 'REPRESENTATIVES'), ofDocument('DocumentRevealedAutomatically')], ['REPRESENTATIVES']],
  ])('who may not know, by %s', (_, facts, hidden) =>
    expect(
      hiddenByVeil(
        facts.map((event) => ({ event })),
        DAY_0,
      ),
    ).toEqual(hidden),
  );

  it.each([
    [-1, ['HOLDER', 'REPRESENTATIVES']],
    [0, ['REPRESENTATIVES']],
    [1, ['REPRESENTATIVES']],
  ])('the holder may know when its month is over, told or not: %i milliseconds after', (after, hidden) => {
    const veil = [opened('HOLDER', 'REPRESENTATIVES'), deposited(), deposited({ version: 2 })].map((event) => ({ event }));
    expect(hiddenByVeil(veil, instantOf(epochOf(visibleAt(DAY_0)) + after))).toEqual(hidden);
  });
});

describe('Nobody is told', () => {
  const acts: readonly (readonly [StreamName, Told])[] = [
    ['record-a', deposited()],
    ['passage-a', granted()],
    ['access-a', rights[0] as AccessEvent],
    ['access-a', broken],
    ['space-a', closed],
  ];
  it.each([alice, bearer])('what the holder, or whoever acts for him, did himself', (who) =>
    expect(acts.flatMap(([stream, event]) => callsFor(stream, event, who))).toEqual([]),
  );

  it.each([agent, compliance, operator, scheduler, insurer, software()])('of passages of staff, software and insurer', (who) =>
    expect(callsFor('passage-a', granted(), who)).toEqual([]),
  );

  it('that somebody asked whether there is a space at all', () =>
    expect(callsFor('passage-a', granted('FindPatient'), martin)).toEqual([]));

  it('of facts that are only a part of others', () => {
    expect(callsFor('record-a', { type: 'DocumentReplaced', v: 1, space: 'a', document: 'd1', by: 'd2' }, martin)).toEqual([]);
    expect(callsFor('record-a', { type: 'DocumentDeleted', v: 1, space: 'a', document: 'd1', blob: 'b1' }, alice)).toEqual([]);
  });

  it('nothing of the process was left out here', () => expect(Object.keys(holderNotices.on).filter((type) => !seen.has(type))).toEqual([]));
});
