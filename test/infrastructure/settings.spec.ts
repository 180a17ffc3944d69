import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { settingsFrom, UnsafeSettings } from '../../src/infrastructure/settings/settings.js';
import { settingTable } from '../../src/infrastructure/settings/setting-table.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.example/mes?sslmode=verify-full&sslrootcert=/etc/mes/ca.crt',
  OIDC_ISSUER: 'https://identity.example',
  OIDC_JWKS_URL: 'https://identity.example/jwks',
  ALLOW_EMBEDDED_KEK: '1',
  ANTIVIRUS: 'clamd://clamd.example:3310',
  SEAL_ORIGIN: 'journal.example/main',
};
const KURRENTDB = {
  EVENT_STORE: 'kurrentdb',
  KURRENTDB_URL: 'esdb://one.example:2113,two.example:2113,three.example:2113?tls=true&tlsCAFile=/certs/ca.crt',
  KURRENTDB_USER: 'mes',
  KURRENTDB_PASSWORD_FILE: '/run/secrets/kurrentdb',
};
const reasons = (environment: Record<string, string>): readonly string[] => {
  try {
    settingsFrom(environment, false);
    return [];
  } catch (error) {
    if (error instanceof UnsafeSettings) return error.reasons;
    throw error;
  }
};

describe('Settings', () => {
  it('take a variable that is set to nothing for one that is not set, also where others rest on it', () => {
    const nothing = { STATE_DIR: '', XDG_STATE_HOME: '', OUTBOX_DIR: '', PORT: '' };
    expect(settingsFrom(nothing, true)).toEqual(settingsFrom({}, true));
    expect(settingsFrom(nothing, false)).toEqual(settingsFrom({}, false));
  });

  it('need nothing to start a look at the system', () => {
    const settings = settingsFrom({ XDG_STATE_HOME: '/tmp/state' }, false);
    expect(settings).toMatchObject({
      databaseUrl: null,
      stateDir: '/tmp/state/mon-espace-sante',
      outboxDir: '/tmp/state/mon-espace-sante/outbox',
      host: '127.0.0.1',
      localIssuer: true,
      testIdentities: true,
      graphqlTools: true,
      production: false,
    });
  });

  it('put the state of root where the account of the database may enter', () => {
    expect(settingsFrom({ XDG_STATE_HOME: '/elsewhere/state' }, true).stateDir).toBe('/var/lib/mon-espace-sante');
  });

  it('start in production without any convenience', () => {
    const settings = settingsFrom(PRODUCTION, false);
    expect(settings).toMatchObject({
      localIssuer: false,
      testIdentities: false,
      graphqlTools: false,
      simulatedClock: false,
      production: true,
    });
  });

  it.each([
    ['the embedded database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['a database on another machine in clear text', { DATABASE_URL: 'postgres://db.example/mes' }, 'sslmode=verify-full'],
    ['one that anybody could stand in for', { DATABASE_URL: 'postgres://db.example/mes?sslmode=no-verify' }, 'DATABASE_URL'],
    ['one whose last word on it is another', { DATABASE_URL: 'postgres://h/mes?sslmode=verify-full&sslmode=disable' }, 'DATABASE_URL'],
    ['one that is named among the parameters', { DATABASE_URL: 'postgres://127.0.0.1/mes?host=db.example' }, 'DATABASE_URL'],
    ['the local issuer', { LOCAL_ISSUER: '1' }, 'LOCAL_ISSUER'],
    ['the simulated clock', { SIMULATED_CLOCK: '1' }, 'SIMULATED_CLOCK'],
    ['test identities', { TEST_IDENTITIES: '1' }, 'TEST_IDENTITIES'],
    ['a key-encryption key in a file, unless it is meant', { ALLOW_EMBEDDED_KEK: '0' }, 'ALLOW_EMBEDDED_KEK'],
    ['the GraphQL tools, unless they are meant', { GRAPHQL_TOOLS: '1' }, 'ALLOW_GRAPHQL_TOOLS'],
    ['facility software without an https address', { FACILITY_CLIENTS_FILE: '/etc/clients.json' }, 'FACILITY_ISSUER'],
    ['deposits that nobody looks at for viruses', { ANTIVIRUS: 'none' }, 'ANTIVIRUS'],
    ['a store of documents without its secret', { S3_ENDPOINT: 'https://s3.example' }, 'S3_ACCESS_KEY_ID'],
    [
      'an event store that takes anybody for everybody',
      { ...KURRENTDB, KURRENTDB_URL: 'esdb://kurrent.example:2113?tls=false' },
      'KURRENTDB_URL',
    ],
    ['an event store that nobody has an account at', { ...KURRENTDB, KURRENTDB_USER: '', KURRENTDB_PASSWORD_FILE: '' }, 'KURRENTDB_USER'],
    ['a sealed log that has the name of every other one', { SEAL_ORIGIN: '' }, 'SEAL_ORIGIN'],
    ['keys over plain http', { OIDC_JWKS_URL: 'http://identity.example/jwks' }, 'OIDC_JWKS_URL'],
  ])('refuse in production %s', (_, unsafe, variable) => {
    const found = reasons({ ...PRODUCTION, ...unsafe });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(variable);
  });

  it.each([
    'postgres://127.0.0.1/mes',
    'postgres://[::1]:5432/mes',
    'postgres://localhost/mes',
    'postgres:///mes?host=/var/run/postgresql',
    'postgres://%2Fvar%2Frun%2Fpostgresql/mes',
  ])('take a database of this machine without a certificate in production: %s', (url) => {
    expect(reasons({ ...PRODUCTION, DATABASE_URL: url })).toEqual([]);
  });

  it.each([
    [{ EVENT_STORE: 'memory' }, 'EVENT_STORE'],
    [{ EVENT_STORE: 'kurrentdb' }, 'KURRENTDB_URL'],
    [{ ...KURRENTDB, KURRENTDB_URL: 'http://kurrent.example' }, 'KURRENTDB_URL'],
    [{ ...KURRENTDB, KURRENTDB_URL: 'esdb://admin:changeit@kurrent.example' }, 'KURRENTDB_URL'],
    [{ ...KURRENTDB, KURRENTDB_URL: 'esdb://kurrent.example?nodePreference=follower' }, 'nodePreference'],
    [{ ...KURRENTDB, KURRENTDB_PASSWORD_FILE: '' }, 'KURRENTDB_PASSWORD_FILE'],
    [{ ...KURRENTDB, KURRENTDB_PASSWORD_FILE: 'relative' }, 'KURRENTDB_PASSWORD_FILE'],
    [{ ...KURRENTDB, KURRENTDB_ERASER_USER: 'mes-eraser' }, 'KURRENTDB_ERASER_PASSWORD_FILE'],
    [{ ...KURRENTDB, KURRENTDB_ERASER_USER: 'mes', KURRENTDB_ERASER_PASSWORD_FILE: '/x' }, 'may not end streams'],
    [{ PORT: 'http' }, 'PORT'],
    [{ PORT: '65536' }, 'PORT'],
    [{ LOCAL_ISSUER: 'yes' }, 'LOCAL_ISSUER'],
    [{ ROLES: 'api,king' }, 'ROLES'],
    [{ ROLES: ',' }, 'ROLES'],
    [{ HOST: 'everywhere' }, 'HOST'],
    [{ STATE_DIR: 'relative/folder' }, 'STATE_DIR'],
    [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL'],
    [{ TEST_IDENTITIES: '0' }, 'TEST_IDENTITIES'],
    [{ FACILITY_ISSUER: 'https://space.example/' }, 'FACILITY_ISSUER'],
    [{ FACILITY_CLIENTS_FILE: 'clients.json' }, 'FACILITY_CLIENTS_FILE'],
    [{ OIDC_PROFESSIONAL_ISSUER: 'https://professionals.example' }, 'OIDC_PROFESSIONAL_ISSUER'],
    [{ LOCAL_ISSUER: '0' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://a.example,https://b.example', OIDC_JWKS_URL: 'https://a.example/jwks' }, 'different lengths'],
    [
      { OIDC_ISSUER: 'https://a.example', OIDC_JWKS_URL: 'https://a.example/jwks', OIDC_STAFF_ISSUER: 'https://b.example' },
      'OIDC_STAFF_ISSUER',
    ],
  ])('refuse %j and name %s', (environment, named) => {
    expect(reasons(environment as Record<string, string>).join('\n')).toContain(named);
  });

  it('take a cluster of EventStoreDB for the events, in production too', () => {
    expect(reasons({ ...PRODUCTION, ...KURRENTDB })).toEqual([]);
  });

  it('say every reason at once, and no value', () => {
    const secret = 'postgress://user:secret@db';
    const found = reasons({ DATABASE_URL: secret, PORT: 'x' }).join('\n');
    expect(found).toMatch(/DATABASE_URL[\s\S]*PORT|PORT[\s\S]*DATABASE_URL/);
    expect(found).not.toContain('secret');
  });

  it('have one variable each', () => {
    const variables = Object.values(settingTable).map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
  });
});
