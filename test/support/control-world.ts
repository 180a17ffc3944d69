import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Instant } from '../../src/domain/shared/time.js';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { adult } from './beneficiary-lines.js';
import { careIn, MARTIN } from './care.js';
import { commandLineOn } from './command-line.js';
import { doorsOf } from './doors.js';
import { lifeOn, type Life } from './life.js';
import { eventually } from './read-side.js';
import { openSystem, type RunningSystem } from './system.js';

const BEGIN = '2027-03-02T08:00:00.000Z' as Instant;
export const PURPOSE = 'contrôle CNIL 2027-4';
const HOLDER_LETTER = 'Votre espace santé va être créé';
const staff = (sub: string, role: string, more: object = {}) => ({
  ...{ issuer: LOCAL_ISSUER, sub, role, grantedOn: '2026-06-01', grantedBy: 'DRH', reason: 'prise de poste' },
  ...more,
});
const LIST = {
  of: '2027-03-01',
  accounts: [
    staff('agent-3422', 'support', { reviewedOn: '2027-01-10' }),
    staff('operator', 'operator', { grantedOn: '2026-01-05' }),
    staff('supervisor-3422', 'support', { removedOn: '2027-03-01', removedBy: 'DRH' }),
    staff('never-came', 'archivist'),
  ],
};

/** What a control finds: a person cared for, an emergency, requests, a breach, staff with and without grants, an auditor. */
export interface ControlWorld {
  readonly running: RunningSystem;
  readonly life: Life;
  readonly mes: ReturnType<typeof commandLineOn>;
  readonly folder: string;
  /** Handle of the person. */
  readonly space: string;
  readonly close: () => Promise<void>;
}

export async function openControlWorld(): Promise<ControlWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  const [references, accounts] = [join(folder, 'references.json'), join(folder, 'accounts.json')];
  writeFileSync(references, JSON.stringify({ dpia: { reference: 'AIPD-2027-03', date: '2027-01-10' } }));
  writeFileSync(accounts, JSON.stringify(LIST));
  const running = await openSystem({ SEAL_EVERY: '10', CONTROL_REFERENCES_FILE: references, STAFF_ACCOUNTS_FILE: accounts }, BEGIN);
  const life = lifeOn(running);
  await life.importing([adult]);
  await life.activate('alice', await life.letterOf(adult, HOLDER_LETTER));
  const space = await life.handleOf(adult);
  await careFor(running, space);
  await register(life);
  await running.system.waitUntilCaughtUp();
  const close = async (): Promise<void> => {
    await running.close();
    rmSync(folder, { recursive: true });
  };
  return { running, life, mes: commandLineOn(running), folder, space, close };
}

/** A professional is let in, writes and reads; another comes in an emergency. */
async function careFor(running: RunningSystem, space: string): Promise<void> {
  const doors = doorsOf(running);
  const care = careIn(doors.rest, space);
  await care.consent('dr-martin', MARTIN);
  await care.deposit('dr-martin', {
    typeCode: '11502-2',
    title: 'Résultats',
    healthcareFacilityType: 'SA07',
    practiceSetting: 'AMBULATOIRE',
  });
  expect((await doors.rest('GET', `/spaces/${space}/documents`, { as: 'dr-martin' })).status).toBe(200);
  await care.order('emergency-doctor', 'POST', 'emergency-accesses', { mode: 'bris_de_glace', reason: 'personne inconsciente' });
}

/** What staff does: a request, a breach, a look by somebody whose role was taken away, an account for an auditor. */
async function register(life: Life): Promise<void> {
  const put = (path: string, as: 'agent-3422' | 'compliance', body: object) => life.done({ method: 'PUT', path, as, body });
  await put('/registers/rights-requests/1f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10', 'agent-3422', {
    right: 'ACCESS',
    channel: 'POST',
    reference: 'COURRIER-1',
  });
  await put('/registers/breaches/2f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10', 'compliance', {
    ...{ kinds: ['CONFIDENTIALITY'], facts: 'un envoi au mauvais destinataire', consequences: 'lecture par un tiers' },
    ...{ measures: 'destruction attestée', people: 12, awareSince: BEGIN },
  });
  await life.rest({ method: 'POST', path: '/support/space-searches', as: 'supervisor-3422', body: { ins: adult.ins } });
  const auditor = { issuer: LOCAL_ISSUER, sub: 'auditor' };
  await life.done({
    method: 'POST',
    path: '/auditors',
    as: 'compliance',
    body: { ...auditor, authority: 'CNIL', until: '2027-04-01T00:00:00Z' },
  });
}

/** Gives a package to the authority. */
export async function exportPackage({ running, mes, folder }: ControlWorld): Promise<void> {
  const doors = doorsOf(running);
  const recipient = await identityToRecipient(await generateX25519Identity());
  const wish = { mode: 'pseudonymised', scope: 'all', recipient, legalBasis: 'Loi 78-17, article 19', reason: 'contrôle' };
  const { body } = await doors.rest('POST', '/exports', { as: 'compliance', body: wish });
  for (const as of ['compliance-2', 'compliance-3'] as const) await doors.rest('POST', `/exports/${body.export}/approvals`, { as });
  const status = async () =>
    (await doors.rest('GET', `/exports/${body.export}`, { as: 'compliance', headers: { 'x-purpose': 'essai' } })).body.status;
  await eventually(async () => expect(await status()).toBe('GENERATED'), 60_000);
  await mes.json('export', 'download', body.export, join(folder, 'package.age'));
}
