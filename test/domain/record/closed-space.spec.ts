import { NOBODY } from '../../../src/domain/access/facts.js';
import { matrix } from '../../../src/domain/access/matrix.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import * as d from '../../support/documents.js';

const law = { matrix: { version: 1, professions: new Set<string>(), allowed: new Set<string>() } };
const consent = {
  basis: 'CARE_TEAM',
  scope: ['CONSULT', 'FEED'],
  until: d.at('2027-01-01T00:00:00Z'),
  because: { stream: 'access', rev: 0 },
} as const;

const deposits = (actor: Actor, status: 'ACTIVE' | 'CLOSED') => {
  const consents = new Map([
    ['FACILITY 750000001', consent],
    ['PROFESSIONAL 810000000001', consent],
  ]);
  const holder = 'subject' in d.HOLDER ? d.HOLDER.subject : null;
  const facts = { ...NOBODY, exists: true, status, consents, holder };
  return matrix.DepositDocument({ actor, facts, at: d.NOW, mode: 'normal', law }).refusal?.rejected ?? null;
};

describe('A34: a closed space', () => {
  it.each([
    ['a professional', d.AUTHOR],
    ['the software of a place of care', d.CLINIC],
    ['Assurance Maladie', d.INSURER],
    ['the holder', d.HOLDER],
  ])('takes no deposit of %s, and says so', (_, actor) => {
    expect(deposits(actor, 'CLOSED')).toBe('access/space-not-open');
    expect(deposits(actor, 'ACTIVE')).not.toBe('access/space-not-open');
  });
});
