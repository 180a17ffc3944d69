import { readFileSync } from 'node:fs';
import { SCHEDULER, type Actor } from '../../src/domain/shared/actor.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { activityHistory } from '../../src/projections/history/activity-history.js';
import { sentences, type HistoryFact } from '../../src/projections/history/sentences.js';
import { kindOf, statedBy, whoActed } from '../../src/projections/history/who.js';
import type { Sentence, Telling } from '../../src/projections/history/words.js';
import { endingFacts, passageFacts, spaceFacts } from '../support/enrolment-facts.js';
import { rowsAfter, told, writtenAt } from '../support/projecting.js';
import {
  accessFacts,
  claire,
  copyFacts,
  DOCUMENT,
  documentFacts,
  lilas,
  looked,
  refused,
  refusedAgain,
  VEILED_DOCUMENT,
} from '../support/record-facts.js';
import type { Projection } from '../../src/projections/shared/projection.js';

const SPACE = '0b8f6f0e-90f7-4c10-8f6e-3f61a6a1c001';
const facts: readonly HistoryFact[] = [
  ...Object.values(spaceFacts),
  ...Object.values(endingFacts),
  ...Object.values(accessFacts),
  ...Object.values(documentFacts(SPACE, DOCUMENT)),
  ...Object.values(copyFacts),
  ...Object.values(passageFacts),
  looked('DownloadDocument', { document: DOCUMENT }),
  refused(SPACE, { document: DOCUMENT }),
  refused(SPACE, { action: 'MaskDocuments', reason: 'not-allowed' }),
  refusedAgain(SPACE, 3),
];
const telling = (more: Partial<Telling> = {}, actor: Actor = claire): Telling => ({
  who: whoActed(kindOf(actor, undefined), statedBy(actor)),
  mode: 'normal',
  again: 0,
  whom: ({ kind }) => (kind === 'FACILITY' ? { fr: 'Centre X', en: 'Centre X' } : { fr: 'Dr Y (médecin)', en: 'Dr Y (doctor)' }),
  titles: (ids) => ids.map((id) => (id === DOCUMENT ? 'Compte rendu' : 'Ordonnance')),
  ...more,
});
const sayable = facts.filter(({ type }) => sentences[type] !== null);
const saying = (fact: HistoryFact, with_: Telling = telling()) => {
  const sentence = sentences[fact.type] as Sentence<HistoryFact>;
  return sentence.say(JSON.parse(JSON.stringify(sentence.keep(fact))), with_);
};
const tell = (stream: StreamName, ...events: readonly HistoryFact[]): readonly Recorded[] => told<HistoryFact>(stream, ...events);
const rows = (...recorded: readonly (readonly Recorded[])[]) => rowsAfter(activityHistory as unknown as Projection, recorded.flat());
const by = (actor: Actor, ...recorded: readonly Recorded[]): readonly Recorded[] =>
  recorded.map((fact) => ({ ...fact, meta: { ...fact.meta, who: actor } }));
const at = (from: bigint, recorded: readonly Recorded[]): readonly Recorded[] =>
  recorded.map((fact) => ({ ...fact, position: from + fact.position }));

