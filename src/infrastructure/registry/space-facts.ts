import type { ClientBase } from 'pg';
import { idOf, type Recorded } from '../../domain/shared/fact.js';
import { named, type Peppers } from './peppers.js';
import { findPeople, whoIsSuppressed } from './person-rows.js';

/** Two spaces for one person, or two persons for one space: somebody must look before anything goes on. */
export class RegistryContradiction extends Error {}

interface Eligible {
  readonly ins: string;
  readonly space: string;
  readonly handle: string;
}

const DECLARE = `INSERT INTO registry.person (digest, pepper, space, handle, log)
  SELECT n.digest, n.pepper, n.space, n.handle, $5 FROM unnest($1::bytea[], $2::smallint[], $3::uuid[], $4::uuid[]) AS n(digest, pepper, space, handle)
  ON CONFLICT DO NOTHING RETURNING space`;
const CODES = `INSERT INTO registry.code (digest, space) SELECT * FROM unnest($1::bytea[], $2::uuid[]) ON CONFLICT (digest) DO NOTHING`;
const CODE_TYPES: ReadonlySet<string> = new Set(['ProvisionalCodeIssued', 'ProvisionalCodeRenewed']);

/** True for a fact that the registry takes something from. */
export const concernsRegistry = ({ event: { type } }: Recorded): boolean => type === 'PersonDeclaredEligible' || CODE_TYPES.has(type);

const payload = (fact: Recorded): Readonly<Record<string, unknown>> => fact.event;

/** A member of a payload that the registry lives on. */
const textOf = (fact: Recorded, member: string): string => {
  const value = payload(fact)[member];
  if (typeof value !== 'string') throw new RegistryContradiction(`${fact.event.type} without ${member}`);
  return value;
};

const codeIn = (fact: Recorded): Buffer => Buffer.from(textOf(fact, 'codeDigest'), 'base64url');

/** The digests of codes that these facts issued. */
export const codesIn = (facts: readonly Recorded[]): readonly Buffer[] =>
  facts.filter(({ event }) => CODE_TYPES.has(event.type)).map(codeIn);

/** Completes the registry with what facts of spaces say. The same facts again change nothing. */
export async function applySpaceFacts(client: ClientBase, peppers: Peppers, facts: readonly Recorded[], log: string): Promise<void> {
  const eligible = facts
    .filter(({ event }) => event.type === 'PersonDeclaredEligible')
    .map((fact) => ({ ins: textOf(fact, 'ins'), space: idOf(fact.stream), handle: textOf(fact, 'handle') }));
  if (eligible.length > 0) await declare(client, peppers, eligible, log);
  const codes = facts.filter(({ event }) => CODE_TYPES.has(event.type));
  if (codes.length > 0) await client.query(CODES, [codes.map(codeIn), codes.map(({ stream }) => idOf(stream))]);
}

async function declare(client: ClientBase, peppers: Peppers, eligible: readonly Eligible[], log: string): Promise<void> {
  const suppressed = await whoIsSuppressed(
    client,
    eligible.map(({ ins }) => peppers.suppression(ins)),
  );
  const people = eligible.filter((_, i) => !suppressed[i]).map((person) => ({ ...person, digests: peppers.identity(person.ins) }));
  const known = await findPeople(
    client,
    people.map(({ digests }) => digests),
  );
  people.forEach(({ space, handle }, i) => {
    const there = known[i];
    if (there && (there.id !== space || there.handle !== handle)) throw new RegistryContradiction('two spaces are declared for one person');
  });
  await insert(
    client,
    people.filter((_, i) => !known[i]),
    log,
  );
}

type Missing = Eligible & { readonly digests: ReturnType<Peppers['identity']> };

async function insert(client: ClientBase, missing: readonly Missing[], log: string): Promise<void> {
  const once = [...new Map(missing.map((person) => [named(person.digests[0].digest), person])).values()];
  const sorted = once.sort((a, b) => Buffer.compare(a.digests[0].digest, b.digests[0].digest));
  const made = await client.query(DECLARE, [
    sorted.map(({ digests }) => digests[0].digest),
    sorted.map(({ digests }) => digests[0].epoch),
    sorted.map(({ space }) => space),
    sorted.map(({ handle }) => handle),
    log,
  ]);
  if (made.rowCount === sorted.length) return;
  // Another process may have been faster with the very same rows; anything else is a contradiction.
  const now = await findPeople(
    client,
    sorted.map(({ digests }) => digests),
  );
  if (sorted.some(({ space }, i) => now[i]?.id !== space)) throw new RegistryContradiction('two persons are declared for one space');
}
