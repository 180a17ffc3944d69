import type { Operation, Scene } from './operations.js';

const WORDS = '{ fr en }';
const WHO = 'kind id name profession { system code } facility { id name }';
const CHANGE = '{ kind part field before after fr en }';
const PARTS = '{ part fields { field value } }';
const RECEIPT = `receipt { outcome rule reason words ${WORDS} mode matrix facts }`;
const DECISION = `outcome ${RECEIPT} missing possible`;
const READER = 'reader { kind id name professions { system code fr en } facility { id name } role assumption mode fr en }';
const LAW = `law { matrix { version from } policy caveat ${WORDS} }`;
const WHAT_IF = `from until policy decisions same allowedNow deniedNow otherReason notRecorded notReproduced
  changes { line space at action document professional recorded { outcome rule reason } otherwise { ${DECISION} } }`;

const NOBODYS_DOCUMENT = '7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e';
const ofSpace = ({ address }: Scene) => ({ space: address.handle });
const BEFORE = { from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' };
const asked = {
  from: 'RECORDED',
  as: 'compliance',
  headers: { 'x-purpose': 'plainte 12' },
  refused: { as: 'alice', status: 403, code: 'access/not-allowed' },
} as const;

/** What a compliance officer asks of the past, with his reason. */
export const replayOperations: readonly Operation[] = [
  {
    ...asked,
    field: 'replaySteps',
    route: ['GET', '/spaces/{space}/replay/steps'],
    args: ofSpace,
    select: `before ${PARTS} steps { number at on kind category revision who { ${WHO} } line fr en elapsed ${CHANGE} changes ${CHANGE} } after ${PARTS} next`,
  },
  {
    ...asked,
    field: 'dossierState',
    route: ['GET', '/spaces/{space}/replay/state'],
    args: ofSpace,
    select: `parts ${PARTS}`,
  },
  {
    ...asked,
    field: 'dossierDifference',
    route: ['GET', '/spaces/{space}/replay/difference'],
    args: (scene) => ({ ...ofSpace(scene), from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }),
    select: `from to knowledge changes ${CHANGE}`,
  },
  {
    ...asked,
    field: 'whoCouldSee',
    route: ['GET', '/spaces/{space}/documents/{document}/possible-readers'],
    args: (scene) => ({ ...ofSpace(scene), document: scene.document ?? NOBODYS_DOCUMENT }),
    select: `document from until ${LAW} readers { ${READER} intervals { from until ${DECISION} } } did { id at fr ${RECEIPT} }`,
  },
  {
    ...asked,
    field: 'whatCouldSee',
    route: ['POST', '/spaces/{space}/replay/possible-sights'],
    args: ofSpace,
    input: ['WhatCouldSeeInput', () => ({ professional: '899990000012' })],
    select: `from until ${LAW} readers { ${READER} documents { document { document set status depositedAt typeCode category } intervals { from until ${DECISION} } } }`,
  },
  {
    ...asked,
    field: 'whatIf',
    route: ['POST', '/spaces/{space}/replay/what-if'],
    args: ofSpace,
    input: ['WhatIfInput', () => ({ matrix: 1, ...BEFORE })],
    select: WHAT_IF,
  },
  {
    ...asked,
    field: 'whatIfOfProfessional',
    route: ['POST', '/replay/what-if'],
    input: ['WhatIfOfProfessionalInput', () => ({ matrix: 1, professional: '899990000012', ...BEFORE })],
    select: WHAT_IF,
  },
];
