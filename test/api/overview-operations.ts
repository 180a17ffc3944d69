import { buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { DOCUMENT } from './care-operations.js';
import type { Operation, Scene } from './operations.js';

/** Every field that only asks: what GraphQL calls a query. */
export const QUESTIONS: readonly string[] = Object.keys(
  buildSchema(readFileSync('schema.graphql', 'utf8')).getQueryType()?.getFields() ?? {},
);

const WORDS = '{ fr en iso }';
export const OVERVIEW = `space status statusSince channel opposableUntil ${WORDS} opensOn ${WORDS} codeExpires ${WORDS}
  archivedUntil ${WORDS} erasedFrom ${WORDS} hindrance terms { conditions privacy } shouldAcceptTerms`;
const WHO = 'kind id name profession { system code } facility { id name }';
const GIVEN = `given { at by { ${WHO} } line }`;
const TITLED = '{ document set title }';
const RIGHTS = `rights { kind whom { ${WHO} } basis scope from until document ${TITLED} ${GIVEN} lastAccess }
  switches { which value ${GIVEN} } defaultMask { masked ${GIVEN} } allDocuments { masked ${GIVEN} }`;
const LINE = `id at on kind lane by who { ${WHO} } emergency secret documents { document title } fr en
  receipt { outcome rule reason words { fr en } mode matrix facts }`;
const PREVIEW = `documents ${TITLED} effects { whom { ${WHO} } people before after loses ${TITLED} until keepsBecause lastSeen fr en }
  emergency { possible fr en }`;
export const SELECTED = {
  dossier: `overview { ${OVERVIEW} } categories { category count latest { ${DOCUMENT} } } rights { ${RIGHTS} } lastActivity { ${LINE} }`,
  rights: RIGHTS,
  previewMask: PREVIEW,
  history: `lines { ${LINE} } next`,
  myPatients: 'patients { space grounds { kind since until } lastAccess warnings { document fr en } standsStill } next',
  myActs: 'acts { id at kind action space document outcome } next',
  notices: `notices { notice kind on who { ${WHO} } document mandatory read fr en } unread preferences { document access } next`,
} as const;

const ofSpace = ({ address }: Scene) => ({ space: address.handle });
const somebodyElse = { as: 'bruno', status: 404, code: 'access/nothing-here' } as const;
const aPerson = { as: 'alice', status: 403, code: 'access/not-allowed' } as const;
const DOCTOR = { system: '1.2.250.1.71.1.2.7', code: '10' };

/** What is asked about a space as a whole, and by professionals about themselves. */
export const overviewOperations: readonly Operation[] = [
  {
    field: 'dossier',
    route: ['GET', '/spaces/{space}/dossier'],
    from: 'RECORDED',
    as: 'alice',
    args: ofSpace,
    select: SELECTED.dossier,
    refused: somebodyElse,
  },
  {
    field: 'rights',
    route: ['GET', '/spaces/{space}/rights'],
    from: 'CARED',
    as: 'alice',
    args: ofSpace,
    select: SELECTED.rights,
    refused: somebodyElse,
  },
  {
    field: 'previewMask',
    route: ['POST', '/spaces/{space}/mask-previews'],
    from: 'RECORDED',
    as: 'alice',
    args: ofSpace,
    input: ['MaskWishInput', ({ document }) => (document === undefined ? { kind: 'ALL' } : { kind: 'SETS', sets: [document] })],
    select: SELECTED.previewMask,
    refused: somebodyElse,
  },
  {
    field: 'myPatients',
    route: ['GET', '/me/patients'],
    from: 'CARED',
    as: 'dr-martin',
    select: SELECTED.myPatients,
    refused: aPerson,
  },
  {
    field: 'myActs',
    route: ['GET', '/me/acts'],
    from: 'CARED',
    as: 'dr-martin',
    select: SELECTED.myActs,
    refused: aPerson,
  },
  {
    field: 'habilitationMatrix',
    route: ['GET', '/habilitation-matrix'],
    from: 'ACTIVE',
    as: 'alice',
    args: () => DOCTOR,
    select: 'version at rows { profession { system code name } category { code name } type { code name } consultationAllowed }',
    refused: { args: () => ({ ...DOCTOR, asOf: '2001-01-01T00:00:00Z' }), status: 404, code: 'access/no-matrix-then' },
  },
];
