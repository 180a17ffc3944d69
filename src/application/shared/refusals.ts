import type { ActorEvent } from '../../domain/access/passage.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Circumstances, Recorded, StreamName } from '../../domain/shared/fact.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import type { LineWriter } from './line-writer.js';
import type { Proviso } from './line.js';
import { KeyGone, type Clock, type Secrets } from './ports.js';

type Denied = Extract<ActorEvent, { type: 'AccessDenied' }>;
type DeniedAgain = Extract<ActorEvent, { type: 'AccessDeniedAgain' }>;
/** What was refused, and why. */
export type Refusal = Omit<Denied, 'type' | 'v' | 'minute'>;
/** What somebody wanted to look at or to change. */
interface Aim {
  /** Null: no space. */
  readonly space: string | null;
  readonly document?: { readonly id: string } | undefined;
  readonly veil?: StreamName | undefined;
}
/** What a refusal says of what was aimed at. `exists`: whether there is such a space, with which it then ends. */
export const aimOf = ({ space, document, veil }: Aim, { exists }: { readonly exists: boolean }): Omit<Refusal, 'action' | 'reason'> => ({
  target: space ?? '',
  ...(space !== null && exists ? { space } : {}),
  ...(document === undefined ? {} : { document: document.id }),
  ...(veil === undefined ? {} : { veil }),
});

type Surroundings = Omit<Circumstances, 'command'>;

const MINUTE_MS = 60_000;
/** Facts of a minute may lie this far before it, milliseconds: what the store lets clocks differ. */
const CLOCKS_DIFFER_MS = 2_000;
/** Kinds of refusal remembered at a time, some 2 KiB each. */
const REMEMBERED = 10_000;

/** One kind of refusal of one actor in one minute. */
interface Kind {
  readonly stream: StreamName;
  readonly minute: string;
  /** Its line lies in the log, whoever wrote it. */
  there: boolean;
  /** Pending while this process writes its line. */
  first: Promise<void>;
  /** Refusals without a line of their own. */
  count: number;
  /** The first of those that were counted. */
  again: Again | null;
}
interface Again {
  readonly refusal: Refusal;
  readonly circumstances: Surroundings;
}

/** What a refusal is counted by: the document that was asked for, or the reason. Told by the reason, a line more would tell a masked document from none. */
const aboutOf = ({ document, reason }: Refusal): string => document ?? reason;
/** Who may not know of it: a secret try is no number on a line of the open, nor an open one on a line that is hidden. */
const hiddenAs = ({ veil }: Refusal, { secret }: Surroundings): readonly [veil: string, within: string] => [
  veil ?? '',
  secret ? 'secret' : '',
];
const minuteOf = (at: Instant): string => at.slice(0, 16);
const sinceOf = (minute: string): Instant => instantOf(Date.parse(`${minute}:00.000Z`) - CLOCKS_DIFFER_MS);

/**
 * Who was refused what: the first of its minute is a line, further ones are a number that is written when the minute is over. Several processes may
 * refuse the same actor: whoever comes second finds the line of the first, for both give it the same id.
 */