describe('The activity history', () => {
  it('has a line for every fact of a space, its rights and its documents, in one lane', () => {
    const space = tell(`space-${SPACE}`, ...Object.values(spaceFacts));
    const access = at(100n, tell(`access-${SPACE}`, ...Object.values(accessFacts)));
    const record = at(200n, tell(`record-${SPACE}`, ...Object.values(documentFacts(SPACE, DOCUMENT)).slice(1)));
    const lines = rows(space, access, record)['activity_line'] ?? [];
    const silent = ['DocumentDescribed'];
    expect(lines.map(({ kind }) => kind).sort()).toEqual(
      [...space, ...access, ...record]
        .map(({ event }) => event.type)
        .filter((type) => !silent.includes(type))
        .sort(),
    );
    expect(new Set(lines.map(({ lane, space_id }) => `${lane} ${space_id}`))).toEqual(new Set([`LIFE ${SPACE}`]));
    expect(lines[0]).toMatchObject({ at: writtenAt(0), stream: 'space', rev: 0, kind: 'PersonDeclaredEligible', by: 'system' });
  });

  it('keeps people who looked, software that looked and who was refused apart', () => {
    const passages = tell(`passage-${SPACE}`, looked('ListDocuments'), looked('ListDocuments'), looked('FindPatient'));
    const [first = [], second = [], third = []] = passages.map((fact) => [fact]);
    const denied = at(10n, tell('actor-a1', refused(SPACE)));
    const lines = rows(by(claire, ...first), by(SCHEDULER, ...second), by(lilas, ...third), by(claire, ...denied))['activity_line'] ?? [];
    const lanes = lines.map(({ lane, by: who, stream }) => `${lane} ${who} ${stream}`).sort();
    expect(lanes).toEqual([
      'ACCESS professional passage',
      'MACHINE facility passage',
      'MACHINE system passage',
      'REFUSED professional actor-a1',
    ]);
  });

  it('hides what lies under a veil for as long as the veil does, refusals that name it too', () => {
    const { VeilOpened, DocumentDeposited, AnnouncementConsultationHeld } = documentFacts(SPACE, VEILED_DOCUMENT, {
      confidentiality: ['INVISIBLE_PATIENT'],
    });
    const veil = tell('veil-v1', VeilOpened, DocumentDeposited, looked('GetDocument', { space: SPACE, document: VEILED_DOCUMENT }));
    const denied = at(10n, tell('actor-a1', refused(SPACE, { veil: 'veil-v1' })));
    const before = rows(veil, denied);
    expect(before['activity_veil']).toEqual([
      { veil: 'veil-v1', space_id: SPACE, visible_at: '2026-12-19T23:00:00.000Z', hidden_from_representatives: false },
      { veil: 'veil-v1/secret', space_id: SPACE, visible_at: '2026-12-19T23:00:00.000Z', hidden_from_representatives: true },
    ]);
    expect(before['activity_line']?.map(({ veil: under, space_id }) => [under, space_id])).toEqual(
      Array.from({ length: 3 }, () => ['veil-v1', SPACE]),
    );
    expect(rows(veil, by(claire, ...tell('veil-v1', VeilOpened, AnnouncementConsultationHeld)))['activity_veil']).toMatchObject([
      { visible_at: null, hidden_from_representatives: false },
      { visible_at: null, hidden_from_representatives: true },
    ]);
  });

  it('does not know anybody by what he did under a veil, or by a refusal of no space', () => {
    const { VeilOpened, DocumentDeposited } = documentFacts(SPACE, VEILED_DOCUMENT);
    expect(rows(by(claire, ...tell('veil-v1', VeilOpened, DocumentDeposited)))['activity_seen']).toEqual([]);
    expect(rows(tell('actor-a1', refused('')))['activity_line']).toEqual([]);
  });

  it.each(sayable.map((fact) => [fact.type, fact] as const))('tells %s as whole sentences in both languages', (_, fact) => {
    const { fr, en } = saying(fact);
    expect(fr).toMatch(/^[A-ZÀ-Ý].{15,}\.$/);
    expect(en).toMatch(/^[A-Z].{15,}\.$/);
    expect(`${fr} ${en}`).not.toMatch(/undefined|NaN|\[object|\d{4}-\d{2}-\d{2}T/);
  });

  it('shows every type of fact to this test', () =>
    expect(new Set(facts.map(({ type }) => type))).toEqual(new Set(Object.keys(sentences))));

  it('says them in these words', () => {
    const said = sayable.map((fact) => [fact.type, saying(fact).fr, saying(fact).en].join('\n')).join('\n\n');
    expect(`${said}\n`).toBe(readFileSync(new URL('../golden/history/sentences.txt', import.meta.url), 'utf8'));
  });

  it('names the professional, his profession and where he works, and the document when its title may be told', () => {
    expect(saying(looked('ListDocuments')).fr).toBe(
      'Dr Claire Martin (médecin, Centre de santé des Lilas) a consulté la liste de vos documents.',
    );
    const opened = looked('DownloadDocument', { document: DOCUMENT });
    expect(saying(opened).en).toBe('Dr Claire Martin (doctor, Centre de santé des Lilas) opened a document (“Compte rendu”).');
    expect(saying(opened, telling({ titles: () => [] })).en).toBe(
      'Dr Claire Martin (doctor, Centre de santé des Lilas) opened a document.',
    );
  });

  it('says that it was an emergency, and how often somebody was refused', () => {
    expect(saying(looked('ListDocuments'), telling({ mode: 'bris_de_glace' })).fr).toMatch(/documents, en urgence \(bris de glace\)\.$/);
    expect(saying(refused(SPACE), telling({ again: 3 })).fr).toMatch(
      /a tenté d’ouvrir un document \(4 fois\)\. Refus : le document est masqué\.$/,
    );
  });

  it('keeps nothing of a person that no sentence needs, and no title', () => {
    const kept = JSON.stringify(sayable.map((fact) => (sentences[fact.type] as Sentence<HistoryFact>).keep(fact)));
    expect(kept).not.toMatch(/EXEMPLE|CAMILLE|258113399990203|example|12345678901|"d1"|"d2"|"s1"|parent|Compte rendu/);
  });
});
