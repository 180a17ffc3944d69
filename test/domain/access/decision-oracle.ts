// The decision about access, written down a second time from domain reference 3.1 to 3.6 and 13, as tables and nothing of the code under test.

/** Who asks: what his profession, his specialty and his token say. */
const ROLES = {
  doctor: { row: true, health: true, reads: ['report', 'assessment', 'directives', 'vaccination'] },
  nurse: { row: true, health: true, reads: ['report', 'vaccination'] },
  socialWorker: { row: true, health: false, reads: ['report'] },
  driver: { row: false, health: true, reads: [] },
  workDoctor: { row: true, health: true, reads: ['report', 'assessment', 'directives', 'vaccination'], work: true },
  regulator: { row: true, health: true, reads: ['report', 'assessment', 'directives', 'vaccination'], regulates: true },
  regulatingNurse: { row: true, health: true, reads: ['report', 'vaccination'] },
} as const satisfies Readonly<Record<string, ProfessionalRole>>;
interface ProfessionalRole {
  readonly row: boolean;
  readonly health: boolean;
  readonly reads: readonly string[];
  /** Medicine at work: only with an express consent (3.6, 13.16). */ readonly work?: true;
  readonly regulates?: true;
}

/** What was said about him: what lets him read and feed (3.2, 3.4), and what is against it. */
interface RelationRow {
  readonly reads?: string;
  readonly feeds?: string;
  readonly withdrawn?: true;
  readonly blocked?: true;
  readonly trusted?: 'ATTENDING_DOCTOR' | 'ADMINISTRATOR';
  readonly express?: true;
  /** Of his place of care, as its software feeds. */ readonly place?: 'consent' | 'withdrawn' | 'blocked';
}
const RELATIONS = {
  none: {},
  himself: { reads: 'CARE_TEAM', feeds: 'CARE_TEAM' },
  team: { reads: 'CARE_TEAM', feeds: 'CARE_TEAM', place: 'consent' },
  teamToFeed: { feeds: 'CARE_TEAM', place: 'consent' },
  toFeed: { feeds: 'CARE_TEAM' },
  explicit: { reads: 'CONSENT' },
  explicitOver: { feeds: 'CONSENT' },
  over: { feeds: 'CARE_TEAM' },
  narrowerLater: { reads: 'CARE_TEAM', feeds: 'CARE_TEAM' },
  withdrawn: { withdrawn: true },
  withdrawnFromTeam: { withdrawn: true, place: 'consent' },
  withdrawnThenToFeed: { withdrawn: true, feeds: 'CARE_TEAM', place: 'consent' },
  teamWithdrawn: { withdrawn: true, place: 'withdrawn' },
  code: { reads: 'TEMPORARY_ACCESS', feeds: 'TEMPORARY_ACCESS' },
  codeOver: {},
  express: { reads: 'CONSENT', feeds: 'CONSENT', express: true },
  expressOver: { feeds: 'CONSENT' },
  attending: { trusted: 'ATTENDING_DOCTOR' },
  attendingWithdrawn: { trusted: 'ATTENDING_DOCTOR', withdrawn: true },
  administrator: { trusted: 'ADMINISTRATOR' },
  blocked: { reads: 'CARE_TEAM', feeds: 'CARE_TEAM', blocked: true },
  placeBlocked: { reads: 'CARE_TEAM', feeds: 'CARE_TEAM', blocked: true, place: 'blocked' },
  attendingBlocked: { trusted: 'ATTENDING_DOCTOR', blocked: true },
  attendingPlaceBlocked: { trusted: 'ATTENDING_DOCTOR', blocked: true, place: 'blocked' },
  administratorBlocked: { trusted: 'ADMINISTRATOR', blocked: true },
} as const satisfies Readonly<Record<string, RelationRow>>;

/** How he comes, and what the holder said of it in advance (3.5). */
interface ModeRow {
  readonly mode: 'normal' | 'bris_de_glace' | 'centre_15';
  readonly refused?: true;
  readonly session?: true;
  readonly throughMasks?: true;
}
const MODES = {
  normal: { mode: 'normal' },
  normalThroughMasks: { mode: 'normal', throughMasks: true },
  glass: { mode: 'bris_de_glace', session: true },
  glassThroughMasks: { mode: 'bris_de_glace', session: true, throughMasks: true },
  glassRefused: { mode: 'bris_de_glace', session: true, refused: true },
  glassNotBroken: { mode: 'bris_de_glace' },
  glassOver: { mode: 'bris_de_glace' },
  samu: { mode: 'centre_15', session: true },
  samuThroughMasks: { mode: 'centre_15', session: true, throughMasks: true },
  samuRefused: { mode: 'centre_15', session: true, refused: true },
  samuAfterGlass: { mode: 'centre_15' },
} as const satisfies Readonly<Record<string, ModeRow>>;

