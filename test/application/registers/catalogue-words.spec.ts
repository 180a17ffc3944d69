import { describe, expect, it } from '@jest/globals';
import { wordsOfCatalogue } from '../../../src/application/registers/accounts.questions.js';

describe('What is said of a catalogue of services', () => {
  it('a version without one says so, and which matrix was in force', () => {
    expect(wordsOfCatalogue([], { version: 3, professions: 40 })).toMatch(
      /n’a pas de catalogue de services.*matrice n° 3 a 40 professions/s,
    );
  });

  it('a version that writes facts of services names them instead of denying them', () => {
    const words = wordsOfCatalogue(['service', 'pairing'], null);
    expect(words).toBe('Faits de services écrits par cette version : service, pairing. Aucune matrice n’était en vigueur.');
  });
});
