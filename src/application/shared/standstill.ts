import { categoryOf, idOf, type StreamName } from '../../domain/shared/fact.js';
import type { Fault } from './ports.js';

/** The refusal of everything that concerns a space that stands still. */
export const SPACE_QUARANTINED = 'request/space-quarantined';

/** Categories whose streams have the id of their space: one that cannot be read holds all of them. */
const OF_A_SPACE = ['space', 'access', 'record', 'passage', 'notices', 'mailbox', 'agenda', 'pairing'] as const;

/**
 * What stands still together, by the name of a stream: `space-<id>` for all streams of that space, any other stream for itself.
 * A veil stands for itself too, and with the space it belongs to.
 */
export type Subject = StreamName;

/** The subject whose facts may not go on without those of this stream. */
export const subjectOf = (stream: StreamName): Subject =>
  (OF_A_SPACE as readonly string[]).includes(categoryOf(stream)) ? `space-${idOf(stream)}` : stream;

/** Every stream of a subject, whether it exists or not; with `categories`, those only. */
export const streamsOf = (subject: Subject, categories?: readonly string[]): readonly StreamName[] => {
  const all = categoryOf(subject) === 'space' ? OF_A_SPACE.map((category): StreamName => `${category}-${idOf(subject)}`) : [subject];
  return categories === undefined ? all : all.filter((stream) => categories.includes(categoryOf(stream)));
};

/** Something that a reader meets in the log: `held` where it cannot be read. */
interface Located {
  readonly stream: StreamName;
  readonly position: bigint;
  readonly held?: true;
}

/** A place of the log whose state somebody settled, or that still waits for it. */
export interface KnownPlace {
  readonly stream: StreamName;
  readonly rev: number;
  readonly fault: Fault;
  /** `RELEASED`: an operator decided that it counts as sealed, for ever. */
  readonly state: 'HELD' | 'RELEASED';
}

/** Where each reader begins when its facts of a subject are given back: the first position that it held back. */
export type HeldBack = ReadonlyMap<Subject, bigint>;

/** What stands still at one moment, because of events that cannot be read. Empty in all but bad times. */
export class Standstill {
  private readonly places: ReadonlyMap<string, KnownPlace>;

  constructor(
    places: readonly KnownPlace[],
    /** Each subject and the position from which on its facts are held back. */
    private readonly held: HeldBack,
    /** Spaces that no door may show: those that stand still, and those whose rows are not complete again. */
    private readonly closed: ReadonlySet<string>,
  ) {
    this.places = new Map(places.map((place) => [nameOf(place.stream, place.rev), place]));
  }

  static readonly NONE = new Standstill([], new Map(), new Set());

  /** Whether the space with this stream id is out of reach. */
  isClosed(space: string): boolean {
    return this.closed.has(space);
  }

  /** What is known of a place; undefined when nothing was ever wrong with it, or is no more. */
  at(stream: StreamName, rev: number): KnownPlace | undefined {
    return this.places.size === 0 ? undefined : this.places.get(nameOf(stream, rev));
  }

  holds(subject: Subject): boolean {
    return this.held.has(subject);
  }

  /** The subject under which a reader holds this back; null when it goes on. */
  holding({ stream, position, held }: Located): Subject | null {
    if (held) return subjectOf(stream);
    if (this.held.size === 0) return null;
    const subject = subjectOf(stream);
    const from = this.held.get(subject);
    return from !== undefined && position >= from ? subject : null;
  }
}

const nameOf = (stream: StreamName, rev: number): string => `${stream}/${rev}`;

/** Parts what a reader met into what it takes now, in order, and what it holds back. */
export function parted<M extends Located>(
  facts: readonly M[],
  standstill: Standstill,
): { readonly open: readonly Exclude<M, { held: true }>[]; readonly heldBack: HeldBack } {
  const heldBack = new Map<Subject, bigint>();
  const open = facts.filter((met): met is Exclude<M, { held: true }> => {
    const subject = standstill.holding(met);
    if (subject !== null) note(heldBack, subject, met.position);
    return subject === null;
  });
  return { open, heldBack };
}

/** Remembers the first position of a subject. */
export const note = (heldBack: Map<Subject, bigint>, subject: Subject, position: bigint): void => {
  const before = heldBack.get(subject);
  if (before === undefined || position < before) heldBack.set(subject, position);
};
