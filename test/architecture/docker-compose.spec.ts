import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ROOT } from '../support/planted-project.js';
import { textOf } from '../support/project-files.js';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly healthcheck?: object;
  readonly command?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<'kurrentdb' | 'postgres' | 'kurrentdb-certificates', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const text = textOf('docker-compose.yml');
const compose = parse(text) as Compose;
const services: readonly (readonly [string, Service])[] = Object.entries(compose.services);
const { kurrentdb, postgres } = compose.services;

/** What may never be set where data of people may come: reference of the server, "never in production". */
const NEVER = [
  'INSECURE',
  'DEV',
  'MEM_DB',
  'UNSAFE_DISABLE_FLUSH_TO_DISK',
  'UNSAFE_IGNORE_HARD_DELETE',
  'UNSAFE_ALLOW_SURPLUS_NODES',
  'ALLOW_ANONYMOUS_STREAM_ACCESS',
  'ALLOW_ANONYMOUS_ENDPOINT_ACCESS',
  'DISABLE_TLS',
].flatMap((name) => [`KURRENTDB_${name}`, `EVENTSTORE_${name}`]);

describe('docker-compose.yml', () => {
  it('is of the form that compose reads, and a misspelt key is noticed', () => {
    const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
      JSON.parse(textOf('test/support/compose-schema.json')) as object,
    );
    validate(compose);
    expect(validate.errors).toBeNull();
    expect(validate({ ...compose, services: { ...compose.services, postgres: { ...postgres, prots: [] } } })).toBe(false);
  });

  it('holds one KurrentDB of the long-term line and one PostgreSQL 18, and a step that ends by itself', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['kurrentdb', 'kurrentdb-certificates', 'postgres']);
    expect(kurrentdb.image).toMatch(/\/kurrent-lts\/kurrentdb:26\.0\.\d+$/);
    expect(postgres.image).toMatch(/^postgres:18\.\d+$/);
  });

  it.each(services)('%s: the image is pinned to a full version', (_, { image }) => {
    expect(image).toMatch(/^[^\s:]+(\/[^\s:]+)*:\d+\.\d+(\.\d+)?$/);
  });

  it.each(services)('%s: published ports are for this machine alone', (_, { ports = [] }) => {
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  it.each(services)('%s: volumes are named and declared, or files of this project that exist, read-only', (_, { volumes = [] }) => {
    const strays = volumes.filter((volume) => {
      const [source = '', , mode] = volume.split(':');
      return source.startsWith('./') ? mode !== 'ro' || !existsSync(join(ROOT, source)) : !(source in compose.volumes);
    });
    expect(strays).toEqual([]);
  });

  it('no password lies in the file: each is asked for by name, or read from a secret', () => {
    const settings = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const sensitive = settings.filter(([name]) => /PASSWORD|SECRET|TOKEN|LICENSE/.test(name));
    expect(sensitive).toHaveLength(3);
    expect(sensitive.filter(([, value]) => !/^\$\{[A-Z_]+:\?[^}]+\}$|^\/run\/secrets\/[\w-]+$/.test(value))).toEqual([]);
    expect(text).not.toMatch(/:\/\/[^\s/]*:[^\s/]*@|changeit/);
  });

  it('each secret is a file outside git, made by the documented script', () => {
    const ignored = textOf('.gitignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['/secrets/', '.env']));
    for (const { file } of Object.values(compose.secrets)) {
      expect(file).toMatch(/^\.\/secrets\/[\w-]+\.txt$/);
      expect(textOf('deploy/make-secrets.sh')).toContain(file.slice(2));
    }
    for (const [, name = ''] of text.matchAll(/\$\{([A-Z_]+):\?/g)) expect(textOf('deploy/make-secrets.sh')).toContain(name);
  });

  it('servers say when they are well, and keep what they were given', () => {
    for (const server of [kurrentdb, postgres]) expect(server.healthcheck).toBeDefined();
    expect(kurrentdb.volumes).toContain('kurrentdb-data:/var/lib/kurrentdb');
    expect(postgres.volumes).toContain('postgres-data:/var/lib/postgresql');
  });

  it('KurrentDB runs under TLS with its access rules, without anything that is never for production', () => {
    const settings = kurrentdb.environment ?? {};
    expect(Object.keys(settings).filter((name) => NEVER.includes(name))).toEqual([]);
    expect(settings).toMatchObject({
      KURRENTDB_CERTIFICATE_FILE: expect.stringMatching(/^\/certs\//),
      KURRENTDB_CERTIFICATE_PRIVATE_KEY_FILE: expect.stringMatching(/^\/certs\//),
      KURRENTDB_TRUSTED_ROOT_CERTIFICATES_PATH: expect.stringMatching(/^\/certs\//),
      KURRENTDB_RUN_PROJECTIONS: 'None',
      KURRENTDB_ENABLE_ATOM_PUB_OVER_HTTP: 'false',
      KURRENTDB_TELEMETRY_OPTOUT: 'true',
      KURRENTDB_MAX_APPEND_SIZE: '1048576',
    });
  });

  it('PostgreSQL has checksums, and keeps statements and parameters out of its log', () => {
    expect(postgres.environment?.['POSTGRES_INITDB_ARGS']).toContain('--data-checksums');
    expect(postgres.environment).not.toHaveProperty('POSTGRES_HOST_AUTH_METHOD');
    expect(postgres.command).toEqual(
      expect.arrayContaining(['log_min_error_statement=panic', 'log_parameter_max_length_on_error=0', 'log_error_verbosity=terse']),
    );
  });
});
