import { Injectable } from '@nestjs/common';
import { foldAccess, type AccessFacts } from '../../domain/access/facts.js';
import { matrix, type Action } from '../../domain/access/matrix.js';
import type { PassageEvent } from '../../domain/audit/passage.js';
import type { Actor } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, Recorded } from '../../domain/shared/fact.js';
import { PassageRecorder } from './passage-recorder.js';
import { Journal } from './ports.js';
import { Refused } from './refused.js';

/** One request as the gate sees it. `messageId` names the request in the whole chain of causes. */
export interface Passing {
  readonly actor: Actor;
  readonly action: Action;
  /** Stream id of the space; null for a question about no space. */
  readonly space: string | null;
  readonly messageId: string;
  readonly purpose?: string | undefined;
  readonly asOf?: string | undefined;
}

/**
 * The only place that authorises, for REST, GraphQL, command line and timers alike. It folds the streams of the space at that
 * moment, so a right given or taken counts for the very next request, and it writes who saw what before anything is shown.
 */
@Injectable()
export class Gate {
  constructor(
    private readonly journal: Journal,
    private readonly recorder: PassageRecorder,
  ) {}

  /** For commands: the facts were read already by the executor. Throws Refused after the refusal has been remembered. */
  async admit(passing: Passing, history: readonly Recorded<Tagged>[]): Promise<void> {
    await this.check(passing, foldAccess(history.map(({ event }) => event)));
  }

  /** For queries: folds, decides, and writes the passage. Resolves only when the line is durable; otherwise StoreUnavailable, and nothing is shown. */
  async pass(passing: Passing): Promise<void> {
    const history = passing.space === null ? [] : (await this.journal.read(`space-${passing.space}`)).facts;
    await this.admit(passing, history);
    if (passing.space === null) return;
    const granted: PassageEvent = {
      type: 'AccessGranted',
      v: 1,
      action: passing.action,
      ...(passing.asOf === undefined ? {} : { asOf: passing.asOf }),
    };
    await this.recorder.record(`passage-${passing.space}`, granted, circumstancesOf(passing));
  }

  private async check(passing: Passing, facts: AccessFacts): Promise<void> {
    const refusal = matrix[passing.action](passing.actor, facts);
    if (refusal === null) return;
    await this.recorder.refuse(
      passing.actor,
      { action: passing.action, target: passing.space ?? '', reason: refusal.rejected },
      circumstancesOf(passing),
    );
    throw new Refused(refusal);
  }
}

const circumstancesOf = ({ actor, messageId, purpose }: Passing): Omit<Circumstances, 'command'> => ({
  who: actor,
  cause: messageId,
  corr: messageId,
  ...(purpose === undefined ? {} : { purpose }),
});
