import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StaffAccountsFile } from '../../../src/infrastructure/settings/staff-accounts-file.js';

const entry = {
  issuer: 'https://idp.example',
  sub: '4711',
  role: 'support',
  grantedOn: '2026-01-05',
  grantedBy: 'DRH',
  reason: 'prise de poste',
};

describe('The list of accounts of the identity provider', () => {
  const folder = mkdtempSync(join(tmpdir(), 'staff-accounts-'));
  const path = join(folder, 'accounts.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (content: object) => {
    writeFileSync(path, JSON.stringify(content));
    return new StaffAccountsFile(path).read();
  };

  it('is none where no file is named', async () => expect(await new StaffAccountsFile(null).read()).toBeNull());

  it('is read anew at every question', async () => {
    expect(await read({ of: '2026-11-01', accounts: [] })).toEqual({ of: '2026-11-01', accounts: [] });
    const { issuer, sub, ...said } = entry;
    const nothingElse = { until: null, removedOn: null, removedBy: null, reviewedOn: null };
    expect(await read({ of: '2026-11-02', accounts: [entry] })).toEqual({
      of: '2026-11-02',
      accounts: [{ ...said, ...nothingElse, subject: { issuer, sub } }],
    });
  });

  it('the same account may stand there in two roles', async () =>
    expect((await read({ of: '2026-11-01', accounts: [entry, { ...entry, role: 'operator' }] }))?.accounts).toHaveLength(2));

  it.each([
    ['without its day', { accounts: [] }, /: of$/],
    ['with a role of nobody', { of: '2026-11-01', accounts: [{ ...entry, role: 'employer' }] }, /: accounts$/],
    ['with a professional, who is let in elsewhere', { of: '2026-11-01', accounts: [{ ...entry, role: 'professional' }] }, /: accounts$/],
    ['with a day that is none', { of: '2026-11-01', accounts: [{ ...entry, grantedOn: '05/01/2026' }] }, /: accounts$/],
    ['with a day that no calendar has', { of: '2026-02-29', accounts: [] }, /: of$/],
    ['with a member that nobody knows', { of: '2026-11-01', accounts: [{ ...entry, name: 'X' }] }, /: accounts$/],
    ['with an account twice in one role', { of: '2026-11-01', accounts: [entry, entry] }, /twice/],
  ])('cannot be used %s; no value of it is said', async (_, content, said) => {
    await expect(read(content)).rejects.toThrow(said);
    await expect(read(content)).rejects.not.toThrow(/4711/);
  });
});
