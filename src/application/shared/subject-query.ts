import { Injectable, type Provider } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import type { Action, GeneralQueryName, SpaceQueryName } from '../../domain/access/matrix.js';
import type { Viewer } from '../../domain/access/policy.js';
import type { LookedAt } from '../../domain/audit/compliance-look.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Knowledge } from '../../domain/shared/knowledge.js';
import type { Instant } from '../../domain/shared/time.js';
import { Gate, type Admission } from './gate.js';
import { Secrets } from './ports.js';

/** Who asks and under which conditions. */
export interface Asking {
  readonly actor: Actor;
  readonly messageId: string;
  /** A past moment, under today's authorisation. */
  readonly asOf?: Instant | undefined;
  /** In which sense that moment is meant; absent: what we knew then, the prefix of the log written until it. */
  readonly knowledge?: Knowledge | undefined;
  /** Receipt of a write this answer must include: waits for it. */
  readonly after?: string | undefined;
  /** Why, where a role must say it. */
  readonly purpose?: string | undefined;
  /** How a professional comes to the space; absent: normal. */
  readonly mode?: AccessMode | undefined;
  /** Under the secret of a minor. */
  readonly secret?: boolean | undefined;
  /** Whom a question about no space is about, for the line that is written of it. */
  readonly about?: LookedAt | undefined;
}

/** A question about one space, or (`space` null) about no space in particular. */
export class SubjectQuery<R> extends Query<R> {
  constructor(
    /** Stream id of the space. */
    readonly space: string | null,
    readonly asking: Asking,
  ) {
    super();
  }
}

/** Runs one SQL text with positional values. Table names are bare: which tables answer (now, or as of a past moment) is not the question's business. */
export type Sql = <Row>(text: string, ...values: readonly unknown[]) => Promise<Row[]>;
export type Ask<R> = (sql: Sql) => Promise<R>;
/** Which moment of the tables is asked about. */
export type AskedMoment = Pick<Asking, 'asOf' | 'after' | 'knowledge'>;

/** Through whose eyes the tables are read: the database itself shows nothing else (row-level security). */
export interface Sight {
  /** `GATE`: the decision itself, which must know what it refuses. `COMPLIANCE`: reads of whom a line is hidden, and looks at no document. */
  readonly viewer: Viewer['kind'] | 'COMPLIANCE' | 'NOBODY' | 'GATE';
  /** `nameOf` the actor. */
  readonly actor: string;
  /** What is hidden until a day shows from that day on: the moment that is asked about. */
  readonly moment: Instant;
}
/** As whom somebody who was admitted reads. */
export const sightOf = (actor: Actor, { viewer, moment }: Admission): Sight => ({
  viewer: viewer?.kind ?? (actor.role === 'compliance' ? 'COMPLIANCE' : 'NOBODY'),
  actor: nameOf(actor),
  moment,
});

/** Read models as they stand now, or as they stood. */
export abstract class ReadModels {
  /**
   * Waits until the tables include `after`, then runs the question: on the live tables, or (with `asOf`) on tables built by the same projections
   * from what was written, or true, up to that moment: in the streams of this space, or (`space` null) in the whole log. Reading that may take longer than
   * anybody waits: then it throws Refused `query/past-too-long`.
   */
  abstract ask<R>(space: string | null, asking: AskedMoment, sight: Sight, ask: Ask<R>): Promise<R>;
}

/** A query handler is a function from tables to an answer; passing the gate and choosing the moment are not its business. */
export function answerTo<R, Q extends SubjectQuery<R>>(
  name: SpaceQueryName | GeneralQueryName,
  query: new (...args: never[]) => Q,
  answer: (sql: Sql, query: Q, admission: Admission, secrets: Secrets) => Promise<R>,
): Provider {
  @QueryHandler(query)
  @Injectable()
  class Handler implements IQueryHandler<SubjectQuery<R>> {
    constructor(
      private readonly gate: Gate,
      private readonly tables: ReadModels,
      private readonly secrets: Secrets,
    ) {}

    async execute(asked: Q): Promise<R> {
      const { after: _, ...asking } = asked.asking;
      const passing = { ...asking, action: name satisfies Action, space: asked.space };
      const admission = await this.gate.pass(passing);
      return this.tables.ask(asked.space, asked.asking, sightOf(asking.actor, admission), (sql) =>
        answer(sql, asked, admission, this.secrets),
      );
    }
  }
  return Object.defineProperty(Handler, 'name', { value: `${name}Handler` });
}
