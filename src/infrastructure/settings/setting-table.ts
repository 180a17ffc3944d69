import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';

export type SettingKind = 'text' | 'number' | 'flag' | 'list';
type ValueOf<K extends SettingKind> = K extends 'text'
  ? string
  : K extends 'number'
    ? number
    : K extends 'flag'
      ? boolean
      : readonly string[];

/** An address that nobody has (RFC 2606): the name of a log to look at. */
export const NO_ORIGIN = 'mon-espace-sante.invalid/journal';

/** What the environment says of the installation itself, before any setting is read: defaults may rest on it. */
export interface Surroundings {
  readonly production: boolean;
  readonly root: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One environment variable: how it is read, what it is when absent, what it means. */
export interface Setting<K extends SettingKind = SettingKind> {
  readonly variable: string;
  readonly kind: K;
  /** As text, the way somebody would set it; null: there is none, the setting is then absent (or an empty list). */
  readonly standard: (around: Surroundings) => string | null;
  /** The default in words, for the reference. */
  readonly standardInWords: string;
  readonly meaning: string;
}

const setting =
  <K extends SettingKind>(kind: K) =>
  (variable: string, standard: string | null, meaning: string): Setting<K> => ({
    variable,
    kind,
    standard: () => standard,
    standardInWords: standard === null ? '(none)' : `\`${standard}\``,
    meaning,
  });
const text = setting('text');
const number = setting('number');
const flag = setting('flag');
const list = setting('list');

const computed = <K extends SettingKind>(base: Setting<K>, standard: Setting['standard'], standardInWords: string): Setting<K> => ({
  ...base,
  standard,
  standardInWords,
});

/** A variable that is set to nothing is not set. */
const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);
/** Root keeps its state where another account may enter: PostgreSQL refuses to run as root and runs as `nobody`. */
const stateFolder = ({ root, environment }: Surroundings): string => {
  if (root) return '/var/lib/mon-espace-sante';
  return join(given(environment['XDG_STATE_HOME']) ?? join(homedir(), '.local', 'state'), 'mon-espace-sante');
};
const inStateFolder =
  (name: string) =>
  (around: Surroundings): string =>
    join(given(around.environment['STATE_DIR']) ?? stateFolder(around), name);
const outsideProduction = ({ production }: Surroundings): string => (production ? '0' : '1');
const localIssuer = ({ production, environment }: Surroundings): string => (production || environment['OIDC_ISSUER'] ? '0' : '1');

