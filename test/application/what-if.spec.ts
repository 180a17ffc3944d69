import { describe, expect, it } from '@jest/globals';
import type { MatrixInForce, Matrices } from '../../src/application/access/matrices.js';
import type { CodeTables } from '../../src/application/record/code-tables.js';
import type { Foresights } from '../../src/application/replay/foresights.js';
import { WhatIfQuestions } from '../../src/application/replay/what-if.questions.js';
import type { FactBatch, FactReader } from '../../src/application/shared/fact-reader.js';
import type { Gate } from '../../src/application/shared/gate.js';
import type { IdentityRegistry } from '../../src/application/shared/ports.js';
import { Standstill } from '../../src/application/shared/standstill.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import { epochOf, instant, instantOf, type Instant } from '../../src/domain/shared/time.js';
import { told } from '../support/projecting.js';
import { looked } from '../support/record-facts.js';

const FROM = instant('2027-01-01T00:00:00.000Z');
const UNTIL = instant('2027-02-01T00:00:00.000Z');
const officer: Actor = { role: 'compliance', subject: { issuer: 'https://agents.example', sub: 'officer-1' }, assurance: 'high' };
const caller = { actor: officer, messageId: 'm', receivedAt: UNTIL, purpose: 'essai' };
const NOTHING = { decisions: 0, same: 0, allowedNow: 0, deniedNow: 0, otherReason: 0, notRecorded: 0, notReproduced: 0, changes: [] };
const later = (at: Instant, ms: number): Instant => instantOf(epochOf(at) + ms);

const questionsOn = (foresights: Foresights, reader: FactReader): WhatIfQuestions =>
  new WhatIfQuestions(
    { pass: async () => undefined } as unknown as Gate,
    {} as IdentityRegistry,
    { now: () => later(UNTIL, 86_400_000) },
    { versions: async () => [{ from: FROM, matrix: { version: 1 } } as MatrixInForce] } as unknown as Matrices,
    {} as CodeTables,
    foresights,
    reader,
  );

/** The spaces that are decided again, of a log in which each of these looks is a batch. */
async function decided(...looks: readonly (readonly [space: string, at: Instant])[]): Promise<readonly string[]> {
  const batches = looks.map(([space, at], n): FactBatch => {
    const facts = told(`passage-${space}`, looked('ListDocuments')).map((fact) => ({ ...fact, at, position: BigInt(n + 1) }));
    return { facts, position: BigInt(n + 1), live: false, last: null, standstill: Standstill.NONE };
  });
  const spaces: string[] = [];
  const questions = questionsOn(
    { whatIf: async (space: string) => (spaces.push(space), NOTHING) } as unknown as Foresights,
    { head: async () => BigInt(looks.length), read: () => batches.values() } as unknown as FactReader,
  );
  await questions.ofAll({ version: 1 }, { from: FROM, until: UNTIL }, caller, { tell: () => undefined, progress: () => undefined });
  return spaces;
}

describe('The accesses of everybody under another matrix', () => {
  it('are read to where nothing of the period lies behind any more: a look may have waited half a minute to be written', async () => {
    const inTime = later(UNTIL, -1);
    expect(await decided(['a', FROM], ['late', later(UNTIL, 33_000)], ['b', inTime])).toEqual(['a', 'b']);
    expect(await decided(['a', FROM], ['late', later(UNTIL, 35_000)], ['b', inTime])).toEqual(['a']);
  });
});

describe('The accesses of a professional under another matrix', () => {
  it('are looked for in all that was written by then, whatever the read models have taken in', async () => {
    const asked: unknown[] = [];
    const questions = questionsOn(
      { spacesOf: async (...which: unknown[]) => (asked.push(which), []) } as unknown as Foresights,
      { head: async () => 41n } as unknown as FactReader,
    );
    await questions.ofProfessional('810002909371', { version: 1 }, { from: FROM, until: UNTIL }, caller);
    expect(asked).toEqual([['810002909371', { from: FROM, until: UNTIL }, { most: 201, upTo: 41n }]]);
  });
});
