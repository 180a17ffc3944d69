import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { refusalOfFiness } from '../../domain/enrolment/beneficiary.js';
import type { Facility } from '../../domain/shared/actor.js';
import { SOFTWARE } from './personas.js';
import { lineOf } from './workplaces.js';

/** The software of a place of care, as it was registered. */
export interface FacilityClient {
  /** Client id. */
  readonly id: string;
  readonly facility: Facility;
  /** Name of the product, for operators. */
  readonly software: string;
  /** Public keys: whoever signs with one of theirs is this software. */
  readonly keys: JWTVerifyGetKey;
}

/** One entry of FACILITY_CLIENTS_FILE. */
interface Registration {
  readonly clientId: string;
  readonly finess: string;
  /** Of the place of care: what the holder reads in his history. */
  readonly name: string;
  /** Product and publisher. */
  readonly software: string;
  readonly jwks: JSONWebKeySet;
}

/** Why the registrations cannot be used: every reason at once, each naming the entry and the member, never a key. */
export class UnsafeClients extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(`FACILITY_CLIENTS_FILE cannot be used:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
  }
}

type Stated = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Stated => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members of a key of which nobody but its owner may know (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;
const SHORTEST_RSA = 2_048;

const isStrong = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean =>
  type === 'rsa' ? (details?.modulusLength ?? 0) >= SHORTEST_RSA : details?.namedCurve === 'prime256v1';

/** What is wrong with a public key; null when nothing is. */
function troubleOfKey(key: unknown): string | null {
  if (!isObject(key)) return 'is no key';
  if (PRIVATE.some((member) => member in key)) return 'is a private key: only the public part belongs here';
  try {
    const strong = isStrong(createPublicKey({ key: key as JsonWebKey, format: 'jwk' }));
    return strong ? null : `is neither of P-256 (ES256) nor RSA of ${SHORTEST_RSA} bits at least (RS256)`;
  } catch {
    return 'is no key of JSON Web Key form (RFC 7517)';
  }
}

const keysOf = ({ jwks }: Stated): readonly unknown[] => (isObject(jwks) && Array.isArray(jwks['keys']) ? jwks['keys'] : []);

function troublesOf(entry: unknown): readonly string[] {
  if (!isObject(entry)) return ['is no object'];
  const { clientId, finess, name, software } = entry;
  const keys = keysOf(entry);
  return [
    ...(typeof clientId === 'string' && /^[\w.-]{1,64}$/.test(clientId)
      ? []
      : ['clientId is not 1 to 64 letters, digits, ".", "_" or "-"']),
    ...(clientId === SOFTWARE ? [`clientId ${SOFTWARE} is kept for demonstrations`] : []),
    ...(typeof finess === 'string' && refusalOfFiness(finess) === null
      ? []
      : ['finess is not a FINESS number: nine digits, the last a check']),
    ...(lineOf(name) === null ? ['name is not a line of 1 to 200 characters'] : []),
    ...(lineOf(software) === null ? ['software is not a line of 1 to 200 characters'] : []),
    ...(keys.length === 0 ? ['jwks holds no keys'] : []),
    ...keys.flatMap((key, i) => troubleOfKey(key)?.replace(/^/, `jwks.keys[${i}] `) ?? []),
  ];
}

/** What makes a public key the one it is: two clients with the same could take each other's place. */
const markOf = (key: unknown): string => (isObject(key) ? JSON.stringify([key['kty'], key['x'], key['y'], key['n']]) : '');
const repeated = (items: readonly string[]): readonly string[] => [...new Set(items.filter((item, i) => items.indexOf(item) !== i))];

function troublesBetween(entries: readonly unknown[]): readonly string[] {
  const objects = entries.filter(isObject);
  const ids = objects.flatMap(({ clientId }) => (typeof clientId === 'string' ? [clientId] : []));
  const marks = objects.flatMap((entry) => [...new Set(keysOf(entry).map(markOf))]);
  return [
    ...repeated(ids).map((id) => `clientId ${id} stands twice`),
    ...(repeated(marks).length > 0 ? ['two clients have the same key'] : []),
  ];
}

function parsed(text: string): readonly unknown[] {
  try {
    const entries: unknown = JSON.parse(text);
    if (Array.isArray(entries)) return entries;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UnsafeClients(['it is not JSON']);
  }
  throw new UnsafeClients(['it is not a list']);
}

/** The software registered in the text of a file. Throws UnsafeClients with every reason. */
export function clientsIn(text: string): readonly FacilityClient[] {
  const entries = parsed(text);
  const single = entries.flatMap((entry, i) => troublesOf(entry).map((trouble) => `entry ${i + 1}: ${trouble}`));
  const reasons = [...single, ...troublesBetween(entries)];
  if (reasons.length > 0) throw new UnsafeClients(reasons);
  return (entries as readonly Registration[]).map(({ clientId, finess, name, software, jwks }) => ({
    id: clientId,
    facility: { id: finess, name },
    software,
    keys: createLocalJWKSet(jwks),
  }));
}
