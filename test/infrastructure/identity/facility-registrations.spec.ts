import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { clientsIn, UnsafeClients } from '../../../src/infrastructure/identity/facility-registrations.js';

const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const open = ({ publicKey }: ReturnType<typeof ec>) => publicKey.export({ format: 'jwk' });
const KEY = open(ec());
const entry = (more: object = {}) => ({
  clientId: 'hospital-1',
  finess: '990000044',
  name: 'Hôpital des Essais',
  software: 'Dossier 3.2',
  jwks: { keys: [KEY] },
  ...more,
});
const other = (more: object = {}) => entry({ clientId: 'hospital-2', jwks: { keys: [open(ec())] }, ...more });
const reasons = (content: unknown): readonly string[] => {
  try {
    clientsIn(typeof content === 'string' ? content : JSON.stringify(content));
    return [];
  } catch (error) {
    if (error instanceof UnsafeClients) return error.reasons;
    throw error;
  }
};

describe('The registered software', () => {
  it('is known by its client id, with its place and keys', () => {
    const [first, second] = clientsIn(
      JSON.stringify([entry(), other({ jwks: { keys: [rsa(2048).publicKey.export({ format: 'jwk' })] } })]),
    );
    expect(first).toMatchObject({ id: 'hospital-1', facility: { id: '990000044', name: 'Hôpital des Essais' }, software: 'Dossier 3.2' });
    expect(second).toMatchObject({ id: 'hospital-2' });
    expect(reasons([])).toEqual([]);
  });

  it.each([
    ['no JSON', '[', 'it is not JSON'],
    ['no list', {}, 'it is not a list'],
    ['no object', ['hospital'], 'entry 1: is no object'],
    ['no client id', [entry({ clientId: undefined })], 'entry 1: clientId is not'],
    ['a client id of odd characters', [entry({ clientId: 'hôpital 1' })], 'entry 1: clientId is not'],
    ['the client id of the demonstration', [entry({ clientId: 'lab-software' })], 'kept for demonstrations'],
    ['a FINESS number with a letter', [entry({ finess: '2A0000018' })], 'entry 1: finess is not'],
    ['a FINESS number with a wrong check digit', [entry(), other({ finess: '990000045' })], 'entry 2: finess is not'],
    ['an empty name', [entry({ name: '' })], 'entry 1: name is not'],
    ['no product', [entry({ software: 5 })], 'entry 1: software is not'],
    ['no key set', [entry({ jwks: undefined })], 'entry 1: jwks holds no keys'],
    ['an empty key set', [entry({ jwks: { keys: [] } })], 'entry 1: jwks holds no keys'],
    ['no key', [entry({ jwks: { keys: [KEY, 'key'] } })], 'entry 1: jwks.keys[1] is no key'],
    ['half a key', [entry({ jwks: { keys: [{ ...KEY, y: undefined }] } })], 'entry 1: jwks.keys[0] is no key of'],
    ['a private key', [entry({ jwks: { keys: [ec().privateKey.export({ format: 'jwk' })] } })], 'jwks.keys[0] is a private key'],
    ['a shared secret', [entry({ jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } })], 'jwks.keys[0] is a private key'],
    ['a key of another curve', [entry({ jwks: { keys: [open(ec('P-384'))] } })], 'jwks.keys[0] is neither'],
    ['a weak key', [entry({ jwks: { keys: [rsa(1024).publicKey.export({ format: 'jwk' })] } })], 'jwks.keys[0] is neither'],
    ['a client id twice', [entry(), other({ clientId: 'hospital-1' })], 'clientId hospital-1 stands twice'],
    ['a key of two clients', [entry(), entry({ clientId: 'hospital-2' })], 'two clients have the same key'],
  ])('cannot be started with %s, and the reason says where', (_, content, reason) => {
    const found = reasons(content);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
    expect(found.join()).not.toContain(String(KEY['x']));
  });

  it('is judged as a whole: every reason at once', () => {
    expect(reasons([entry({ finess: '1', name: '' }), 7])).toHaveLength(3);
  });
});
