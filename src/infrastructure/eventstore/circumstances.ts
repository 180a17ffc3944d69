import type { Actor, Assurance, Facility, Profession, Professional, Role, Subject, SystemPart } from '../../domain/shared/actor.js';
import type { Circumstances, CommandMark } from '../../domain/shared/fact.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';

/** Who, as it lies in the store (member `who` of `m`): a kind, and an id with the system that gave it. */
export interface StoredWho {
  readonly kind: string;
  readonly id?: string;
  readonly idSystem?: string;
  readonly assurance?: Assurance;
  /** When the person last proved himself; instants are texts in the store. */
  readonly authenticatedAt?: Instant;
  /** The account of somebody whose id is another: a professional's. */
  readonly account?: Subject;
  /** Under what name he came: the history shows the name of then. */
  readonly name?: string;
  readonly profession?: Profession;
  readonly specialty?: string;
  readonly sector?: string;
  readonly facility?: Facility;
  /** Regulates calls of a SAMU; absent: no. */
  readonly regulating?: true;
  /** Client id of a software that came for itself. */
  readonly software?: string;
}

/** National identifiers of professionals (ASIP-SANTE-PS), and FINESS numbers of places. */
const PROFESSIONAL_IDS = '1.2.250.1.71.4.2.1';
const FACILITY_IDS = '1.2.250.1.71.4.2.2';

/** Member `m` of the plaintext: what surrounds a fact. */
export interface StoredCircumstances {
  readonly who: StoredWho;
  readonly on?: Instant;
  readonly purpose?: string;
  readonly ground?: RecordedGround;
  /** Under the secret of a minor; absent: no. */
  readonly secret?: true;
  readonly cause: string;
  readonly corr: string;
  readonly command: CommandMark;
}

type Agent = Extract<Actor, { role: 'insurer' | 'support' | 'operator' | 'compliance' | 'archivist' | 'auditor' }>;

const AGENTS: ReadonlySet<Role> = new Set<Agent['role']>(['insurer', 'support', 'operator', 'compliance', 'archivist', 'auditor']);
const isAgent = (who: Actor): who is Agent => AGENTS.has(who.role);

const writeWho = (who: Actor): StoredWho => {
  if (isAgent(who)) return writeAgent(who);
  switch (who.role) {
    case 'bearer':
      return { kind: who.role };
    case 'system':
      return { kind: who.role, id: who.name };
    case 'person':
      return {
        kind: who.role,
        id: who.subject.sub,
        idSystem: who.subject.issuer,
        assurance: who.assurance,
        authenticatedAt: instantOf(who.authenticatedAt),
      };
    case 'professional':
      return writeProfessional(who);
    case 'facility':
      return { kind: who.role, id: who.facility.id, idSystem: FACILITY_IDS, facility: who.facility, software: who.client };
  }
};

const writeAgent = ({ role: kind, subject, assurance }: Agent): StoredWho => ({
  kind,
  id: subject.sub,
  idSystem: subject.issuer,
  assurance,
});

type Caring = Extract<Actor, { role: 'professional' }>;
const writeProfessional = ({ role: kind, subject: account, assurance, professional }: Caring): StoredWho => {
  const { id, name, profession, specialty, sector, facility, regulating } = professional;
  return {
    kind,
    id,
    idSystem: PROFESSIONAL_IDS,
    account,
    assurance,
    name,
    profession,
    ...(specialty === undefined ? {} : { specialty }),
    ...(sector === undefined ? {} : { sector }),
    ...(facility === null ? {} : { facility }),
    ...(regulating ? { regulating } : {}),
  };
};
const readProfessional = ({ id, account: subject, assurance, name, profession, ...more }: StoredWho): Actor | null => {
  if (id === undefined || !subject || !assurance || name === undefined || !profession) return null;
  const { specialty, sector, facility = null, regulating = false } = more;
  const professional: Professional = {
    id,
    name,
    profession,
    facility,
    regulating,
    ...(specialty === undefined ? {} : { specialty }),
    ...(sector === undefined ? {} : { sector }),
  };
  return { role: 'professional', subject, assurance, professional };
};

/** Somebody with an account: his id, the system of the id, and how sure we were of him, all of them or the fact is unreadable. */
const account = ({ id, idSystem, assurance }: StoredWho) =>
  id !== undefined && idSystem !== undefined && assurance !== undefined ? { subject: { issuer: idSystem, sub: id }, assurance } : null;

const staff =
  (role: Agent['role']) =>
  (who: StoredWho): Actor | null => {
    const known = account(who);
    return known && { role, ...known };
  };

const READERS: { readonly [R in Role]: (who: StoredWho) => Actor | null } = {
  bearer: () => ({ role: 'bearer' }),
  system: ({ id }) => (id === undefined ? null : { role: 'system', name: id as SystemPart }),
  person: (who) => {
    const known = account(who);
    return known && who.authenticatedAt !== undefined ? { role: 'person', ...known, authenticatedAt: epochOf(who.authenticatedAt) } : null;
  },
  professional: readProfessional,
  facility: ({ facility, software }) => (facility && software !== undefined ? { role: 'facility', client: software, facility } : null),
  insurer: staff('insurer'),
  support: staff('support'),
  operator: staff('operator'),
  compliance: staff('compliance'),
  archivist: staff('archivist'),
  auditor: staff('auditor'),
};

/** The circumstances as they are stored; members without a value are left out. */
export const writeCircumstances = ({ who, on, purpose, ground, secret, cause, corr, command }: Circumstances): StoredCircumstances => ({
  who: writeWho(who),
  ...(on === undefined ? {} : { on }),
  ...(purpose === undefined ? {} : { purpose }),
  ...(ground === undefined ? {} : { ground }),
  ...(secret ? { secret } : {}),
  cause,
  corr,
  command,
});

/** The circumstances as the domain sees them; null when they name somebody of a kind that this version does not know. */
export const readCircumstances = ({ who, ...rest }: StoredCircumstances): Circumstances | null => {
  if (!Object.hasOwn(READERS, who.kind)) return null;
  const actor = READERS[who.kind as Role](who);
  return actor && { who: actor, ...rest };
};
