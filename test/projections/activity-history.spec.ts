import { activityHistory } from '../../src/projections/enrolment/activity-history.js';
import { sentences, type HistoryFact, type Sentence } from '../../src/projections/enrolment/history-sentences.js';
import { passageFacts, spaceFacts } from '../support/enrolment-facts.js';
import { projecting, writtenAt } from '../support/projecting.js';

const { given } = projecting(activityHistory);
const facts: readonly HistoryFact[] = [...Object.values(spaceFacts), ...Object.values(passageFacts)];
const told = (fact: HistoryFact, by: 'person' | 'support' = 'person') => {
  const sentence = sentences[fact.type] as Sentence<HistoryFact>;
  return sentence.say(JSON.parse(JSON.stringify(sentence.keep(fact))), by);
};

describe('The activity history', () => {
  it('has a line for every fact in the life of the space', () =>
    given('space-a', ...Object.values(spaceFacts)).then({
      activity_line: Object.values(spaceFacts).map(({ type }, rev) => ({
        space_id: 'a',
        lane: 'LIFE',
        rev,
        kind: type,
        at: writtenAt(rev),
      })),
    }));

  it('has a line for everybody who looked', () =>
    given('passage-a', passageFacts.AccessGranted).then({
      activity_line: [{ space_id: 'a', lane: 'ACCESS', rev: 0, kind: 'AccessGranted', by: 'system' }],
    }));

  it.each(facts.map((fact) => [fact.type, fact] as const))('tells %s as a whole sentence in both languages', (_, fact) => {
    const { fr, en } = told(fact);
    expect(fr).toMatch(/^[A-ZÀ-Ý].{15,}\.$/);
    expect(en).toMatch(/^[A-Z].{15,}\.$/);
    expect(`${fr} ${en}`).not.toMatch(/undefined|NaN|\[object|\d{4}-\d{2}-\d{2}T/);
  });

  it('names dates as people write them', () => {
    expect(told(spaceFacts.InvitationSent)).toEqual({
      fr: 'Une lettre d’information vous a été envoyée par courriel. Vous pouvez vous opposer à la création de votre espace jusqu’au vendredi 1 janvier 2027 (inclus). Sans opposition, il s’ouvrira le samedi 2 janvier 2027.',
      en: 'An information letter was sent to you by e-mail. You can oppose the creation of your space until Friday 1 January 2027 (included). Without opposition it opens on Saturday 2 January 2027.',
    });
  });

  it('says who looked, and at which past state', () => {
    expect(told(passageFacts.AccessGranted, 'support').fr).toBe('Un agent du 3422 a consulté l’état de votre espace.');
    expect(told({ ...passageFacts.AccessGranted, asOf: '2026-12-01T11:30:00.000Z' }).en).toBe(
      'You looked at the state of your space, as of Tuesday 1 December 2026 at 12:30.',
    );
  });

  it('keeps nothing of a person that no sentence needs', () => {
    const kept = JSON.stringify(facts.map((fact) => (sentences[fact.type] as Sentence<HistoryFact>).keep(fact)));
    expect(kept).not.toMatch(/EXEMPLE|CAMILLE|258113399990203|example|12345678901|d1|s1/);
  });
});
