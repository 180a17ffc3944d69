import fc from 'fast-check';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import type { Circumstances } from '../../../src/domain/shared/fact.js';
import { instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { encode, type Draft } from '../../../src/infrastructure/eventstore/codec.js';
import { activeKey } from '../../../src/infrastructure/keys/active-key.js';

export const KEY_ID = '5f0c6a5e-3b1d-4f0e-9a64-0c8d6b8c1a01';
/** A key whose 32 bytes are all `fill`. */
export const keyOf = (fill: number, id = KEY_ID) => activeKey(id, Buffer.alloc(32, fill));

export const meta = (more: Partial<Circumstances> = {}): Circumstances => ({
  who: {
    role: 'person',
    subject: { issuer: 'https://idp.example', sub: 'dominique' },
    assurance: 'substantial',
    authenticatedAt: 1_735_000_000_000,
  },
  cause: 'c-1',
  corr: 'r-1',
  command: { id: 'command-1', digest: 'digest-1' },
  ...more,
});

export const draft = (more: Partial<Draft> = {}): Draft => ({
  stream: 'space-01930000-0000-7000-8000-000000000001',
  rev: 0,
  at: '2026-01-05T09:00:00.000Z' as Instant,
  id: '0193b1c2-0000-8000-8000-000000000001',
  event: { type: 'OppositionRegistered', v: 1, channel: 'WEB' } as Draft['event'],
  meta: meta(),
  ...more,
});

/** The draft as a store would give it back. */
export const stored = (from: Draft, key = keyOf(1)): StoredEvent => ({
  ...encode(from, key),
  stream: from.stream,
  rev: from.rev,
  position: 7n,
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value')),
  ),
})).value;

const subject = fc.record({ issuer: fc.webUrl(), sub: fc.string({ minLength: 1, unit: 'binary' }) });
const assurance = fc.constantFrom('low', 'substantial', 'high');
const anyText = fc.string({ unit: 'binary' });
const facility = fc.record({ id: anyText, name: anyText });
const professional = fc.record(
  {
    id: anyText,
    name: anyText,
    profession: fc.record({ system: anyText, code: anyText }),
    specialty: anyText,
    sector: anyText,
    facility: fc.option(facility),
    regulating: fc.boolean(),
  },
  { requiredKeys: ['id', 'name', 'profession', 'facility', 'regulating'] },
);
export const anyActor = fc.oneof(
  fc.record({ role: fc.constant('person'), subject, assurance, authenticatedAt: fc.integer({ min: 0, max: 4e12 }) }),
  fc.constant({ role: 'bearer' }),
  fc.record({ role: fc.constantFrom('insurer', 'support', 'operator', 'compliance'), subject, assurance }),
  fc.record({ role: fc.constant('professional'), subject, assurance, professional }),
  fc.record({ role: fc.constant('facility'), client: anyText, facility }),
  fc.record({ role: fc.constant('system'), name: fc.constantFrom('scheduler', 'import', 'process', 'messenger') }),
) as fc.Arbitrary<Actor>;

const instant = fc.integer({ min: 0, max: 4e12 }).map(instantOf);
const payload = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((name) => name !== 'type' && name !== 'v'),
  json,
);
export const CATEGORIES = [
  'space',
  'access',
  'record',
  'passage',
  'mailbox',
  'agenda',
  'pairing',
  'notices',
  'veil',
  'actor',
  'campaign',
  'audit',
  'alert',
  'case',
];

export const anyDraft: fc.Arbitrary<Draft> = fc
  .record({
    category: fc.constantFrom(...CATEGORIES),
    owner: fc.uuid(),
    rev: fc.nat(),
    at: instant,
    id: fc.uuid(),
    type: fc.constantFrom('SpaceClosed', 'OppositionRegistered', 'DocumentDeposited'),
    v: fc.integer({ min: 1, max: 9 }),
    payload,
    who: anyActor,
    more: fc.record({ on: instant, purpose: fc.string({ unit: 'binary' }), secret: fc.constant(true as const) }, { requiredKeys: [] }),
    refused: fc.option(fc.record({ code: fc.string(), kind: fc.constantFrom('conflict', 'forbidden') }), { nil: undefined }),
  })
  .map(({ category, owner, rev, at, id, type, v, payload: d, who, more, refused }) => ({
    stream: `${category}-${owner}`,
    rev,
    at,
    id,
    event: { ...d, type, v },
    meta: meta({ who, ...more, command: { id: 'c', digest: 'd', ...(refused ? { refused } : {}) } }),
  }));
