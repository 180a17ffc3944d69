import { ArrayNotEmpty, IsIn, IsInt, IsIP, IsNotEmpty, IsUrl, Matches, Max, Min, ValidateIf, validateSync } from 'class-validator';
import { settingTable, type ReadSettings, type Setting, type Surroundings } from './setting-table.js';
import { unsafeCombinations } from './unsafe-combinations.js';

export const ROLES = ['api', 'projections', 'processes', 'timers', 'outbox', 'sealer'] as const;
export type Role = (typeof ROLES)[number];
const given = (_: unknown, value: unknown): boolean => value !== null;
const httpUrl = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** All that the environment decides, validated once at start. Injected whole; nothing else reads environment variables. */
export class Settings implements ReadSettings {
  @IsIn(['production', 'development', 'test']) readonly environment: string;
  @ValidateIf(given) @Matches(/^postgres(ql)?:\/\//) readonly databaseUrl: string | null;
  @Matches(/^\//) readonly stateDir: string;
  @IsIn(['postgres', 'kurrentdb']) readonly eventStore: string;
  @ValidateIf(given) @Matches(/^esdb(\+discover)?:\/\/[^\s@]+$/) readonly kurrentdbUrl: string | null;
  readonly kurrentdbUser: string | null;
  @ValidateIf(given) @Matches(/^\//) readonly kurrentdbPasswordFile: string | null;
  readonly kurrentdbEraserUser: string | null;
  @ValidateIf(given) @Matches(/^\//) readonly kurrentdbEraserPasswordFile: string | null;
  @ArrayNotEmpty() @IsIn(ROLES, { each: true }) readonly roles: readonly string[];
  @IsInt() @Min(1) @Max(300) readonly leaseSeconds: number;
  @ValidateIf((_, host) => host !== 'localhost') @IsIP() readonly host: string;
  @IsInt() @Min(0) @Max(65_535) readonly port: number;
  @Matches(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, { each: true }) readonly trustedProxies: readonly string[];
  readonly behindTls: boolean;
  @IsNotEmpty({ each: true }) readonly oidcIssuers: readonly string[];
  @IsUrl(httpUrl, { each: true }) readonly oidcKeys: readonly string[];
  @IsNotEmpty() readonly oidcAudience: string;
  readonly staffIssuers: readonly string[];
  readonly professionalIssuers: readonly string[];
  @Matches(/^(urn:|https?:\/\/).*[^/]$/) readonly facilityIssuer: string;
  @ValidateIf(given) @Matches(/^\//) readonly facilityClientsFile: string | null;
  @ValidateIf(given) @Matches(/^\//) readonly controlReferencesFile: string | null;
  @ValidateIf(given) @Matches(/^\//) readonly staffAccountsFile: string | null;
  @IsInt() @Min(60) @Max(86_400) readonly tokenMaxAge: number;
  readonly localIssuer: boolean;
  readonly simulatedClock: boolean;
  readonly testIdentities: boolean;
  readonly embeddedKekAllowed: boolean;
  @IsInt() @Min(0) @Max(256) readonly cryptoThreads: number;
  @ValidateIf(given) @Matches(/^smtps?:\/\//) readonly smtpUrl: string | null;
  @Matches(/^[^\s@]+@[^\s@]+$/) readonly mailFrom: string;
  @Matches(/^\//) readonly outboxDir: string;
  @Matches(/^\//) readonly blobDir: string;
  @ValidateIf(given) @IsUrl(httpUrl) readonly s3Endpoint: string | null;
  @IsNotEmpty() readonly s3Region: string;
  @IsNotEmpty() readonly s3Bucket: string;
  readonly s3AccessKey: string | null;
  readonly s3SecretKey: string | null;
  @Matches(/^\//) readonly deletionLedger: string;
  @Matches(/^\//) readonly exportDir: string;
  @Matches(/^(none|clamd:\/\/([^/:\s]+:\d{1,5}|\/\S+))$/) readonly antivirus: string;
  @Matches(/^[^\s+]+$/) readonly sealOrigin: string;
  @Matches(/^\//) readonly sealKeyFile: string;
  @IsInt() @Min(10) @Max(3_600_000) readonly sealEvery: number;
  @IsInt() @Min(1) @Max(86_400) readonly sealCheckEvery: number;
  @IsInt() @Min(1) @Max(100_000_000) readonly sealCheckSample: number;
  @IsInt() @Min(0) @Max(23) readonly sealCheckHour: number;
  @ValidateIf(given) @Matches(/^\//) readonly sealPolicyFile: string | null;
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) readonly logLevel: string;
  @IsInt() @Min(1) readonly rateLimit: number;
  @IsInt() @Min(1) readonly letterRateLimit: number;
  readonly graphqlTools: boolean;
  readonly graphqlToolsAllowed: boolean;

  constructor(read: ReadSettings) {
    Object.assign(this, read);
  }

  get production(): boolean {
    return this.environment === 'production';
  }
}

/** Why the system does not start: every reason at once, each naming the variable, never its value. */
export class UnsafeSettings extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(`The settings do not allow a start:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
  }
}

type Environment = Surroundings['environment'];
const variableOf = (field: string): string => (settingTable as Readonly<Record<string, Setting>>)[field]?.variable ?? field;

const readers = {
  text: (raw: string | null) => raw,
  number: (raw: string | null) => (raw !== null && /^\d+$/.test(raw) ? Number(raw) : Number.NaN),
  flag: (raw: string | null) => (raw === '0' || raw === '1' ? raw === '1' : null),
  list: (raw: string | null) => (raw ?? '').split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()])),
} as const;

const rawOf = (setting: Setting, around: Surroundings): string | null => {
  const set = around.environment[setting.variable];
  return set === undefined || set === '' ? setting.standard(around) : set;
};

function readSettings(environment: Environment, root: boolean): { read: ReadSettings; malformed: readonly string[] } {
  const around = { production: environment['NODE_ENV'] === 'production', root, environment };
  const entries = Object.entries(settingTable).map(([field, setting]) => {
    return [field, setting, readers[setting.kind](rawOf(setting, around))] as const;
  });
  const malformed = entries.flatMap(([, { kind, variable }, value]) =>
    kind === 'flag' && value === null ? [`${variable} is 0 or 1`] : [],
  );
  return { read: Object.fromEntries(entries.map(([field, , value]) => [field, value])) as unknown as ReadSettings, malformed };
}

/** Reads and judges the environment; throws UnsafeSettings with every reason. `root`: whether the process runs as root. */
export function settingsFrom(environment: Environment, root: boolean): Settings {
  const { read, malformed } = readSettings(environment, root);
  const settings = new Settings(read);
  const invalid = validateSync(settings).map(({ property, constraints }) => {
    const rules = Object.values(constraints ?? {}).map((rule) => rule.replace(property, '').trim());
    return `${variableOf(property)} ${rules.join(' and ')}`;
  });
  const unsafe = unsafeCombinations.flatMap(({ holds, because }) => (holds(settings) ? [because] : []));
  const reasons = [...malformed, ...invalid, ...unsafe];
  if (reasons.length > 0) throw new UnsafeSettings(reasons);
  return settings;
}
