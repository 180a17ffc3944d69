import type { MatrixInForce as Version } from '../../application/access/matrices.js';
import type { Circumstance, Foresight } from '../../domain/access/could-see.js';
import { foreseen } from '../../domain/access/could-see.js';
import { possibleDocuments } from '../../domain/access/alternatives.js';
import type { AccessFacts, Consent, MaskFrom } from '../../domain/access/facts.js';
import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { classes, holderSide, namedProfessionals, roles, type Asked } from './readers.js';
import { Timeline, type KnownDocument } from './timeline.js';

/** Throws RangeError when none was in force. */
export function inForceAt(versions: readonly Version[], at: Instant): HabilitationMatrix {
  const found = versions.findLast(({ from }) => from <= at);
  if (found === undefined) throw new RangeError('no version of the authorisation matrix was in force');
  return found.matrix;
}

/** The answer of the policy about one reader and one document (null: there is none). */
export function foresee({ decide, id, missing }: Asked, known: KnownDocument | null, circumstance: Circumstance): Foresight {
  const gone = known !== null && !known.described ? possibleDocuments(known.facts, id, circumstance.law) : null;
  const documents = gone?.alternatives ?? [known?.facts ?? null];
  return foreseen(
    documents.flatMap((document) => decide(document, circumstance)),
    [...missing, ...(gone?.missing ?? [])],
  );
}

/** From (included) until (excluded): the answer, while it was this one. */
export interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
  readonly foresight: Foresight;
  /** The document itself then, for where the facts of its receipt lie. */
  readonly document: KnownDocument | null;
}
export interface Foreseen {
  readonly asked: readonly Asked[];
  readonly stretches: readonly Stretch[];
}

function* chain<T extends { readonly earlier?: T | undefined }>(latest: T): Generator<T> {
  for (let one: T | undefined = latest; one !== undefined; one = one.earlier) yield one;
}
/** Every moment that the facts name at which something begins or ends by itself. */
function boundariesOf({ consents, temporary, emergencies, representatives, masksFrom }: AccessFacts): readonly (Instant | null)[] {
  return [
    ...[...consents.values()].flatMap((one) => [...chain<Consent>(one)].map(({ until }) => until)),
    ...[...temporary.values()].map(({ until }) => until),
    ...[...emergencies.values()].map(({ until }) => until),
    ...representatives.map(({ until }) => until),
    ...[...masksFrom.values()].flatMap((one) => [...chain<MaskFrom>(one)].flatMap(({ from, until }) => [from, until])),
  ];
}

/** A period of the past: from (included) until (excluded). An instant is a period of one millisecond. */
export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}
/** The facts of one space, and of which period of them is asked. */
export interface Played {
  readonly versions: readonly Version[];
  /** All facts of the space, in the order in which they were written. */
  readonly facts: readonly Recorded[];
  readonly period: Period;
}
interface Question extends Played {
  readonly document: string;
}

/** The space after all that was written until a moment (inclusive). */
export function timelineAt(facts: readonly Recorded[], at: Instant, base: Timeline = new Timeline()): Timeline {
  const timeline = base.copy();
  for (const fact of facts) if (fact.at <= at) timeline.take(fact);
  return timeline;
}
/** `timelineAt` for moments of one period, without beginning anew each time. */
export function playerOf({ facts, period: { from } }: Played): (at: Instant) => Timeline {
  const base = timelineAt(facts, from);
  const later = facts.filter(({ at }) => at > from);
  return (at) => timelineAt(later, at, base);
}

/**
 * The same question without what changes nothing of the space: most of what is written are looks by those who looked before, and each would be a moment at
 * which everybody is asked about. Written in another order than at their moments, two facts may change something of each other: the later one stays.
 */
export function changing<P extends Played>(question: P): P {
  const timeline = new Timeline();
  let latest: Instant | '' = '';
  const facts = question.facts.filter((fact) => {
    const isLate = fact.at < latest;
    if (!isLate) latest = fact.at;
    return timeline.take(fact) || isLate;
  });
  return { ...question, facts };
}

/** Moments within the period at which the answer may change: its beginning, what was written in it, and what began or ended by itself. `showing`: when documents begin to show. */
export function momentsOf(
  { facts, period: { from, until }, versions }: Played,
  play: (at: Instant) => Timeline,
  showing: (timeline: Timeline, at: Instant) => readonly (Instant | null)[],
): readonly Instant[] {
  const within = (at: Instant | null): at is Instant => at !== null && from < at && at < until;
  const written = [from, ...facts.map(({ at }) => at).filter(within)];
  const named = [...new Set(written)].flatMap((at) => {
    const timeline = play(at);
    return [...boundariesOf(timeline.access), ...showing(timeline, at)];
  });
  return [...new Set([...written, ...named.filter(within), ...versions.map((version) => version.from).filter(within)])].sort();
}

/** Who could have seen the document, moment by moment; neighbouring moments with the same answer are one stretch, readers with the same answers one entry. */
export function whoCouldHaveSeen(whole: Question): readonly Foreseen[] {
  const question = changing(whole);
  const { versions, period, document } = question;
  const play = playerOf(question);
  const moments = momentsOf(question, play, (timeline, at) => [timeline.document(document, at)?.visibleAt ?? null]);
  const found = new Map<string, { readonly asked: Asked; readonly stretches: Stretch[] }>();
  moments.forEach((at, index) => {
    const timeline = play(at);
    const law = { matrix: inForceAt(versions, at) };
    const known = timeline.document(document, at);
    const circumstance = { access: timeline.access, law, at };
    const everybody = [...holderSide(timeline), ...namedProfessionals(timeline, known?.facts ?? null), ...classes(timeline, law), ...roles];
    for (const asked of everybody) {
      const entry = found.get(asked.key) ?? { asked, stretches: [] };
      append(entry.stretches, {
        from: at,
        until: moments[index + 1] ?? period.until,
        foresight: foresee(asked, known, circumstance),
        document: known,
      });
      found.set(asked.key, { ...entry, asked });
    }
  });
  return grouped([...found.values()]);
}

/** Adds the answer of the next moments to those before: the last stretch goes on while the answer is the same. */
export function append(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  const goesOn = last?.until === next.from && JSON.stringify(last.foresight) === JSON.stringify(next.foresight);
  if (last !== undefined && goesOn) stretches[stretches.length - 1] = { ...last, until: next.until };
  else stretches.push(next);
}

/** Classes that differ in the profession alone, and are answered alike all the time, are one entry. */
function grouped(all: readonly { readonly asked: Asked; readonly stretches: readonly Stretch[] }[]): readonly Foreseen[] {
  const groups = new Map<string, { asked: Asked[]; readonly stretches: readonly Stretch[] }>();
  for (const { asked, stretches } of all) {
    const key = `${asked.group} ${JSON.stringify(stretches.map(({ from, until, foresight }) => [from, until, foresight]))}`;
    const group = groups.get(key);
    if (group) group.asked.push(asked);
    else groups.set(key, { asked: [asked], stretches });
  }
  return [...groups.values()];
}
