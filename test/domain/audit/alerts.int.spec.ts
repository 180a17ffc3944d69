import { describe, expect, it } from '@jest/globals';
import { ALERT_RULES, faultOfBook } from '../../../src/domain/audit/alert-rules.js';
import { instant } from '../../../src/domain/shared/time.js';
import { scenarios } from '../../support/alert-scenarios.js';
import { after, look, person, PHARMACIST, rulesIn, SHIPPED, TUESDAY, watch } from '../../support/looks.js';
import { ordinaryAccesses } from '../../support/ordinary-accesses.js';
import { trustFigures } from '../../support/trust/figures.js';

const book = ({ note: _, ...rest }: typeof SHIPPED) => rest;

describe('The rules of alerts', () => {
  it('have at least twelve seeded scenarios, one for each rule', () => {
    expect(scenarios.map(({ rule }) => rule).sort()).toEqual([...ALERT_RULES].sort());
    expect(scenarios.length).toBeGreaterThanOrEqual(12);
  });

  it.each(scenarios.map(({ story, rule, looks }) => [rule, story, looks] as const))('%s: %s', (rule, _, looks) => {
    const alerts = watch(looks).filter((alert) => alert.rule === rule);
    expect(alerts).toHaveLength(1);
    const [{ measured, most, accesses }] = alerts as [(typeof alerts)[0]];
    expect(measured).toBe(most + 1);
    expect(accesses).toContain(looks.at(-1)?.id);
  });

  it.each(scenarios.filter(({ looks }) => looks.length > 1).map(({ rule, looks }) => [rule, looks] as const))(
    '%s is silent one access before',
    (rule, looks) => {
      expect(rulesIn(watch(looks.slice(0, -1)))).not.toContain(rule);
    },
  );

  it('find the same in the same accesses, however often they are computed', () => {
    const all = scenarios.flatMap(({ looks }) => looks);
    expect(watch(all)).toEqual(watch(all));
  });

  it('raise less than one false alert for a hundred of 100,000 ordinary accesses', () => {
    const ordinary = [...ordinaryAccesses(100_000)];
    expect(ordinary).toHaveLength(100_000);
    const alerts = watch(ordinary);
    const seeded = scenarios.filter(({ rule, looks }) => rulesIn(watch(looks)).includes(rule));
    // Chance finds some: a rule that nothing ordinary comes near would find nothing either.
    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts.length).toBeLessThan(1_000);
    expect(seeded).toHaveLength(scenarios.length);
    trustFigures('alerts', { scenarios: scenarios.length, found: seeded.length, ordinary: ordinary.length, false: alerts.length });
  });

  it('find every seeded scenario among ordinary accesses of the same actor', () => {
    for (const { rule, looks } of scenarios) {
      const actor = looks[0]?.actor ?? '';
      const ordinary = [...ordinaryAccesses(40)].filter(({ at }) => at < (looks[0]?.at ?? ''));
      const mixed = [...ordinary.map((one) => ({ ...one, actor })), ...looks];
      expect([rule, rulesIn(watch(mixed)).includes(rule)]).toEqual([rule, true]);
    }
  });

  describe('count', () => {
    it('people, not looks: somebody who reads one record all day is no crowd', () => {
      const looks = Array.from({ length: 200 }, (_, n) => look({ at: after(TUESDAY, n / 4), action: 'GetDocument' }));
      expect(rulesIn(watch(looks))).toEqual([]);
    });

    it('by the role: what is a crowd for a doctor is an ordinary hour for a pharmacist', () => {
      const crowd = Array.from({ length: 30 }, (_, n) => ({ at: after(TUESDAY, n * 2), space: `p-${n}` }));
      expect(rulesIn(watch(crowd.map(look)))).toContain('many-people');
      expect(rulesIn(watch(crowd.map((one) => look({ ...one, profession: PHARMACIST }))))).not.toContain('many-people');
    });

    it('documents of people who were read before as an export, and the opening of a document that a link gave as none', () => {
      const opened = Array.from({ length: 41 }, (_, n) =>
        look({ at: after(TUESDAY, 5 + n), action: 'DownloadDocument', document: `document-${n}` }),
      );
      const listed = (minute: number) => look({ at: after(TUESDAY, minute), action: 'ListDocuments' });
      expect(rulesIn(watch([listed(0), ...opened]))).toContain('mass-download');
      expect(rulesIn(watch(opened))).not.toContain('mass-download');
      expect(rulesIn(watch([...opened, listed(46)]))).not.toContain('mass-download');
      expect(rulesIn(watch([look({ at: TUESDAY, action: 'ListDocuments', space: 'other' }), ...opened]))).not.toContain('mass-download');
    });

    it('within their time only: the same people over a day raise nothing', () => {
      const looks = Array.from({ length: 16 }, (_, n) => look({ at: after(TUESDAY, n * 30), space: `p-${n}` }));
      expect(rulesIn(watch(looks))).not.toContain('many-people');
    });

    it('the night in Paris, in winter and in summer', () => {
      const five = (begin: string) => Array.from({ length: 5 }, (_, n) => look({ at: after(instant(begin), n), space: `p-${n}` }));
      for (const [begin, found] of [
        ['2027-01-12T20:50:00Z', false],
        ['2027-01-12T21:01:00Z', true],
        ['2027-07-13T19:50:00Z', false],
        ['2027-07-13T20:01:00Z', true],
        ['2027-07-13T04:01:00Z', false],
      ] as const)
        expect([begin, rulesIn(watch(five(begin))).includes('after-hours')]).toEqual([begin, found]);
    });
  });

  it('compare names whatever their accents, case and hyphens, and no part of a name with another name', () => {
    const named = (whose: ReturnType<typeof person>) => rulesIn(watch([look({ name: ['CLAIRE', 'FONTAINE', 'LEGER'], whose })]));
    expect(named(person('Fontaine-Léger', 'Julien'))).toEqual(['same-name']);
    expect(named(person('FONTAINE LEGER', 'claire'))).toEqual(['own-record']);
    expect(named(person('Font', 'Claire'))).toEqual([]);
  });

  it('leave the attending doctor alone with a namesake and with somebody known, but not with himself', () => {
    const attending = (whose: ReturnType<typeof person>) => rulesIn(watch([look({ whose, reason: 'ATTENDING_DOCTOR' })]));
    expect(attending(person('Fontaine', 'Julien', { watched: true, colleague: true }))).toEqual([]);
    expect(attending(person('Fontaine', 'Claire'))).toEqual(['own-record']);
  });
});

