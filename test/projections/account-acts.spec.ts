import { IMPORTER, type Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { accountActs } from '../../src/projections/registers/account-acts.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import * as p from '../personas/index.js';
import { rowsAfter, told, writtenAt } from '../support/projecting.js';
import { claire, looked, refused, refusedAgain } from '../support/record-facts.js';

const projection = accountActs as unknown as Projection;
const subject = { issuer: 'https://idp.example', sub: '4711' };
const agent: Actor = { role: 'support', subject, assurance: 'substantial' };
const software: Actor = { role: 'facility', client: 'lab-1', facility: { id: '990000036', name: 'Laboratoire' } };
const by = (who: Actor, stream: StreamName, ...events: readonly Tagged[]) =>
  told(stream, ...events).map((fact) => ({ ...fact, meta: { ...fact.meta, who } }));
const rowsOf = (...facts: readonly ReturnType<typeof by>[]) => rowsAfter(projection, facts.flat());
const fact = (type: string, more: object = {}): Tagged => ({ type, v: 1, ...more }) as Tagged;

describe('What an account left in the log', () => {
  it.each([
    ['a look at a register', by(agent, 'audit-202611-looks', fact('ComplianceLooked')), { kind: 'LOOK', space_id: null }],
    ['a refusal that came again', by(agent, 'actor-x', refusedAgain('a', 2)), { kind: 'REFUSED', space_id: 'a' }],
    ['one of a question about no space', by(agent, 'actor-x', refusedAgain('', 2)), { kind: 'REFUSED', space_id: null }],
    [
      'a wish about a space',
      by(agent, 'space-a', fact('OppositionRegistered')),
      { kind: 'ACT', what: 'OppositionRegistered', space_id: 'a' },
    ],
    ['a wish about no space', by(agent, 'campaign-c', fact('CampaignPaused')), { kind: 'ACT', space_id: null }],
    ['a type that nobody named', by(agent, 'case-c', fact('SomethingNew')), { kind: 'ACT', what: 'SomethingNew' }],
  ])('%s is one row', (_, facts, row) => {
    const role = { role: 'support', actor: 'support:https://idp.example|4711', account: 'https://idp.example|4711', at: writtenAt(0) };
    expect(rowsOf(facts)['account_act']).toEqual([expect.objectContaining({ ...role, ...row })]);
  });

  it.each([
    ['a look', by(agent, 'passage-a', looked('GetSpaceOverview'))],
    ['a look under a veil', by(agent, 'veil-v', looked('GetDocument', { space: 'a' }))],
    ['a refusal', by(agent, 'actor-x', refused('a'))],
  ])('%s leaves none: it is a row of the log of accesses', (_, facts) => expect(rowsOf(facts)['account_act']).toEqual([]));

  it('under a veil what names no space leaves nothing: its row would outlive the keys of the fact', () =>
    expect(rowsOf(by(claire, 'veil-v', fact('DocumentDeposited')))['account_act']).toEqual([]));

  it('of a deposit one row, that stays when the description dies with its document', () =>
    expect(rowsOf(by(claire, 'record-a', fact('DocumentDeposited'), fact('DocumentDescribed')))['account_act']).toMatchObject([
      { what: 'DocumentDeposited', rev: 0 },
    ]));

  it.each([
    ['a person', p.alice],
    ['whoever holds a letter', { role: 'bearer' } satisfies Actor],
    ['the software itself', IMPORTER],
  ] as const)('nothing of %s: it is no account that somebody gave', (_, who) =>
    expect(rowsOf(by(who, 'space-a', fact('SpaceClosed')))['account_act']).toEqual([]),
  );

  it('a software is known by its client id, a professional by his number and his account', () => {
    expect(rowsOf(by(software, 'record-a', fact('DocumentDeposited')))['account_act']).toMatchObject([
      { actor: 'facility:990000036|lab-1', account: 'lab-1' },
    ]);
    const rows = rowsOf(by(claire, 'record-a', fact('DocumentDeposited')))['account_act'];
    expect(rows).toMatchObject([{ actor: expect.stringMatching(/^professional:8/), account: expect.stringContaining('|') }]);
  });
});

describe('The account of an auditor', () => {
  const registered = { type: 'AuditorRegistered', v: 1, subject, authority: 'CNIL', until: writtenAt(30) };
  const prolonged = { ...registered, until: writtenAt(40) };
  const ended = { type: 'AuditorEnded', v: 1, subject };
  const grant = { actor: 'auditor:https://idp.example|4711', authority: 'CNIL', granted_at: writtenAt(0), until: writtenAt(30) };

  it('holds until its day, by whom it was opened', () =>
    expect(rowsOf(by(p.compliance, 'export-auditors', registered))['account_grant']).toMatchObject([
      { ...grant, granted_by: expect.stringMatching(/^compliance:/), ended_at: null, ended_by: null },
    ]));
  it('ends before it, by whom', () =>
    expect(rowsOf(by(p.compliance, 'export-auditors', registered, ended))['account_grant']).toMatchObject([
      { ...grant, ended_at: writtenAt(1), ended_by: expect.stringMatching(/^compliance:/) },
    ]));
  it('holds again when it is opened again', () =>
    expect(rowsOf(by(p.compliance, 'export-auditors', registered, ended, registered))['account_grant']).toMatchObject([
      { granted_at: writtenAt(2), ended_at: null },
    ]));
  it('each time it holds is known, also once it was prolonged or ended', () =>
    expect(rowsOf(by(p.compliance, 'export-auditors', registered, prolonged, ended))).toMatchObject({
      account_grant: [{ granted_at: writtenAt(1) }],
      account_grant_span: [
        { at: writtenAt(0), until: writtenAt(30) },
        { at: writtenAt(1), until: writtenAt(40) },
        { at: writtenAt(2), until: writtenAt(2) },
      ],
    }));
  it('that somebody opened or ended one is an act of his', () =>
    expect(rowsOf(by(p.compliance, 'export-auditors', registered, ended))['account_act']).toMatchObject([
      { what: 'AuditorRegistered' },
      { what: 'AuditorEnded' },
    ]));
});