export class Refusals {
  private readonly kinds = new Map<string, Kind>();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly writer: Pick<LineWriter, 'write' | 'forget'>,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
    private readonly remembered = REMEMBERED,
  ) {}

  /** Resolves when a line of this kind and minute is durable. */
  async refuse(actor: Actor, refusal: Refusal, circumstances: Surroundings): Promise<void> {
    const stream: StreamName = `actor-${this.secrets.digest('actor', nameOf(actor))}`;
    const minute = minuteOf(this.clock.now());
    const id = this.secrets.digest('command', stream, refusal.target, aboutOf(refusal), ...hiddenAs(refusal, circumstances), minute);
    const again: Again = { refusal, circumstances };
    const known = this.kinds.get(id);
    if (known === undefined) return this.begin(id, { stream, minute }, again);
    await known.first;
    count(known, again);
  }

  /** Writes every number, whether its minute is over or not. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.telling;
    await this.tellAll([...this.kinds]);
  }

  private async begin(id: string, { stream, minute }: Pick<Kind, 'stream' | 'minute'>, again: Again): Promise<void> {
    const kind: Kind = { stream, minute, there: false, first: Promise.resolve(), count: 0, again: null };
    kind.first = this.writeFirst(id, kind, again);
    this.kinds.set(id, kind);
    this.arm();
    try {
      await kind.first;
    } catch (error) {
      this.kinds.delete(id);
      throw error;
    }
    await this.makeRoom();
  }

  private async writeFirst(id: string, kind: Kind, again: Again): Promise<void> {
    const { stream, minute } = kind;
    const denied: Denied = { type: 'AccessDenied', v: 1, ...again.refusal, minute };
    const proviso = { ...this.provisoOf(stream, minute), needless: () => kind.there };
    await this.writer.write({ stream, circumstances: again.circumstances, factsOn: () => [denied], idOn: () => id, proviso });
    if (kind.there) count(kind, again);
    kind.there = true;
  }

  private provisoOf(stream: StreamName, minute: string): Proviso {
    return { since: sinceOf(minute), meet: (facts) => this.meet(stream, facts), needless: () => false };
  }

  /** What another process wrote within the minute needs no second line of ours. */
  private meet(stream: StreamName, facts: readonly Recorded[]): void {
    const now = minuteOf(this.clock.now());
    for (const { event, meta } of facts as readonly Recorded<ActorEvent>[]) {
      if (event.type !== 'AccessDenied' || event.minute < now) continue;
      const kind = this.kinds.get(meta.command.id);
      const { minute } = event;
      if (kind) kind.there = true;
      else this.kinds.set(meta.command.id, { stream, minute, there: true, first: Promise.resolve(), count: 0, again: null });
    }
  }

  /** Whoever is one too many waits until the number of the oldest is written. */
  private async makeRoom(): Promise<void> {
    for (const [id, kind] of this.kinds) {
      if (this.kinds.size <= this.remembered) return;
      this.kinds.delete(id);
      this.writer.forget(kind.stream);
      await this.tell(kind);
    }
  }

  private arm(): void {
    const left = MINUTE_MS - (epochOf(this.clock.now()) % MINUTE_MS);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.telling = this.tellOver();
    }, left).unref();
  }

  /** Never rejects: what cannot be written now is kept, and tried again when the next minute is over. */
  private async tellOver(): Promise<void> {
    const now = minuteOf(this.clock.now());
    await this.tellAll([...this.kinds].filter(([, { minute }]) => minute < now)).catch(() => undefined);
    if (this.kinds.size > 0) this.arm();
  }

  private async tellAll(kinds: readonly (readonly [id: string, kind: Kind])[]): Promise<void> {
    const told = await Promise.allSettled(
      kinds.map(async ([id, kind]) => {
        this.kinds.delete(id);
        await this.tell(kind).catch((error: unknown) => {
          this.kinds.set(id, kind);
          throw error;
        });
      }),
    );
    const failed = told.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async tell(kind: Kind): Promise<void> {
    await Promise.allSettled([kind.first]);
    const { stream, minute, count, again } = kind;
    // Also when the first could not be written: then nobody was counted.
    if (again === null) return;
    const { refusal, circumstances } = again;
    const { target, reason, document, space, veil = null } = refusal;
    const fact: DeniedAgain = {
      type: 'AccessDeniedAgain',
      v: 1,
      target,
      reason,
      minute,
      count,
      veil,
      ...(document === undefined ? {} : { document }),
      ...(space === undefined ? {} : { space }),
    };
    try {
      await this.writer.write({
        stream,
        circumstances,
        factsOn: () => [fact],
        idOn: (at, place) => this.secrets.digest('command', stream, at, String(place), JSON.stringify(fact)),
        proviso: this.provisoOf(stream, minuteOf(this.clock.now())),
      });
    } catch (error) {
      // The space was destroyed within the minute, and the line that is counted here died with it: nobody is owed its number.
      if (!(error instanceof KeyGone)) throw error;
    }
  }
}

function count(kind: Kind, again: Again): void {
  kind.count += 1;
  kind.again ??= again;
}