describe('The book of rules', () => {
  it('is shipped in a sound form', () => {
    expect(faultOfBook(book(SHIPPED))).toBeNull();
  });

  it.each([
    ['a rule missing', '/thresholds/many-people', (b: any) => delete b.thresholds['many-people']], // eslint-disable-line @typescript-eslint/no-explicit-any
    ['a rule too many', '/thresholds', (b: any) => (b.thresholds['no-such-rule'] = {})], // eslint-disable-line @typescript-eslint/no-explicit-any
    ['a number that is a text', '/thresholds/many-people/minutes', (b: any) => (b.thresholds['many-people'].minutes = '60')], // eslint-disable-line @typescript-eslint/no-explicit-any
    ['a time longer than a day', '/thresholds/many-people/minutes', (b: any) => (b.thresholds['many-people'].minutes = 1_441)], // eslint-disable-line @typescript-eslint/no-explicit-any
    ['nobody forgotten', '/thresholds/many-people/most', (b: any) => b.thresholds['many-people'].most.pop()], // eslint-disable-line @typescript-eslint/no-explicit-any
    ['a member too many', '/note', (b: any) => (b.note = 'x')], // eslint-disable-line @typescript-eslint/no-explicit-any
  ])('is refused with %s, where it is', (_, path, spoil) => {
    const spoilt = structuredClone(book(SHIPPED));
    spoil(spoilt);
    expect(faultOfBook(spoilt)).toBe(path);
  });
});
