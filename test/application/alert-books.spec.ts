import { describe, expect, it } from '@jest/globals';
import { AlertBooks } from '../../src/application/audit/alert-books.js';
import type { AlertRulesEvent } from '../../src/domain/audit/alert-rule-versions.js';
import type { Journal } from '../../src/application/shared/ports.js';
import { told } from '../support/projecting.js';
import { SHIPPED } from '../support/looks.js';

const published = (version: number): AlertRulesEvent => {
  const { reviewHours, watched, thresholds } = SHIPPED;
  return { type: 'AlertRulesPublished', v: 1, version, source: `s${version}`, reason: 'r', reviewHours, watched, thresholds };
};
const facts = told('alert-rules', published(1), published(2), published(3));

/** Answers each reading when it is told up to where the stream reached then; what lies at `released` is read by nobody. */
function booksOn(released: number | null = null) {
  const asked: { readonly from: number; readonly answer: (length: number) => void }[] = [];
  const read = (_: string, from: number) =>
    new Promise((resolve) => {
      const answer = (length: number): void => {
        const its = facts.slice(from, length).filter(({ rev }) => rev !== released);
        resolve({ facts: its, revision: Math.max(length, from) - 1 });
      };
      asked.push({ from, answer });
    });
  return { books: new AlertBooks({ read } as unknown as Journal), asked };
}
const versions = async (all: ReturnType<AlertBooks['all']>) => (await all).map(({ version }) => version);

describe('The rules of alerts', () => {
  it('are those of whoever read furthest, when several read at the same time', async () => {
    const { books, asked } = booksOn();
    const [first, second] = [books.all(), books.all()];
    asked[0]?.answer(1);
    expect(await versions(first)).toEqual([1]);
    asked[1]?.answer(2);
    expect(await versions(second)).toEqual([1, 2]);
  });

  it('are read on from where they were read to, also where one of them can no longer be read', async () => {
    const { books, asked } = booksOn(1);
    const first = books.all();
    asked[0]?.answer(3);
    expect(await versions(first)).toEqual([1, 3]);
    const again = books.all();
    asked[1]?.answer(3);
    expect([asked[1]?.from, await versions(again)]).toEqual([3, [1, 3]]);
  });
});
