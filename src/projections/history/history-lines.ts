import type { HistoryActor, HistoryLine, HistoryReceipt, Lane } from '../../application/history/history.queries.js';
import type { Secrets } from '../../application/shared/ports.js';
import type { Grantee } from '../../domain/access/access-vocabulary.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import type { Instant } from '../../domain/shared/time.js';
import { professionName } from './professions.js';
import { reasonInWords } from './reasons.js';
import { streamOfVeil } from './secret-within.js';
import { sentences, type HistoryFact } from './sentences.js';
import { meantBy, type Titled } from './titles.js';
import { whoActed, type By, type Stated } from './who.js';
import { whomIn, type Names } from './names.js';
import type { Details, Sentence } from './words.js';

/** A line as it lies in its table, with what is true of it now. */
export interface Found {
  readonly position: bigint;
  readonly veil: string | null;
  readonly stream: string;
  readonly rev: number;
  readonly at: Instant;
  readonly true_on: Instant | null;
  readonly lane: Lane;
  readonly kind: HistoryFact['type'];
  readonly by: By;
  readonly stated: string | null;
  readonly about_professional: string | null;
  readonly about_facility: string | null;
  readonly details: string;
  readonly ground: string | null;
  readonly secret: boolean;
  readonly again: number;
}

/** What a reader knows beside the line, when it is said to him. */
export interface Reading {
  readonly space: string;
  readonly secrets: Pick<Secrets, 'digest'>;
  readonly titled: readonly Titled[];
  readonly names: Names;
  /** Whether the receipt is for him. */
  readonly receipts: boolean;
}

const detailsOf = ({ details }: Pick<Found, 'details'>): Details => JSON.parse(details) as Details;

/** Ids of the documents and sets that a line speaks of. */
export function documentsIn(found: Pick<Found, 'details'>): readonly string[] {
  const { document, sets } = detailsOf(found);
  return [...(typeof document === 'string' && document !== '' ? [document] : []), ...(Array.isArray(sets) ? (sets as string[]) : [])];
}

/** The same for the same fact, everywhere and always; nobody else can make or read one. */
export const lineId = ({ secrets, space }: Pick<Reading, 'secrets' | 'space'>, stream: string, rev: number): string =>
  secrets.digest('line', space, stream, String(rev));

/** A receipt as it is shown. Of a fact under another veil than this one nothing is said: its line may not be this reader's. */
export function shownReceipt(ground: RecordedGround, veil: string | null, reading: Pick<Reading, 'secrets' | 'space'>): HistoryReceipt {
  const { outcome, rule, reason, mode, matrix, facts } = ground;
  const lines = facts.flatMap(({ stream, rev }) => {
    const place = stream === 'veil' ? veil && streamOfVeil(veil) : stream;
    return place === null ? [] : [lineId(reading, place, rev)];
  });
  return { outcome, rule, reason, words: reasonInWords(reason), mode, matrix, facts: lines };
}
const receiptOf = ({ ground, veil }: Found, reading: Reading): HistoryReceipt | null =>
  ground === null || !reading.receipts ? null : shownReceipt(JSON.parse(ground) as RecordedGround, veil, reading);

/** Somebody as a line shows him. */
export function actorOf(by: By, stated: Stated | null): HistoryActor {
  const { id = null, name = null, profession = null, facility = null } = stated ?? {};
  return { kind: by, id, name, profession: profession && { ...profession, ...professionName(profession) }, facility };
}

/** A line in the words of this moment. */
export function lineOf(found: Found, reading: Reading): HistoryLine {
  const { stream, rev, at, true_on, lane, kind, by, secret, again } = found;
  const stated = found.stated === null ? null : (JSON.parse(found.stated) as Stated);
  const mode = found.ground === null ? 'normal' : (JSON.parse(found.ground) as RecordedGround).mode;
  const said = sentences[kind] as Sentence<HistoryFact> | null;
  const whom: (grantee: Grantee) => ReturnType<ReturnType<typeof whomIn>> = whomIn(reading.names);
  const titles = (ids: readonly string[]) => meantBy(reading.titled, ids).map(({ title }) => title);
  const { fr = '', en = '' } = said?.say(detailsOf(found), { who: whoActed(by, stated), mode, again, whom, titles }) ?? {};
  return {
    id: lineId(reading, stream, rev),
    at,
    on: true_on ?? at,
    kind,
    lane,
    by,
    who: actorOf(by, stated),
    emergency: mode !== 'normal' || kind === 'BreakGlassUsed',
    secret,
    documents: meantBy(reading.titled, documentsIn(found)).map(({ document, title }) => ({ document, title })),
    fr,
    en,
    receipt: receiptOf(found, reading),
  };
}
