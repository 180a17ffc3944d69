import type { Request } from '../support/twins.js';
import { DOCUMENT, PAGE, PATIENT } from '../api/care-operations.js';
import { SELECTED } from '../api/overview-operations.js';
import { form } from '../support/multipart.js';
import { entry, letter } from '../support/care.js';
import type { Secret } from './masked-worlds.js';

/** What a reader may know of a space, from whomever he had it. */
export interface Known {
  readonly space: string;
  readonly ins: string;
  /** Of every document, the secret one included. */
  readonly documents: readonly { readonly id: string; readonly depositedAt: string; readonly title: string }[];
  readonly secret: string;
  readonly moments: readonly string[];
}

export const UNKNOWN = '7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e';
const cursorAt = (at: string, id: string): string => Buffer.from(`${at} ${id}`).toString('base64url');
const LIST = `query($space: ID!, $first: Int!, $title: String, $from: String, $until: String, $all: Boolean, $category: String, $typeCode: String,
  $cursor: String, $asOf: String) { documents(space: $space, first: $first, title: $title, from: $from, until: $until, all: $all, category: $category,
  typeCode: $typeCode, cursor: $cursor, asOf: $asOf) { ${PAGE} } }`;

type Asked = Omit<Request, 'as'>;
const get = (url: string, headers: Readonly<Record<string, string>> = {}): Asked => ({ method: 'GET', url: `/api/v1/${url}`, headers });
const sent = (method: string, url: string, body: object): Asked => ({
  method,
  url,
  headers: { 'content-type': 'application/json' },
  payload: JSON.stringify(body),
});
const graphql = (query: string, variables: object): Asked => sent('POST', '/graphql', { query, variables });

/** Every filter, at every edge that the documents have. */
function filters({ documents, moments, secret }: Known): readonly Readonly<Record<string, string>>[] {
  const hidden = documents.find(({ id }) => id === secret);
  const { depositedAt = '', title = '' } = hidden ?? {};
  return [
    {},
    { all: 'true' },
    ...['BIOLOGIE', 'CPT_REND', 'CAR_VAC', 'AUTR_DOC', 'NONE'].map((category) => ({ category, all: 'true' })),
    ...['11502-2', '11488-4', '83901-9', 'EXPPAT_2'].map((typeCode) => ({ typeCode })),
    ...[title, title.toUpperCase(), title.slice(0, 1), '%', '_'].map((part) => ({ title: part || 'x', all: 'true' })),
    { from: depositedAt, all: 'true' },
    { until: depositedAt },
    ...moments.slice(-2).map((asOf) => ({ asOf, all: 'true' })),
  ];
}

/** Lists as the reader asks for them over both doors; `first` for those that are read page by page. */
export const lists = (known: Known): readonly Asked[] =>
  filters(known).flatMap((filter) => {
    const query = new URLSearchParams(filter).toString();
    const { all, ...texts } = filter;
    return [
      get(`spaces/${known.space}/documents?${query}`),
      graphql(LIST, { space: known.space, first: 50, ...texts, ...(all ? { all: true } : {}) }),
    ];
  });

/** Cursors that nobody gave him: at the place of the secret, and beside it. */
export const forgedPages = ({ space, documents, secret }: Known): readonly Asked[] =>
  documents
    .filter(({ id }, n) => n < 3 || id === secret)
    .map(({ id, depositedAt }) => get(`spaces/${space}/documents?all=true&first=2&cursor=${cursorAt(depositedAt, id)}`));

/** All that is asked about one document by its id. */
export const aboutOne = ({ space }: Known, id: string): readonly Asked[] => {
  const path = `spaces/${space}/documents/${id}`;
  const api = `/api/v1/${path}`;
  return [
    get(path),
    get(`${path}/content`),
    get(`${path}/content`, { range: 'bytes=0-3' }),
    get(`${path}/content`, { range: 'bytes=999999999-' }),
    get(`${path}/content`, { range: 'bytes=-1', 'if-none-match': '*' }),
    get(`${path}?asOf=2026-01-01T00:00:00Z`),
    get(path, { 'x-access-mode': 'bris_de_glace' }),
    get(path, { 'x-access-mode': 'centre_15' }),
    get(path, { 'x-secret-connection': 'true' }),
    { method: 'HEAD', url: api },
    { method: 'DELETE', url: api },
    graphql(`query($space: ID!, $document: ID!) { document(space: $space, document: $document) { ${DOCUMENT} } }`, { space, document: id }),
  ];
};

/** Wishes about a document that is not his to deal with, in ways that would change nothing he may change. */
export function wishesAbout({ space }: Known, id: string, { reader }: Secret): readonly Asked[] {
  const path = `/api/v1/spaces/${space}/documents/${id}`;
  const replacing = form(entry({ replaces: id }), letter());
  const mutation = (field: string, input: string, value: object) =>
    graphql(
      `mutation($space: ID!, $document: ID!, $input: ${input}!) { ${field}(space: $space, document: $document, input: $input) { position } }`,
      {
        ...{ space, document: id },
        input: value,
      },
    );
  return [
    sent('PUT', `${path}/archive`, { archived: true }),
    sent('PUT', `${path}/archive`, { archived: false }),
    sent('PUT', `${path}/confidentiality`, { confidentiality: ['MASQUE_PS'] }),
    sent('PUT', `${path}/confidentiality`, { confidentiality: ['INVISIBLE_PATIENT'] }),
    sent('PUT', `${path}/unpublication`, { reason: 'ERROR' }),
    { method: 'PUT', url: `${path}/announcement` },
    sent('POST', `/api/v1/spaces/${space}/document-deletions`, { documents: [id] }),
    sent('POST', `/api/v1/spaces/${space}/mask-previews`, { kind: 'SETS', sets: [id] }),
    mutation('changeDocumentConfidentiality', 'ConfidentialityInput', { confidentiality: ['N'] }),
    mutation('archiveDocument', 'ArchiveInput', { archived: true }),
    ...(reader === 'alice' ? [] : [{ method: 'POST', url: `/api/v1/spaces/${space}/documents`, ...replacing }]),
  ];
}

/** What he may ask beside documents. */
export const around = ({ space, ins }: Known): readonly Asked[] => [
  sent('POST', '/api/v1/patients/search', { ins }),
  graphql(`mutation($input: PatientSearchInput!) { findPatient(input: $input) { ${PATIENT} } }`, { input: { ins } }),
  get(`spaces/${space}`),
  get(`spaces/${space}/history`),
  get(`spaces/${space}/closure-preview`),
  get('me/spaces'),
  get(`spaces/${space}/dossier`),
  graphql(`query($space: ID!) { dossier(space: $space) { ${SELECTED.dossier} } }`, { space }),
  get(`spaces/${space}/rights`),
  graphql(`query($space: ID!) { rights(space: $space) { ${SELECTED.rights} } }`, { space }),
  ...['ALL', 'DEFAULT'].map((kind) => sent('POST', `/api/v1/spaces/${space}/mask-previews`, { kind })),
  get(`spaces/${space}/notices`),
  get('me/patients'),
  get('me/acts?first=100'),
  graphql(`query { myPatients { ${SELECTED.myPatients} } }`, {}),
  get('me/professional-notices'),
];
