import { NO_ORIGIN, type ReadSettings } from './setting-table.js';

/** A combination in which the system does not start. */
export interface UnsafeCombination {
  readonly holds: (settings: ReadSettings) => boolean;
  /** Names the variables and says why; shown at start and in the reference. */
  readonly because: string;
}

const inProduction =
  (holds: (settings: ReadSettings) => boolean) =>
  (settings: ReadSettings): boolean =>
    settings.environment === 'production' && holds(settings);
const noIdentity = ({ oidcIssuers, localIssuer, roles }: ReadSettings): boolean =>
  roles.includes('api') && oidcIssuers.length === 0 && !localIssuer;

const ON_THIS_MACHINE = /^((\[::1\]|::1|localhost|127(\.\d+){3})?$|\/|%2f)/i;
/** Whether what is asked of a database passes a network where others could read it, or could stand in for the server. */
function isOpenOnTheWay(databaseUrl: string): boolean {
  if (!URL.canParse(databaseUrl)) return false;
  const { hostname, searchParams } = new URL(databaseUrl);
  // The driver takes the last of several, and a host among the parameters (a path is a socket of this machine) before that of the address.
  const host = searchParams.getAll('host').at(-1) ?? hostname;
  return !ON_THIS_MACHINE.test(host) && searchParams.getAll('sslmode').at(-1) !== 'verify-full';
}

const onKurrent =
  (holds: (settings: ReadSettings) => boolean) =>
  (settings: ReadSettings): boolean =>
    settings.eventStore === 'kurrentdb' && holds(settings);

const eventStoreCombinations: readonly UnsafeCombination[] = [
  {
    holds: onKurrent(({ kurrentdbUrl }) => kurrentdbUrl === null),
    because: 'EVENT_STORE=kurrentdb without KURRENTDB_URL: nobody knows where the events lie',
  },
  {
    holds: onKurrent(({ kurrentdbUser, kurrentdbPasswordFile }) => (kurrentdbUser === null) !== (kurrentdbPasswordFile === null)),
    because: 'KURRENTDB_USER and KURRENTDB_PASSWORD_FILE one without the other: an account is a name and a password',
  },
  {
    holds: onKurrent(
      ({ kurrentdbEraserUser, kurrentdbEraserPasswordFile }) => (kurrentdbEraserUser === null) !== (kurrentdbEraserPasswordFile === null),
    ),
    because: 'KURRENTDB_ERASER_USER and KURRENTDB_ERASER_PASSWORD_FILE one without the other: an account is a name and a password',
  },
  {
    holds: onKurrent(({ kurrentdbUser, kurrentdbEraserUser }) => kurrentdbUser !== null && kurrentdbUser === kurrentdbEraserUser),
    because: 'KURRENTDB_ERASER_USER is KURRENTDB_USER: whoever writes events may not end streams',
  },
  {
    holds: onKurrent(({ kurrentdbUrl }) => /[?&]nodePreference=(?!leader)/i.test(kurrentdbUrl ?? '')),
    because: 'KURRENTDB_URL with a nodePreference other than leader: only the leader knows the newest events, and decisions rest on them',
  },
  {
    holds: inProduction(onKurrent(({ kurrentdbUrl }) => /[?&]tls=false/i.test(kurrentdbUrl ?? ''))),
    because: 'NODE_ENV=production with tls=false in KURRENTDB_URL: without TLS the event store takes anybody for everybody',
  },
  {
    holds: inProduction(onKurrent(({ kurrentdbUser }) => kurrentdbUser === null)),
    because: 'NODE_ENV=production with EVENT_STORE=kurrentdb without KURRENTDB_USER: a server with TLS lets nobody in without a name',
  },
];

