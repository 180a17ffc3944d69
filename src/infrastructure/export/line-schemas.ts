const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const base64url = { type: 'string', pattern: '^[A-Za-z0-9_-]+$' } as const;

const header = {
  type: 'object',
  required: ['at', 'by', 'id', 'key', 'rev', 'stream', 'tv', 'type', 'v'],
  properties: { at: text, by: text, id: text, key: text, rev: count, stream: text, tv: count, type: text, v: { const: 1 } },
} as const;

const line = {
  $schema: DIALECT,
  type: 'object',
  required: ['index'],
  additionalProperties: false,
  properties: {
    index: count,
    h: header,
    c: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
    closed: { enum: ['destroyed', 'archived', 'purged'] },
    leaf: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' },
    t: text,
    tv: count,
    m: { type: 'object' },
    d: { type: 'object' },
  },
} as const;

const key = {
  $schema: DIALECT,
  type: 'object',
  required: ['index', 'body'],
  additionalProperties: false,
  properties: { index: count, body: base64url, ke: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' } },
} as const;

const head = {
  $schema: DIALECT,
  type: 'object',
  required: ['stream', 'rev', 'count'],
  additionalProperties: false,
  properties: { stream: text, rev: count, count },
} as const;

const cells = { type: 'object', additionalProperties: { type: ['integer', 'null'] } } as const;
const stats = {
  $schema: DIALECT,
  type: 'object',
  required: ['events', 'byType', 'byDay', 'byRole', 'byCategory', 'suppressed'],
  additionalProperties: false,
  properties: {
    events: count,
    byType: cells,
    byDay: cells,
    byRole: cells,
    byCategory: cells,
    suppressed: { type: 'array', items: text },
  },
} as const;

/** JSON Schemas of what stands in a package, by name (docs/reference/export-format.md says it in words). */
export const SCHEMAS: Readonly<Record<string, unknown>> = { evenement: line, cle: key, 'tete-de-flux': head, stats };
