import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountLine } from '../../src/application/registers/accounts.queries.js';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { MARTIN } from '../support/care.js';
import { openControlWorld, PURPOSE, type ControlWorld } from '../support/control-world.js';
import { factsIn } from '../support/system.js';

const FORMER = 'supervisor-3422';

describe('Question 4 of a control: accounts with role, last use, removal date', () => {
  let world: ControlWorld;
  const accounts = async (...more: readonly string[]) => world.mes.json('audit', 'accounts', ...more, '--purpose', PURPOSE);
  const accountsOf = async (...more: readonly string[]): Promise<readonly AccountLine[]> => (await accounts(...more)).accounts;
  const accountOf = async (sub: string, ...more: readonly string[]) =>
    (await accountsOf(...more)).find(({ account }) => account.endsWith(`|${sub}`));

  beforeAll(async () => {
    world = await openControlWorld();
  }, 120_000);
  afterAll(() => world.close());

  it('as they left facts, with the grants of the list of the identity provider', async () => {
    const agent = await accountOf('agent-3422');
    expect(agent).toMatchObject({
      role: 'support',
      acts: 1,
      looks: 1,
      refusals: 0,
      state: 'IN_FORCE',
      outsideGrant: 0,
      reviewDue: false,
    });
    expect(agent).toMatchObject({ firstUse: expect.stringMatching(/^2027-03-02T08/), grant: { source: 'IDENTITY_PROVIDER', by: 'DRH' } });
    expect(await accountOf('dr-martin')).toMatchObject({
      role: 'professional',
      actor: `professional:${MARTIN.id}`,
      state: 'NOT_TOLD',
      outsideGrant: null,
    });
    expect(await accountOf('never-came')).toMatchObject({ role: 'archivist', firstUse: null, lastUse: null, state: 'IN_FORCE' });
    expect((await accountsOf()).map(({ role }) => role)).not.toContain('person');
  });

  it('of an auditor from the log alone: for which authority, by whom, until when', async () => {
    const grant = {
      source: 'LOG',
      reason: 'CNIL',
      by: expect.stringMatching(/^compliance:/),
      until: '2027-04-01T00:00:00.000Z',
      removedOn: null,
    };
    expect(await accountOf('auditor')).toMatchObject({ state: 'IN_FORCE', grant });
  });

  it('what somebody must look into: used after its removal, used without a grant, not reviewed for a year', async () => {
    const found = await accountsOf('--findings');
    const named = Object.fromEntries(
      found.map(({ account, state, outsideGrant, reviewDue }) => [account.split('|')[1], [state, outsideGrant, reviewDue]]),
    );
    expect(named).toMatchObject({ 'supervisor-3422': ['REMOVED', 1, false], operator: ['IN_FORCE', 0, true] });
    expect(named['compliance']).toEqual(['WITHOUT_GRANT', expect.any(Number), false]);
    expect(Object.keys(named)).not.toContain('agent-3422');
    expect(await accountOf(FORMER)).toMatchObject({ grant: { removedOn: '2027-02-28T23:00:00.000Z', removedBy: 'DRH' } });
  });

  it('by role, by not used since, as of a past moment, and as CSV; page by page without losing or repeating one', async () => {
    expect(new Set((await accountsOf('--role', 'support')).map(({ role }) => role))).toEqual(new Set(['support']));
    const unused = await accountsOf('--unused-since', '2027-03-01T00:00:00Z');
    expect(unused.map(({ account }) => account.split('|')[1]).sort()).toEqual(['auditor', 'never-came']);
    const before = await accountsOf('--as-of', '2026-03-01T00:00:00Z');
    expect(before.map(({ account, lastUse }) => [account.split('|')[1], lastUse])).toEqual([['operator', null]]);
    const { out } = await world.mes.mes('audit', 'accounts', '--csv', '--role', 'support', '--purpose', PURPOSE);
    expect(out.split('\n')[0]).toMatch(/^role;account;first use;last use;/);
    expect(out).toContain(`support;${LOCAL_ISSUER}|supervisor-3422;2027-03-02T`);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const path = `/controls/accounts?first=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const { body } = await world.life.done({ method: 'GET', path, as: 'compliance', headers: { 'x-purpose': 'essai' } });
      seen.push(...body.accounts.map(({ actor, account }: AccountLine) => `${actor} ${account}`));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toHaveLength((await accountsOf()).length);
  });

  it('and says in words which part only the identity provider knows; the look itself is a fact', async () => {
    const head = await world.running.system.eventStore.head();
    const { fr, listOf } = await accounts();
    expect([listOf, fr.join(' ')]).toEqual([
      '2027-03-01',
      expect.stringMatching(/liste du fournisseur d’identité du 2027-03-01.*Pro Santé Connect/s),
    ]);
    const looked = await world.running.inside((platform) => factsIn(platform, head, ['audit']));
    expect(looked).toMatchObject([{ event: { type: 'ComplianceLooked', action: 'ListAccounts' }, meta: { purpose: PURPOSE } }]);
  });

  it('an auditor whose account is prolonged was not outside of it before', async () => {
    const auditor = { issuer: LOCAL_ISSUER, sub: 'auditor', authority: 'CNIL' };
    const put = (until: string) => world.life.done({ method: 'POST', path: '/auditors', as: 'compliance', body: { ...auditor, until } });
    expect(await world.life.rest({ method: 'GET', path: '/registers/breaches', as: 'auditor' })).toMatchObject({ status: 403 });
    expect(await accountOf('auditor')).toMatchObject({ refusals: 1, outsideGrant: 0 });
    await world.life.at('2027-03-20T08:00:00.000Z');
    await put('2027-04-15T00:00:00Z');
    expect(await accountOf('auditor')).toMatchObject({ refusals: 1, outsideGrant: 0, grant: { until: '2027-04-15T00:00:00.000Z' } });
    // Shortened, it holds until its new day and no longer.
    await put('2027-04-01T00:00:00Z');
    expect((await accountsOf('--findings')).map(({ role }) => role)).not.toContain('auditor');
  });

  it('the account of an auditor whose day has passed has ended by itself', async () => {
    await world.life.at('2027-05-03T08:00:00.000Z');
    expect(await accountOf('auditor')).toMatchObject({ state: 'ENDED', grant: { removedOn: null } });
    expect(await accountOf('auditor', '--as-of', '2027-03-31T00:00:00Z')).toMatchObject({ state: 'IN_FORCE' });
  });
});