export const unsafeCombinations: readonly UnsafeCombination[] = [
  ...eventStoreCombinations,
  {
    holds: inProduction(({ databaseUrl }) => databaseUrl === null),
    because: 'NODE_ENV=production without DATABASE_URL: the embedded PostgreSQL has no copy and no backup',
  },
  {
    holds: inProduction(({ databaseUrl }) => databaseUrl !== null && isOpenOnTheWay(databaseUrl)),
    because:
      'NODE_ENV=production with a DATABASE_URL on another machine without sslmode=verify-full: what read models hold would be read, or answered, by whoever stands between',
  },
  {
    holds: inProduction(({ localIssuer }) => localIssuer),
    because: 'NODE_ENV=production with LOCAL_ISSUER=1: anybody on this machine could be anybody',
  },
  {
    holds: inProduction(({ simulatedClock }) => simulatedClock),
    because: 'NODE_ENV=production with SIMULATED_CLOCK=1: legal deadlines run on real time',
  },
  {
    holds: inProduction(({ testIdentities }) => testIdentities),
    because: 'NODE_ENV=production with TEST_IDENTITIES=1: invented people do not belong among real ones',
  },
  {
    holds: inProduction(({ embeddedKekAllowed }) => !embeddedKekAllowed),
    because: 'NODE_ENV=production with the key-encryption key in a file: set ALLOW_EMBEDDED_KEK=1 if that file is protected otherwise',
  },
  {
    holds: inProduction(({ graphqlTools, graphqlToolsAllowed }) => graphqlTools && !graphqlToolsAllowed),
    because: 'NODE_ENV=production with GRAPHQL_TOOLS=1 without ALLOW_GRAPHQL_TOOLS=1: the schema is not for strangers',
  },
  {
    holds: inProduction(({ oidcKeys }) => oidcKeys.some((url) => !url.startsWith('https:'))),
    because: 'NODE_ENV=production with OIDC_JWKS_URL over plain http: whoever stands between could issue tokens',
  },
  {
    holds: inProduction(({ sealOrigin }) => sealOrigin === NO_ORIGIN),
    because:
      'NODE_ENV=production with the default SEAL_ORIGIN: signed heads of a log that has the name of every other installation prove nothing, and the name cannot be changed later',
  },
  {
    holds: inProduction(({ antivirus }) => antivirus === 'none'),
    because: 'NODE_ENV=production with ANTIVIRUS=none: what is deposited here is opened in surgeries and hospitals',
  },
  {
    holds: ({ s3Endpoint, s3AccessKey, s3SecretKey }) => s3Endpoint !== null && (s3AccessKey === null || s3SecretKey === null),
    because: 'S3_ENDPOINT without S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: the store could not be asked',
  },
  {
    holds: inProduction(({ facilityClientsFile, facilityIssuer }) => facilityClientsFile !== null && !facilityIssuer.startsWith('https:')),
    because:
      'NODE_ENV=production with FACILITY_CLIENTS_FILE without an https address in FACILITY_ISSUER: assertions are made out to an address',
  },
  {
    holds: ({ testIdentities, environment }) => environment !== 'production' && !testIdentities,
    because: 'TEST_IDENTITIES=0 outside production: real people do not belong in a test',
  },
  { holds: noIdentity, because: 'the role api without OIDC_ISSUER or LOCAL_ISSUER=1: nobody could identify himself' },
  {
    holds: ({ oidcIssuers, oidcKeys }) => oidcIssuers.length !== oidcKeys.length,
    because: 'OIDC_ISSUER and OIDC_JWKS_URL of different lengths: each issuer has its own key set',
  },
  {
    holds: ({ staffIssuers, oidcIssuers }) => staffIssuers.some((issuer) => !oidcIssuers.includes(issuer)),
    because: 'OIDC_STAFF_ISSUER names an issuer that OIDC_ISSUER does not',
  },
  {
    holds: ({ professionalIssuers, oidcIssuers }) => professionalIssuers.some((issuer) => !oidcIssuers.includes(issuer)),
    because: 'OIDC_PROFESSIONAL_ISSUER names an issuer that OIDC_ISSUER does not',
  },
  {
    holds: ({ facilityIssuer, oidcIssuers }) => oidcIssuers.includes(facilityIssuer),
    because: 'FACILITY_ISSUER is one of OIDC_ISSUER: two would issue tokens under one name',
  },
];
