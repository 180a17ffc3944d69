import { categoryOf } from '../../domain/shared/fact.js';
import type { StoredEvent } from '../../application/shared/event-store.js';
import { canonicalJson, NotCanonical } from '../eventstore/canonical-json.js';
import type { EventHeader } from '../eventstore/header.js';
import { bodyDigest } from '../eventstore/leaf.js';
import type { OpenedLeaf, OpenLeaf } from './opening.js';
import { pseudonymised } from './pseudonymising.js';
import type { Refs } from './refs.js';
import type { ExportMode } from './request.js';

/** A line of `evenements/`, and what counts in it. */
export interface EventLine {
  readonly text: string;
  /** Null for a purged leaf, which has no header. */
  readonly counted: { readonly type: string; readonly day: string; readonly role: string; readonly category: string } | null;
  /** True when the line opens something of the event. */
  readonly opens: boolean;
}

/** Categories whose facts authorities read as they are: who has which rights, who looked, who decided. Health content is not among them. */
const FOR_AUTHORITIES: ReadonlySet<string> = new Set(['passage', 'access', 'actor', 'audit', 'space', 'export', 'matrix', 'campaign']);

/** Null when there is nothing to show a line of: no event lies there and nothing explains it, or no header can be made out in what lies there. */
export function eventLine(leaf: OpenedLeaf, mode: ExportMode, refs: Refs): EventLine | null {
  const { index, stored, hash } = leaf;
  if (leaf.state === 'purged')
    return { text: canonicalJson({ closed: 'purged', index, leaf: Buffer.from(hash).toString('base64') }), counted: null, opens: false };
  const found = stored === null ? null : headerOf(leaf, stored);
  if (stored === null || found === null) return null;
  const opened = leaf.state === 'open' ? openedBy(leaf, mode, refs) : null;
  const closed = leaf.state === 'destroyed' || leaf.state === 'archived' ? `,"closed":"${leaf.state}"` : '';
  // In the order of RFC 8785: c, closed, d, h, index, m, t, tv.
  const [before, behind] = opened === null ? ['', ''] : membersOf(opened);
  return {
    text: `{"c":"${bodyDigest(stored.body)}"${closed}${before},"h":${found.text},"index":${index}${behind}}`,
    counted: countedOf(found.header, opened?.t),
    opens: opened !== null,
  };
}

type Clear = Pick<EventHeader, 'at' | 'by' | 'stream' | 'type'>;

/** A header that is of its place is canonical as it lies there. Any other is shown for what it is, as far as it is JSON: its leaf gives it away. */
function headerOf({ event }: OpenedLeaf, { header }: StoredEvent): { readonly text: string; readonly header: Clear } | null {
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('utf8');
  if (event !== null) return { text, header: event.header };
  try {
    const parsed = JSON.parse(text) as Clear;
    return { text: canonicalJson(parsed), header: parsed };
  } catch (error) {
    if (error instanceof NotCanonical || (error as Error).name === 'SyntaxError') return null;
    throw error;
  }
}

interface Shown {
  readonly t: string;
  readonly tv: number;
  readonly m: unknown;
  readonly d: unknown;
}

function openedBy({ plaintext, event, ke }: OpenLeaf, mode: ExportMode, refs: Refs): Shown | null {
  if (mode === 'nominative') return null;
  // A clear body is public: whoever has the log reads it anyway.
  if (ke === undefined) return plaintext;
  if (mode === 'pseudonymised') return pseudonymised(plaintext, refs) as unknown as Shown;
  return FOR_AUTHORITIES.has(categoryOf(event.header.stream)) ? plaintext : null;
}

const membersOf = ({ t, tv, m, d }: Shown): readonly [string, string] => [
  `,"d":${canonicalJson(d)}`,
  `,"m":${canonicalJson(m)},"t":${canonicalJson(t)},"tv":${tv}`,
];

const countedOf = (h: Clear, type: string | undefined): EventLine['counted'] => ({
  type: type ?? h.type,
  day: h.at.slice(0, 10),
  role: h.by,
  category: categoryOf(h.stream),
});

/** A line of `cles/`, which opens exactly this event; null for one that nothing opens. A clear body needs no key. */
export function keyLine(leaf: OpenedLeaf): string | null {
  if (leaf.state !== 'open' || leaf.stored === null) return null;
  const body = Buffer.from(leaf.stored.body).toString('base64url');
  return canonicalJson({ index: leaf.index, body, ...(leaf.ke === undefined ? {} : { ke: Buffer.from(leaf.ke).toString('base64url') }) });
}
