import { judgeLine } from '../../../src/application/enrolment/beneficiary-line.js';
import { refusalOfIns } from '../../../src/domain/enrolment/beneficiary.js';
import type { LocalDate } from '../../../src/domain/shared/time.js';
import { inventPeople } from '../../../src/infrastructure/campaign/invented-people.js';

const people = [...inventPeople({ count: 5_000, seed: 'first', year: 2026 })];
const judged = people.map((person) => judgeLine(person, { today: '2026-11-22' as LocalDate, production: false }));

describe('invented people', () => {
  it('are the same for the same seed, and others for another', () => {
    expect([...inventPeople({ count: 5_000, seed: 'first', year: 2026 })]).toEqual(people);
    expect([...inventPeople({ count: 50, seed: 'second', year: 2026 })]).not.toEqual(people.slice(0, 50));
  });

  it('are all accepted by the import', () => {
    expect(judged.filter(({ accepted }) => !accepted)).toEqual([]);
  });

  it('have valid INS of the test range that can be attributed to nobody, each a single time', () => {
    expect(people.filter(({ ins }) => refusalOfIns(ins) !== null)).toEqual([]);
    expect(
      people.filter(({ ins, ins_oid }) => !/^[12]\d{4}(\d\d|2[AB])9999\d\d\d\d$/.test(ins) || ins_oid !== '1.2.250.1.213.1.4.10'),
    ).toEqual([]);
    expect(new Set(people.map(({ ins }) => ins)).size).toBe(people.length);
  });

  it('were born when their INS says', () => {
    expect(people.filter(({ ins, birth_date }) => ins.slice(1, 5) !== birth_date.slice(2, 4) + birth_date.slice(5, 7))).toEqual([]);
  });

  it('can be reached nowhere: mailboxes under .test, post codes that do not exist', () => {
    expect(people.filter(({ email }) => email !== '' && !email.endsWith('.test'))).toEqual([]);
    expect(people.filter(({ postal_code }) => !postal_code.startsWith('00'))).toEqual([]);
  });

  it('are mostly adults, some children with a parent in the file, some without mailbox, few without card', () => {
    const known = new Set(people.map(({ ins }) => ins));
    const children = people.filter((_, i) => judged[i]?.accepted === true && judged[i].deferred);
    const share = (part: readonly unknown[]) => Math.round((100 * part.length) / people.length);
    expect(share(children)).toBe(4);
    expect(children.filter(({ representative_1_ins }) => !known.has(representative_1_ins))).toEqual([]);
    expect(share(people.filter(({ email }) => email === ''))).toBeGreaterThan(10);
    expect(share(people.filter(({ vitale_serial }) => vitale_serial === ''))).toBe(2);
  });
});
