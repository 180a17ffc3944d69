import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingTable } from '../../src/infrastructure/settings/setting-table.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { composeFile, composeService, composeServices, composeText } from '../support/compose-file.js';
import { breachesIn } from '../support/compose-specification.js';
import { ROOT } from '../support/planted-project.js';
import { projectFiles, textOf } from '../support/project-files.js';

const SECRET = /^\/run\/secrets\/([\w-]+)$/;
const postgres = composeService('postgres');
const product = composeService('mes').environment ?? {};
/** What a service takes from secret files: variable → name of the secret. */
const secretsIn = (environment: Readonly<Record<string, string>> = {}): readonly (readonly [string, string])[] =>
  Object.entries(environment).flatMap(([name, value]) => {
    const secret = SECRET.exec(value)?.[1];
    return secret === undefined ? [] : [[name, secret] as const];
  });

describe('docker-compose.yml', () => {
  it('is a file of the Compose specification', () => {
    expect(breachesIn(composeFile)).toEqual([]);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['a misspelt key', '/services/postgres must NOT have additional properties', { prots: [] }],
    ['a text where a list belongs', '/services/postgres/ports must be array', { ports: '127.0.0.1:5432:5432' }],
    [
      'an unknown condition to wait for',
      '/services/postgres/depends_on/s3/condition must be equal to one of the allowed values',
      { depends_on: { s3: { condition: 'service_well' } } },
    ],
  ])('would be noticed if it were none: %s', (_, what, changes) => {
    expect(breachesIn({ ...composeFile, services: { ...composeFile.services, postgres: { ...postgres, ...changes } } })).toContain(what);
  });

  it('every duration is one that compose reads, where the schema takes any text', () => {
    const given = composeServices.flatMap(([, service]) => Object.entries({ ...service, ...service.healthcheck }));
    const durations = given.filter(([key]) => /^(interval|timeout|start_period|start_interval|stop_grace_period)$/.test(key));
    expect(durations.length).toBeGreaterThan(20);
    expect(durations.filter(([, duration]) => typeof duration !== 'string' || !/^(\d+(us|ms|s|m|h))+$/.test(duration))).toEqual([]);
  });

  it.each(composeServices)(
    '%s: variables have the form of names, restarts are of the four kinds, a health check says what it asks',
    (_, service) => {
      const { environment = {}, restart = 'no', healthcheck } = service;
      expect(Object.keys(environment).filter((name) => !/^[A-Z][A-Za-z0-9_]*$/.test(name))).toEqual([]);
      expect(['no', 'always', 'on-failure', 'unless-stopped']).toContain(restart);
      expect(healthcheck === undefined || healthcheck.test.length > 1).toBe(true);
    },
  );

  it('without a profile it holds one KurrentDB, PostgreSQL, a store that speaks S3, a catcher of e-mails, clamd and the certificates', () => {
    const names = composeServices.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
    expect(names.sort()).toEqual(['clamd', 'kurrentdb', 'kurrentdb-certificates', 'mail', 'postgres', 's3']);
    expect(composeServices.flatMap(([, { profiles = [] }]) => profiles)).toEqual(expect.arrayContaining(['cluster', 'product']));
    expect(postgres.image).toMatch(/^postgres:18\.\d+$/);
  });

  it.each(composeServices)('%s: the image is pinned to a full version, or built here', (_, { image, build }) => {
    expect(image).toMatch(/^[^\s:]+(\/[^\s:]+)*:v?\d+\.\d+(\.\d+)?$/);
    expect(build).toBe(image.startsWith('mon-espace-sante:') ? '.' : undefined);
  });

  it('what is built here carries the version of the product', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    const built = composeServices.filter(([, { build }]) => build !== undefined).map(([, { image }]) => image);
    expect(new Set(built)).toEqual(new Set([`mon-espace-sante:${version}`]));
  });

  it.each(composeServices)('%s: published ports are for this machine alone', (_, { ports = [] }) => {
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  it('no two services ask for the same port of this machine', () => {
    const ports = composeServices.flatMap(([, { ports: published = [] }]) => published.map((port) => port.split(':')[1]));
    expect(ports).toHaveLength(new Set(ports).size);
  });

  it.each(composeServices)('%s: volumes are named and declared, or files of this project that exist, read-only', (_, { volumes = [] }) => {
    const strays = volumes.filter((volume) => {
      const [source = '', , mode] = volume.split(':');
      return source.startsWith('./') ? mode !== 'ro' || !existsSync(join(ROOT, source)) : !(source in composeFile.volumes);
    });
    expect(strays).toEqual([]);
  });

  it('every declared volume and secret is used, and no two servers share data', () => {
    const used = composeServices.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    expect(Object.keys(composeFile.volumes).filter((name) => !used.includes(name))).toEqual([]);
    expect(used.filter((name) => /-(data|logs|state|signatures)$/.test(name))).toHaveLength(
      Object.keys(composeFile.volumes).filter((name) => name !== 'kurrentdb-certificates').length,
    );
    const asked = composeServices.flatMap(([, { secrets = [] }]) => secrets);
    expect([...new Set(asked)].sort()).toEqual(Object.keys(composeFile.secrets).sort());
  });

  it.each(composeServices)('%s: waits only for what says when it is well, or for a step that ends', (_, { depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const { healthcheck, restart } = composeService(name);
      expect([name, condition]).toEqual([name, restart === 'no' ? 'service_completed_successfully' : 'service_healthy']);
      expect([name, healthcheck === undefined]).toEqual([name, restart === 'no']);
    }
  });

  it.each(composeServices.filter(([, { restart }]) => restart !== 'no'))('%s, a server, says when it is well', (_, { healthcheck }) => {
    expect(healthcheck?.test.length).toBeGreaterThan(1);
  });

  it('no password lies in the file: whatever is secret by its name is read from a secret file', () => {
    const settings = composeServices.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const sensitive = settings.filter(([name]) => /PASSWORD|SECRET|TOKEN|LICENSE|ACCESS_KEY|DATABASE_URL/.test(name));
    expect(sensitive.length).toBeGreaterThan(15);
    expect(sensitive.filter(([name, value]) => !name.endsWith('_FILE') || !SECRET.test(value))).toEqual([]);
    expect(composeText).not.toMatch(/:\/\/[^\s/]*:[^\s/]*@|changeit|\$\{/);
  });

  it.each(composeServices)('%s: every secret that it reads is handed to it, and none besides', (_, { environment, secrets = [] }) => {
    expect(
      secretsIn(environment)
        .map(([, secret]) => secret)
        .sort(),
    ).toEqual([...secrets].sort());
  });

  it('a program that knows no secret files is started by the script that reads them, which is mounted', () => {
    for (const [name, { environment, entrypoint = [], volumes = [] }] of composeServices) {
      if (secretsIn(environment).length === 0 || name === 'postgres') continue;
      expect([name, ...entrypoint.slice(0, 2)]).toEqual([name, '/bin/sh', '/with-secrets.sh']);
      expect(volumes).toContain('./deploy/with-secrets.sh:/with-secrets.sh:ro');
    }
  });

  it('each secret is a file outside git, made by the documented script', () => {
    expect(textOf('.gitignore').split('\n')).toContain('/secrets/');
    for (const [name, { file }] of Object.entries(composeFile.secrets)) {
      expect(file).toBe(`./secrets/${name}.txt`);
      expect(textOf('deploy/make-secrets.sh')).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  it('PostgreSQL has checksums, and keeps statements and parameters out of its log', () => {
    expect(postgres.environment?.['POSTGRES_INITDB_ARGS']).toContain('--data-checksums');
    expect(postgres.environment).not.toHaveProperty('POSTGRES_HOST_AUTH_METHOD');
    expect(postgres.command).toEqual(
      expect.arrayContaining(['log_min_error_statement=panic', 'log_parameter_max_length_on_error=0', 'log_error_verbosity=terse']),
    );
    expect(postgres.volumes).toContain('postgres-data:/var/lib/postgresql');
  });
});

describe('The product in docker-compose.yml', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mes-secrets-'));
    for (const name of Object.keys(composeFile.secrets)) writeFileSync(join(folder, name), `of ${name}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const { entrypoint = [] } = composeService('mes');
  const left = entrypoint.flatMap((word) => /^--leave=(.*)$/.exec(word)?.[1] ?? []);
  /** As the program finds them behind the script. */
  const plain = Object.entries(product).map(([name, value]) => [left.includes(name) ? name : name.replace(/_FILE$/, ''), value] as const);

  it('is given only settings that exist', () => {
    const known: readonly string[] = Object.values(settingTable).map(({ variable }) => variable);
    expect(plain.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('starts with them', () => {
    const filled = plain.map(([name, value]) => [
      name,
      SECRET.test(value) && !left.includes(name) ? (name === 'DATABASE_URL' ? 'postgresql://mes@postgres/mes' : 'x') : value,
    ]);
    const settings = settingsFrom(Object.fromEntries(filled) as Record<string, string>, false);
    expect(settings).toMatchObject({ production: false, host: '0.0.0.0', stateDir: '/var/lib/mon-espace-sante' });
  });

  it('starts no command beside its entrypoint, which brings the passwords: no page says so', () => {
    const withoutSecrets = Object.fromEntries(Object.entries(product).filter(([name]) => !name.endsWith('_FILE')));
    expect(() => settingsFrom(withoutSecrets, false)).toThrow(/S3_ACCESS_KEY_ID/);
    const commands = projectFiles('docs').flatMap((file) => textOf(file).match(/^docker compose .*\bmes .*$/gm) ?? []);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => !/ run .*\bmes (?!node\b)/.test(command))).toEqual([]);
  });

  it('keeps its events in the KurrentDB of the file: over TLS, under the two accounts that are prepared there', () => {
    expect(product).toMatchObject({
      EVENT_STORE: 'kurrentdb',
      KURRENTDB_URL: 'esdb://kurrentdb:2113?tls=true&tlsCAFile=/certs/ca/ca.crt',
      KURRENTDB_USER: 'mes',
      KURRENTDB_ERASER_USER: 'mes-eraser',
    });
    const accounts = composeService('kurrentdb-accounts');
    const prepared = [...textOf('deploy/kurrentdb/prepare.mjs').matchAll(/account\('([\w-]+)', KURRENTDB_(\w+)_PASSWORD\)/g)];
    expect(prepared.map(([, login, name]) => [login, accounts.environment?.[`KURRENTDB_${name}_PASSWORD_FILE`]])).toEqual([
      ['mes', product['KURRENTDB_PASSWORD_FILE']],
      ['mes-eraser', product['KURRENTDB_ERASER_PASSWORD_FILE']],
    ]);
    const { depends_on = {}, volumes, profiles } = composeService('mes');
    expect(Object.keys(depends_on)).toContain('kurrentdb-accounts');
    expect([volumes, accounts.profiles]).toEqual([expect.arrayContaining(['kurrentdb-certificates:/certs:ro']), profiles]);
  });

  it('is handed files whose names are its settings, and what else is secret as a variable', () => {
    const script = join(folder, 'with-secrets.sh');
    writeFileSync(script, textOf('deploy/with-secrets.sh').replaceAll('/run/secrets', folder));
    const environment = Object.fromEntries(Object.entries(product).map(([name, value]) => [name, value.replace('/run/secrets', folder)]));
    const words = entrypoint.slice(2, entrypoint.indexOf('node'));
    const said = execFileSync('/bin/sh', [script, ...words, 'env'], { env: { PATH: process.env['PATH'], ...environment } });
    const given = new Map(
      said
        .toString()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    expect(plain.filter(([name]) => !given.has(name))).toEqual([]);
    expect(given.get('S3_SECRET_ACCESS_KEY')).toBe('of s3-secret-access-key');
    expect(given.get('KURRENTDB_PASSWORD_FILE')).toBe(`${folder}/kurrentdb-mes-password`);
    expect([...given.keys()].filter((name) => name.endsWith('_FILE')).sort()).toEqual([...left].sort());
  });

  it('reaches servers of the file by their names, and waits for each', () => {
    const hosts = Object.values(product).flatMap((value) => /^\w+:\/\/([\w-]+):\d+(?:\?|$)/.exec(value)?.[1] ?? []);
    expect(hosts.sort()).toEqual(['clamd', 'kurrentdb', 'mail', 's3']);
    expect(Object.keys(composeService('mes').depends_on ?? {})).toEqual(expect.arrayContaining([...hosts, 'postgres']));
  });
});
