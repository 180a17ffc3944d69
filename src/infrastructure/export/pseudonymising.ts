import type { RecordedGround } from '../../domain/shared/ground.js';
import { type StoredCircumstances, type StoredWho } from '../eventstore/circumstances.js';
import { ALLOWED, type Shown } from './allow-list.js';
import type { Plaintext } from './opening.js';
import type { Refs } from './refs.js';

type Json = Readonly<Record<string, unknown>>;

/** What a pseudonymised export opens of an event: nothing that names anybody, nothing freely worded, no digest of a secret. */
export function pseudonymised({ t, tv, m, d }: Plaintext, refs: Refs): Json {
  return { t, tv, m: circumstances(m, refs), d: payload(t, d, refs) };
}

/** Members of the payload that the list allows. Closed by default: what the list does not name is left out. */
function payload(type: string, d: Json, refs: Refs): Json {
  const allowed = Object.hasOwn(ALLOWED, type) ? ALLOWED[type] : undefined;
  const members = Object.entries(allowed ?? {}).flatMap(([name, shown]) => {
    const value = Object.hasOwn(d, name) ? told(d[name], shown, refs) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(members);
}

/** A value as it may be shown; undefined when it is not of the form the list expects, which then shows nothing. */
function told(value: unknown, shown: Shown, refs: Refs): unknown {
  if (shown === 'shown') return value;
  if (shown === 'grantee') return granteeOf(value, refs);
  if (shown === 'subject') return subjectOf(value, refs);
  return typeof value === 'string' && value !== '' ? refs.ref(shown, value) : undefined;
}

function granteeOf(value: unknown, refs: Refs): unknown {
  const { kind, id } = value as { readonly kind?: unknown; readonly id?: unknown };
  if (typeof id !== 'string') return undefined;
  return { kind, ref: refs.ref(kind === 'FACILITY' ? 'facility' : 'professional', id) };
}

/** An account is one person: its issuer and the name it gave, under one reference. */
function subjectOf(value: unknown, refs: Refs): unknown {
  const { issuer, sub } = value as { readonly issuer?: unknown; readonly sub?: unknown };
  return typeof issuer === 'string' && typeof sub === 'string' ? refs.ref('person', accountOf(issuer, sub)) : undefined;
}

const accountOf = (issuer: string, sub: string): string => `${issuer}|${sub}`;

function circumstances({ who, on, ground, secret }: StoredCircumstances, refs: Refs): Json {
  return {
    who: whoOf(who, refs),
    ...(on === undefined ? {} : { on }),
    ...(ground === undefined ? {} : { ground: groundOf(ground), mode: ground.mode }),
    ...(secret === undefined ? {} : { secret }),
  };
}

const groundOf = ({ outcome, rule, reason, matrix }: RecordedGround): Json => ({ outcome, rule, reason, matrix });

function whoOf(who: StoredWho, refs: Refs): Json {
  const { kind, profession, facility, software } = who;
  return {
    kind,
    ...identified(who, refs),
    ...(profession === undefined ? {} : { profession }),
    ...(facility === undefined ? {} : { facility: refs.ref('facility', facility.id) }),
    ...(software === undefined ? {} : { software: refs.ref('software', software) }),
  };
}

function identified({ kind, id, idSystem }: StoredWho, refs: Refs): Json {
  if (id === undefined) return {};
  // A part of the software is nobody.
  if (kind === 'system') return { id };
  if (kind === 'professional') return { ref: refs.ref('professional', id) };
  if (kind === 'facility') return { ref: refs.ref('facility', id) };
  return { ref: refs.ref('person', accountOf(idSystem ?? '', id)) };
}
