import { RECIPIENT } from '../support/exporting.js';
import { PURPOSE } from './compliance-operations.js';
import type { Operation, Scene } from './operations.js';

const WISH = { mode: 'pseudonymised', scope: 'all', recipient: RECIPIENT, legalBasis: 'Loi 78-17, article 19', reason: 'contrôle' };
const SHEET = 'export status mode scope recipient legalBasis reason requestedBy requestedAt expiresAt approvedBy failure refusal';
const NOBODYS = '7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e';
const ACCOUNT = { issuer: 'https://staff.test', sub: 'auditor-1' };
/** What a scene of an export was asked with. */
export const exportWish = WISH;

const ofExport = ({ export: id = '' }: Scene) => ({ export: id });
const unknown = { args: () => ({ export: NOBODYS }), status: 404, code: 'audit/no-such-export' };
const notAllowed = { as: 'operator', status: 403, code: 'access/not-allowed' } as const;

/** Exports of the log, as compliance asks for them and approves them. */
export const exportOperations: readonly Operation[] = [
  {
    field: 'requestExport',
    route: ['POST', '/exports'],
    from: 'INVITED',
    as: 'compliance',
    input: ['ExportInput', () => WISH],
    select: 'export position',
    refused: { input: () => ({ ...WISH, mode: 'nominative' }), status: 400, code: 'audit/export-too-wide' },
  },
  {
    field: 'exports',
    route: ['GET', '/exports'],
    from: 'EXPORT',
    as: 'compliance',
    headers: PURPOSE,
    select: `exports { ${SHEET} }`,
    refused: notAllowed,
  },
  {
    field: 'export',
    route: ['GET', '/exports/{export}'],
    from: 'EXPORT',
    as: 'compliance',
    headers: PURPOSE,
    args: ofExport,
    select: `${SHEET} progress { done total } result { name size }`,
    refused: unknown,
  },
  {
    field: 'approveExport',
    route: ['POST', '/exports/{export}/approvals'],
    from: 'EXPORT',
    as: 'compliance-2',
    args: ofExport,
    select: 'position',
    refused: unknown,
  },
  {
    field: 'refuseExport',
    route: ['PUT', '/exports/{export}/refusal'],
    from: 'EXPORT',
    as: 'compliance-2',
    args: ofExport,
    input: ['RefuseExportInput', () => ({ reason: 'périmètre trop large' })],
    select: 'position',
    refused: unknown,
  },
  {
    field: 'cancelExport',
    route: ['PUT', '/exports/{export}/cancellation'],
    from: 'EXPORT',
    as: 'compliance',
    args: ofExport,
    select: 'position',
    refused: unknown,
  },
  {
    field: 'resumeExport',
    route: ['PUT', '/exports/{export}/resumption'],
    from: 'APPROVED_EXPORT',
    as: 'compliance',
    args: ofExport,
    select: 'position',
    refused: unknown,
  },
  {
    field: 'registerAuditor',
    route: ['POST', '/auditors'],
    from: 'INVITED',
    as: 'compliance',
    input: ['AuditorInput', () => ({ ...ACCOUNT, authority: 'CNIL', until: '2099-01-01T00:00:00Z' })],
    select: 'position',
    refused: { input: () => ({ ...ACCOUNT, authority: 'CNIL', until: '2020-01-01T00:00:00Z' }), status: 400, code: 'audit/auditor-end' },
  },
  {
    field: 'endAuditor',
    route: ['POST', '/auditors/endings'],
    from: 'INVITED',
    as: 'compliance',
    input: ['AuditorAccountInput', () => ACCOUNT],
    select: 'position',
    refused: notAllowed,
  },
];
