import { DatabaseError } from 'pg';
import { inNextTurn } from '../../application/shared/next-turn.js';
import { StoreUnavailable } from '../../application/shared/ports.js';

/** How many questions go into one statement at most, and how many statements are under way at the same time. */
export interface TogetherLimits {
  readonly most: number;
  readonly lanes: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  /** It was in a statement that failed, and goes by itself now: what troubles one must not trouble its neighbours. */
  readonly alone: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks in one statement what many callers ask at the same time: those of one turn of the event loop, and those that came while all lanes were busy. No timer:
 * nothing waits longer than the statement before it, so each of these needs a limit of time. A question sees everything that was committed before it was put.
 */
export class AskTogether<Question, Answer> {
  private readonly queue: Waiting<Question, Answer>[] = [];
  private running = 0;
  private readonly startSoon = inNextTurn(() => this.start());

  constructor(
    /** An answer for each question, in their order. */
    private readonly askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly limits: TogetherLimits,
  ) {}

  /** Rejects with what asking threw: by itself, where the statement failed and the server did not. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => this.put({ question, alone: false, resolve, reject }));
  }

  private put(waiting: Waiting<Question, Answer>): void {
    this.queue.push(waiting);
    this.startSoon();
  }

  private start(): void {
    while (this.running < this.limits.lanes && this.queue.length > 0) {
      this.running += 1;
      void this.run(this.next());
    }
  }

  private next(): readonly Waiting<Question, Answer>[] {
    const single = this.queue.findIndex(({ alone }) => alone);
    const [from, count] = single === 0 ? [0, 1] : [0, Math.min(this.limits.most, single < 0 ? this.queue.length : single)];
    return this.queue.splice(from, count);
  }

  private async run(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.askAll(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new Error('there are not as many answers as questions');
      batch.forEach(({ resolve }, n) => resolve(answers[n] as Answer));
    } catch (error) {
      if (batch.length > 1 && mayBeOfOne(error)) for (const waiting of batch) this.put({ ...waiting, alone: true });
      else for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      this.start();
    }
  }
}

/** SQLSTATE classes in which the server speaks of itself; 57014, a statement that took too long, may be the fault of one question. */
const OF_THE_SERVER = /^(08|25006|40|53|55P03|57P|58)/;

/** Asking one by one is no use where nobody answers, and would keep everybody waiting for as many time-outs as there are questions. */
function mayBeOfOne(error: unknown): boolean {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return cause instanceof DatabaseError && !OF_THE_SERVER.test(cause.code ?? '');
}