/** Every setting of the system. `docs/reference/settings.md` is generated from this table. */
export const settingTable = {
  environment: text('NODE_ENV', 'development', '`production`, `development` or `test`. Production refuses every convenience below.'),
  databaseUrl: text(
    'DATABASE_URL',
    null,
    'PostgreSQL to use. Without it a PostgreSQL is started from the npm packages, in the state folder.',
  ),
  stateDir: computed(
    text('STATE_DIR', null, 'Folder of everything this process keeps on disk: embedded database, local keys, outbox.'),
    stateFolder,
    '`$XDG_STATE_HOME/mon-espace-sante`, else `~/.local/state/mon-espace-sante`; as root `/var/lib/mon-espace-sante`',
  ),
  eventStore: text(
    'EVENT_STORE',
    'postgres',
    'Where events lie: `postgres`, or `kurrentdb` (EventStoreDB / KurrentDB; PostgreSQL then still holds keys, registry and read models).',
  ),
  kurrentdbUrl: text(
    'KURRENTDB_URL',
    null,
    'Cluster of EVENT_STORE=kurrentdb, without an account: `esdb://node1:2113,node2:2113,node3:2113?tls=true&tlsCAFile=/path/to/ca.crt`.',
  ),
  kurrentdbUser: text('KURRENTDB_USER', null, 'Account there. A server without TLS asks for none.'),
  kurrentdbPasswordFile: text('KURRENTDB_PASSWORD_FILE', null, 'File that holds its password, and nothing else.'),
  kurrentdbEraserUser: text('KURRENTDB_ERASER_USER', null, 'Account that may end streams, for the destruction of spaces.'),
  kurrentdbEraserPasswordFile: text('KURRENTDB_ERASER_PASSWORD_FILE', null, 'File that holds its password.'),
  roles: list('ROLES', 'api,projections,processes,timers,outbox,sealer', 'What this process does; several processes may share the work.'),
  leaseSeconds: number(
    'LEASE_SECONDS',
    '10',
    'How long others wait before they take over the work of a process that died, in seconds; a process that ends gives it up at once.',
  ),
  host: text('HOST', '127.0.0.1', 'Address to listen on.'),
  port: number('PORT', '3000', 'Port to listen on; 0 asks the kernel for a free one.'),
  trustedProxies: list('TRUSTED_PROXIES', null, 'Addresses or networks of proxies whose `X-Forwarded-For` is believed.'),
  behindTls: flag('BEHIND_TLS', '0', '1 when clients reach us over TLS: browsers are then told to insist on it (HSTS).'),
  oidcIssuers: list('OIDC_ISSUER', null, 'Issuers of access tokens, separated by commas.'),
  oidcKeys: list('OIDC_JWKS_URL', null, 'Key sets of these issuers, in the same order.'),
  oidcAudience: text('OIDC_AUDIENCE', 'mon-espace-sante', 'Audience a token must name.'),
  staffIssuers: list(
    'OIDC_STAFF_ISSUER',
    null,
    'Those of the issuers that may name support agents, operators, compliance officers and agents of Assurance Maladie.',
  ),
  professionalIssuers: list(
    'OIDC_PROFESSIONAL_ISSUER',
    null,
    'Those of the issuers that name professionals, by the claims of Pro Santé Connect, and no other persons.',
  ),
  tokenMaxAge: number('TOKEN_MAX_AGE', '3600', 'Age above which a token is refused whatever it says, seconds.'),
  facilityIssuer: text(
    'FACILITY_ISSUER',
    'urn:mon-espace-sante:facility-issuer',
    'Name under which this installation issues tokens for facility software: the https address clients reach us under, without a path.',
  ),
  facilityClientsFile: text(
    'FACILITY_CLIENTS_FILE',
    null,
    'JSON file of the facility software that may ask for tokens (docs/how-to/register-a-facility-software.md).',
  ),
  controlReferencesFile: text(
    'CONTROL_REFERENCES_FILE',
    null,
    'JSON file of the references a controller asks for: impact assessment, certificate of the host, processors (docs/how-to/answer-a-control.md).',
  ),
  staffAccountsFile: text(
    'STAFF_ACCOUNTS_FILE',
    null,
    'JSON file of the accounts of staff that the identity provider lists: roles given, reviewed, taken away (docs/how-to/answer-a-control.md).',
  ),
  localIssuer: computed(
    flag('LOCAL_ISSUER', null, 'Issue tokens for invented personas ourselves (`mes token --as`).'),
    localIssuer,
    '`1` outside production when OIDC_ISSUER is absent, else `0`',
  ),
  simulatedClock: flag('SIMULATED_CLOCK', '0', 'Let a demonstration move the clock forward.'),
  testIdentities: computed(
    flag('TEST_IDENTITIES', null, '1: only INS of the test ranges are accepted; 0: only real ones.'),
    outsideProduction,
    '`1` outside production, else `0`',
  ),
  embeddedKekAllowed: flag('ALLOW_EMBEDDED_KEK', '0', 'Accept, in production, that the key-encryption key is a file in the state folder.'),
  cryptoThreads: computed(
    number('CRYPTO_THREADS', null, 'Threads in which many events and keys at a time are encrypted and opened; `0`: in the main thread.'),
    () => String(Math.max(1, availableParallelism() - 1)),
    'one less than there are cores, at least `1`',
  ),
  smtpUrl: text('SMTP_URL', null, 'Mail server, `smtp://` or `smtps://`. Without it messages go to the outbox folder.'),
  mailFrom: text('MAIL_FROM', 'ne-pas-repondre@mon-espace-sante.invalid', 'Sender of the e-mails.'),
  outboxDir: computed(
    text('OUTBOX_DIR', null, 'Folder of letters to print, and of e-mails without a mail server; `outbox` and `timers` share it.'),
    inStateFolder('outbox'),
    '`outbox` in the state folder',
  ),
  blobDir: computed(
    text('BLOB_DIR', null, 'Folder of the encrypted documents, when there is no S3_ENDPOINT. A file system with hard links.'),
    inStateFolder('blobs'),
    '`blobs` in the state folder',
  ),
  s3Endpoint: text(
    'S3_ENDPOINT',
    null,
    'Store that speaks S3 for the encrypted documents; several processes on several machines need one.',
  ),
  s3Region: text('S3_REGION', 'us-east-1', 'Region that requests to the store are signed for.'),
  s3Bucket: text('S3_BUCKET', 'mon-espace-sante', 'Bucket of the documents; nothing else may lie in it.'),
  s3AccessKey: text('S3_ACCESS_KEY_ID', null, 'Account at the store.'),
  s3SecretKey: text('S3_SECRET_ACCESS_KEY', null, 'Its secret.'),
  deletionLedger: computed(
    text(
      'DELETION_LEDGER',
      null,
      'File of what was destroyed, with a folder `….persons` beside it; outside of whatever backups bring back. Processes that destroy (`timers`) write it, every process reads it at its start: all share one.',
    ),
    inStateFolder('deletion-ledger.jsonl'),
    '`deletion-ledger.jsonl` in the state folder',
  ),
  exportDir: computed(
    text(
      'EXPORT_DIR',
      null,
      'Folder of finished exports, each encrypted for its recipient; processes that make and remove them (`timers`) and serve them (`api`) share it.',
    ),
    inStateFolder('exports'),
    '`exports` in the state folder',
  ),
  antivirus: text('ANTIVIRUS', 'none', '`clamd://host:port`, `clamd:///path/of/socket`, or `none`, which production refuses.'),
  sealOrigin: text(
    'SEAL_ORIGIN',
    NO_ORIGIN,
    'Name of this log in its signed heads: an address of yours without `https://`. Fixed with the first head; production refuses the default.',
  ),
  sealKeyFile: computed(
    text('SEAL_KEY_FILE', null, 'File of the keys that sign heads, made by the first sealer; the newest head lies beside it (`.head`).'),
    inStateFolder('seal-keys.json'),
    '`seal-keys.json` in the state folder',
  ),
  sealEvery: number('SEAL_EVERY', '1000', 'Pause between two signed heads while events come in, milliseconds.'),
  sealCheckEvery: number(
    'SEAL_CHECK_EVERY',
    '600',
    'Pause between two comparisons of a part of the log with its seal, in the role sealer, seconds.',
  ),
  sealCheckSample: number('SEAL_CHECK_SAMPLE', '20000', 'Leaves of such a part, which is drawn by lot each time.'),
  sealCheckHour: number('SEAL_CHECK_HOUR', '2', 'Hour of the day, UTC, from which on the whole log is compared with its seal, once a day.'),
  sealPolicyFile: text(
    'SEAL_POLICY_FILE',
    null,
    'File (C2SP tlog-policy) of the witnesses that cosign the heads of the sealed log, for the role `sealer`. Without it heads are published as signed.',
  ),
  logLevel: text('LOG_LEVEL', 'info', '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.'),
  rateLimit: number('RATE_LIMIT', '300', 'Requests a minute from one address; with IPv6 from one network of 64 bits.'),
  letterRateLimit: number('RATE_LIMIT_LETTERS', '20', 'The same to what takes a letter instead of an account.'),
  graphqlTools: computed(
    flag('GRAPHQL_TOOLS', null, 'Serve the GraphQL explorer and answer introspection.'),
    outsideProduction,
    '`1` outside production, else `0`',
  ),
  graphqlToolsAllowed: flag('ALLOW_GRAPHQL_TOOLS', '0', 'Accept GRAPHQL_TOOLS=1 in production.'),
} as const satisfies Readonly<Record<string, Setting>>;

type Table = typeof settingTable;
type NoDefault =
  | 'databaseUrl'
  | 'kurrentdbUrl'
  | 'kurrentdbUser'
  | 'kurrentdbPasswordFile'
  | 'kurrentdbEraserUser'
  | 'kurrentdbEraserPasswordFile'
  | 'smtpUrl'
  | 'facilityClientsFile'
  | 'controlReferencesFile'
  | 'staffAccountsFile'
  | 'sealPolicyFile'
  | 's3Endpoint'
  | 's3AccessKey'
  | 's3SecretKey';
/** The settings as read, before they are judged. */
export type ReadSettings = {
  readonly [N in keyof Table]: N extends NoDefault ? string | null : Table[N] extends Setting<infer K> ? ValueOf<K> : never;
};