/** What he asks for (2.7, 13.11, 13.12). */
interface DocumentRow {
  readonly kind: 'report' | 'assessment' | 'directives' | 'vaccination';
  readonly mask?: 'masked' | 'masked-from-you';
  readonly own?: true;
  readonly hidden?: 'HOLDER' | 'REPRESENTATIVES';
}
const DOCUMENTS = {
  plain: { kind: 'report' },
  assessment: { kind: 'assessment' },
  directives: { kind: 'directives' },
  vaccination: { kind: 'vaccination' },
  masked: { kind: 'report', mask: 'masked' },
  maskedAtDeposit: { kind: 'report', mask: 'masked' },
  maskedWithAll: { kind: 'report', mask: 'masked' },
  unmasked: { kind: 'report' },
  unmaskedWithAll: { kind: 'report' },
  maskedFromHim: { kind: 'report', mask: 'masked-from-you' },
  maskedFromHisPlace: { kind: 'report', mask: 'masked-from-you' },
  maskedFromAnother: { kind: 'report' },
  maskToCome: { kind: 'report' },
  maskOver: { kind: 'report' },
  maskRunningAndToCome: { kind: 'report', mask: 'masked-from-you' },
  maskedDirectives: { kind: 'directives', mask: 'masked' },
  maskedVaccination: { kind: 'vaccination', mask: 'masked' },
  own: { kind: 'report', own: true },
  ownMasked: { kind: 'report', own: true, mask: 'masked' },
  ownAssessment: { kind: 'assessment', own: true },
  hiddenFromHolder: { kind: 'report', hidden: 'HOLDER' },
  hiddenFromRepresentatives: { kind: 'report', hidden: 'REPRESENTATIVES' },
} as const satisfies Readonly<Record<string, DocumentRow>>;

/** Does the space stand open, and has somebody made it his own? (1.2) */
const STATUSES = {
  ACTIVE: { open: true, held: true },
  OPENED: { open: true, held: false },
  OPPOSED: { open: false, held: false },
  CLOSED: { open: false, held: true },
} as const;

/** Those who are no professionals: persons and software (3.6, 2.1). */
export const OTHERS = ['holder', 'representative', 'other', 'software', 'insurer', 'support', 'operator', 'compliance'] as const;

export type Role = keyof typeof ROLES;
export type Other = (typeof OTHERS)[number];
export type Relation = keyof typeof RELATIONS;
export type Mode = keyof typeof MODES;
export type DocumentState = keyof typeof DOCUMENTS;
export type Status = keyof typeof STATUSES;
const keys = <K extends string>(table: Readonly<Record<K, unknown>>): K[] => Object.keys(table) as K[];
export const roles = keys(ROLES);
export const relations = keys(RELATIONS);
export const modes = keys(MODES);
export const documentStates = keys(DOCUMENTS);
export const statuses = keys(STATUSES);
export const modeOf = (mode: Mode): ModeRow['mode'] => MODES[mode].mode;
export const shownAs = (mode: Mode): ModeRow => MODES[mode];

/** One cell: `document` null is a deposit. */
export interface Cell {
  readonly role: Role | Other;
  readonly relation: Relation;
  readonly mode: Mode;
  readonly document: DocumentState | null;
  readonly status: Status;
}
export interface Expected {
  readonly allowed: boolean;
  /** Step of 3.1; `role` where only the role and the account count. */
  readonly rule: string;
  readonly reason: string;
}

const no = (rule: string, reason: string): Expected => ({ allowed: false, rule, reason });
const yes = (rule: string, reason: string): Expected => ({ allowed: true, rule, reason });
type Row = readonly [when: boolean, then: () => Expected];
/** The first row that applies. */
const first = (...rows: readonly Row[]): Expected => {
  const row = rows.find(([when]) => when);
  if (!row) throw new Error('the table has a hole');
  return row[1]();
};

/** What 3.1 to 3.6 and 13 say of this cell. */
export function expectedOf(cell: Cell): Expected {
  const { role } = cell;
  return role in ROLES ? ofProfessional(cell, ROLES[role as Role]) : ofOther(cell);
}

function ofProfessional(cell: Cell, who: ProfessionalRole): Expected {
  const entrance = atTheDoor(cell, who);
  if (cell.document === null) return entrance.limited ? no('4a', 'blocked') : entrance.said;
  const document: DocumentRow = DOCUMENTS[cell.document];
  const author = document.own === true && ['no-consent', 'consent-withdrawn'].includes(entrance.said.reason);
  return entrance.said.allowed || author ? atTheDocument(cell, who, document, entrance) : entrance.said;
}

