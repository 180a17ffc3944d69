import 'reflect-metadata';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { answers, answerTo, languageOf, problemOf } from '../../src/infrastructure/api/problem.js';
import { problemTexts } from '../../src/infrastructure/api/problem-texts.js';
import { ConcurrencyConflict, KeyGone, StoreUnavailable, UnreadableEvent } from '../../src/application/shared/ports.js';
import { Refused } from '../../src/application/shared/refused.js';
import { reject } from '../../src/domain/shared/rejection.js';

const CODE = /'((?:access|audit|enrolment|identity|query|record|request|seal)\/[a-z-]+)'/g;

/** The code of the system, but for the catalogue itself. */
async function source(): Promise<string> {
  const files = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts') && !name.endsWith('problem-texts.ts'));
  return (await Promise.all(files.map((name) => readFile(join('src', name), 'utf8')))).join('\n');
}

describe('Refusals', () => {
  it('all have a text in both languages, and no text is without its refusal', async () => {
    const text = await source();
    const codes = new Set([...text.matchAll(CODE)].map(([, code]) => code ?? ''));
    expect(codes.size).toBeGreaterThan(30);
    expect([...codes].filter((code) => problemTexts[code] === undefined)).toEqual([]);
    expect(Object.keys(problemTexts).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it.each(Object.entries(problemTexts))('%s says something in French and in English', (_, { fr, en }) => {
    expect(fr).toMatch(/^\p{Lu}.*[.?]$/u);
    expect(en).toMatch(/^\p{Lu}.*[.?]$/u);
    expect(fr).not.toBe(en);
  });

  it('carry every refusal that holds at the same time', () => {
    const given = answerTo(new Refused({ ...reject('conflict', 'enrolment/closed'), also: ['enrolment/not-open'] }));
    expect(problemOf(given, 'b0c4', 'en')).toEqual({
      type: 'urn:mon-espace-sante:problem:enrolment:closed',
      title: answers.conflict.title,
      status: 409,
      code: 'enrolment/closed',
      detail: 'The space is closed.',
      instance: 'urn:uuid:b0c4',
      also: ['enrolment/not-open'],
    });
  });

  it.each([
    [new StoreUnavailable('x'), 503, 'request/store-unavailable'],
    [new UnreadableEvent('space-1', 3, 'x'), 503, 'request/space-quarantined'],
    [new KeyGone('x'), 410, 'request/erased'],
    [new ConcurrencyConflict('space-1', 3), 409, 'request/too-busy'],
    [new Error('SELECT secret'), 500, 'request/our-fault'],
    ['a text', 500, 'request/our-fault'],
    [null, 500, 'request/our-fault'],
  ])('answer %p with %d %s', (error, status, code) => {
    const given = answerTo(error);
    expect([answers[given.kind].status, given.code]).toEqual([status, code]);
    expect(JSON.stringify(problemOf(given, 'b0c4', 'fr'))).not.toContain('secret');
  });

  it.each([
    [undefined, 'fr'],
    ['', 'fr'],
    ['en', 'en'],
    ['en-GB,fr;q=0.8', 'en'],
    ['fr-FR,en;q=0.9', 'fr'],
    ['de,en;q=0.5', 'en'],
    ['en;q=0', 'fr'],
    ['*', 'fr'],
    ['en;q=abc', 'en'],
  ])('speak to Accept-Language %p in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
