import { describe, expect, it } from '@jest/globals';
import { ALLOWED } from '../../../src/infrastructure/export/allow-list.js';
import { pseudonymised } from '../../../src/infrastructure/export/pseudonymising.js';
import { pseudonymsOfOneExport } from '../../../src/infrastructure/export/refs.js';
import { TYPE_WORDS } from '../../../src/infrastructure/export/type-words.js';
import { knownFacts } from '../../../src/infrastructure/system/known-facts.js';

const types = [...new Set(Object.values(knownFacts).flatMap((facts) => Object.keys(facts)))].sort();
const key = Buffer.alloc(32, 7);
const m = {
  who: {
    kind: 'professional',
    id: '810000000001',
    idSystem: '1.2.250.1.71.4.2.1',
    name: 'Ange INVENTÉ',
    profession: { system: '1.2.250.1.213.1.1.5.5', code: '10' },
    facility: { id: '750000001', name: 'Clinique inventée' },
  },
  purpose: 'une raison librement écrite',
  cause: 'c-1',
  corr: 'r-1',
  command: { id: 'x', digest: 'y' },
};

describe('What a pseudonymised export shows', () => {
  it('every type of fact has a row in the allow list, and words in the dictionary; no row is for nothing', () => {
    expect(Object.keys(ALLOWED).sort()).toEqual(types);
    expect(Object.keys(TYPE_WORDS).sort()).toEqual(types);
  });

  it('a type without a row shows nothing of its payload', () => {
    const shown = pseudonymised({ t: 'NeverHeardOf', tv: 1, m, d: { name: 'Dominique' } }, pseudonymsOfOneExport(key));
    expect(shown['d']).toEqual({});
  });

  it('a member that is not listed is left out, an id is replaced, a free text never shows', () => {
    const d = {
      professional: '810000000001',
      mode: 'bris_de_glace',
      reason: 'patient inconscient, Mme Inventée',
      until: '2026-01-05T10:00:00.000Z',
    };
    const shown = pseudonymised({ t: 'BreakGlassUsed', tv: 1, m, d }, pseudonymsOfOneExport(key));
    expect(Object.keys(shown['d'] as object).sort()).toEqual(['mode', 'professional', 'until']);
    for (const secret of ['810000000001', 'Ange', 'Clinique', '750000001', 'inconscient', 'librement', 'c-1'])
      expect(JSON.stringify(shown)).not.toContain(secret);
  });

  it('the same id has the same pseudonym within an export, another one in the next, and another for another kind', () => {
    const [one, other] = [pseudonymsOfOneExport(key), pseudonymsOfOneExport()];
    expect(one.ref('person', 'a')).toBe(one.ref('person', 'a'));
    expect(one.ref('person', 'a')).not.toBe(other.ref('person', 'a'));
    expect(one.ref('person', 'a')).not.toBe(one.ref('professional', 'a'));
  });
});