interface Entrance {
  readonly said: Expected;
  /** The attending doctor whom the holder blocked: vaccinations, care history, wishes (3.4, reading 3). */
  readonly limited: boolean;
}

function atTheDoor({ relation, mode, document, status }: Cell, who: ProfessionalRole): Entrance {
  const said: RelationRow = RELATIONS[relation];
  const way: ModeRow = MODES[mode];
  const feeding = document === null;
  const emergency = way.mode !== 'normal';
  const mt = said.trusted === 'ATTENDING_DOCTOR' && who.work !== true;
  const limited = status in STATUSES && STATUSES[status].open && who.row && !emergency && said.blocked === true && mt;
  const ground = feeding ? said.feeds : said.reads;
  const verdict = first(
    [!STATUSES[status].open, () => no('2', 'not-open')],
    [!who.row, () => no('3', 'never-allowed')],
    [emergency && !who.health, () => no('4e', 'never-allowed')],
    [emergency && who.work === true && said.express !== true, () => no('4e', 'express-consent-needed')],
    [way.mode === 'centre_15' && who.regulates !== true, () => no('4e', 'not-regulating')],
    [way.mode === 'centre_15' && feeding, () => no('4e', 'consult-only')],
    [emergency && way.refused === true, () => no('4e', 'emergency-refused')],
    [emergency && way.session !== true, () => no('4e', 'emergency-not-open')],
    [emergency, () => yes('4e', 'EMERGENCY')],
    [limited, () => yes('4a', 'ATTENDING_DOCTOR')],
    [said.blocked === true, () => no('4a', 'blocked')],
    [who.work === true, () => (said.express === true ? yes('4b', 'CONSENT') : no('4b', 'express-consent-needed'))],
    [said.trusted !== undefined, () => yes('4b', said.trusted ?? '')],
    [ground !== undefined, () => yes('4b', ground ?? '')],
    [said.withdrawn === true, () => no('4b', 'consent-withdrawn')],
    [true, () => no('4b', 'no-consent')],
  );
  return { said: verdict, limited };
}

function atTheDocument({ mode }: Cell, who: ProfessionalRole, document: DocumentRow, { said, limited }: Entrance): Expected {
  const emergency = said.reason === 'EMERGENCY';
  const seesAll = document.own === true || said.reason === 'ATTENDING_DOCTOR' || said.reason === 'ADMINISTRATOR';
  const through = emergency && (MODES[mode] as ModeRow).throughMasks === true;
  const rubric = document.kind === 'vaccination' || document.kind === 'directives';
  const open = (): Expected => yes('5', document.own === true ? 'AUTHOR' : said.reason);
  return first(
    [limited && !rubric, () => no('4a', 'blocked')],
    [seesAll, open],
    [document.mask !== undefined && !through, () => no('5c', document.mask ?? '')],
    [emergency && document.kind === 'directives', open],
    [!who.reads.includes(document.kind), () => no('5d', 'matrix')],
    [true, open],
  );
}

function ofOther({ role, relation, document, status }: Cell): Expected {
  const { open, held } = STATUSES[status];
  const place = (RELATIONS[relation] as RelationRow).place;
  const hidden = document === null ? undefined : (DOCUMENTS[document] as DocumentRow).hidden;
  const reading = document !== null;
  const person = role === 'holder' || role === 'representative';
  const ground = role === 'holder' ? 'HOLDER' : 'REPRESENTATIVE';
  return first(
    [['support', 'operator', 'compliance'].includes(role), () => no('role', 'not-allowed')],
    [reading && (role === 'software' || role === 'insurer'), () => no('role', 'not-allowed')],
    [role === 'other' || (role === 'holder' && !held), () => no('role', 'nothing-here')],
    [!open, () => no('role', 'not-open')],
    [role === 'insurer', () => yes('role', 'FEEDING_DUTY')],
    [role === 'software' && place === 'blocked', () => no('role', 'blocked')],
    [role === 'software' && place === 'consent', () => yes('role', 'CONSENT')],
    [role === 'software' && place === 'withdrawn', () => no('role', 'consent-withdrawn')],
    [role === 'software', () => no('role', 'no-consent')],
    [hidden === 'HOLDER', () => no('5b', 'hidden-from-holder')],
    [hidden === 'REPRESENTATIVES' && role === 'representative', () => no('5b', 'hidden-from-representatives')],
    [person, () => yes(reading ? '5' : 'role', ground)],
  );
}
