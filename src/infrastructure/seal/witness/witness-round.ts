import { classOf } from '../../../application/shared/class-of.js';
import { LeaseLost, type Lease } from '../../../application/shared/leases.js';
import { pause } from '../../../application/shared/pause.js';
import type { SealedTree, SignedHead } from '../sealed-tree.js';
import { proveConsistency } from '../tree/prove.js';
import { addCheckpoint, type WitnessAnswer } from './add-checkpoint.js';
import type { Policy, Witness } from './policy.js';
import type { WitnessBook, WitnessTrouble } from './witness-book.js';

export interface RoundParts {
  readonly tree: SealedTree;
  readonly book: WitnessBook;
  readonly policy: Policy;
  /** How long a head waits for its quorum before it is published without, milliseconds. */
  readonly patience: number;
  /** Told what must be looked at: labels of witnesses, never stored data. */
  readonly alarm: (reason: string) => void;
}

/** How often one head is sent to one witness that knows another size than we thought. */
const TRIES = 3;
/** How long an answer is waited for. Longer than a head waits: a cosignature that comes late is one all the same. */
const ANSWER_MS = 30_000;
/** A witness that is away is asked again after this long, doubled each time. */
const SHORTEST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/** How one witness is dealt with in this process. */
interface Dealing {
  readonly witness: Witness & { readonly url: string };
  /** The head it cosigned last. */
  size: number;
  busy: Promise<void> | null;
  rest: number;
  /** Not before, milliseconds of performance.now. */
  notBefore: number;
}

const isAsked = (witness: Witness): witness is Dealing['witness'] => witness.url !== null;

/** Shows heads to all witnesses at the same time; one that is slow with a head is left out of the next ones until it has answered. */
export class WitnessRound {
  private readonly dealings: readonly Dealing[];
  /** The head whose quorum was reached last, or that went without: not waited for again. */
  private settled = 0;
  private reached = 0;

  constructor(
    private readonly parts: RoundParts,
    private readonly lease: Lease,
    private readonly signal: AbortSignal,
  ) {
    const asked = parts.policy.witnesses.filter(isAsked);
    this.dealings = asked.map((witness) => ({ witness, size: 0, busy: null, rest: 0, notBefore: 0 }));
  }

  /** Whether the quorum cosigned this head in time; null when that was said of it before. Resolves as soon as it is reached. */
  async show(head: SignedHead): Promise<boolean | null> {
    const first = head.size > this.settled;
    const wantsNobody = this.parts.policy.suffices(new Set());
    if (first && wantsNobody) await this.enough(head.size);
    for (const dealing of this.dealings) this.begin(dealing, head);
    if (!first) return null;
    await this.untilReached(head.size);
    this.settled = head.size;
    return this.reached >= head.size;
  }

  /** Resolves when nobody is asked any more. */
  async over(): Promise<void> {
    await Promise.all(this.dealings.flatMap(({ busy }) => busy ?? []));
  }

  private async untilReached(size: number): Promise<void> {
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    this.signal.addEventListener('abort', stop);
    const answers = this.dealings.flatMap(({ busy }) => busy ?? []);
    for (const answer of answers) void answer.then(() => (this.reached >= size ? stop() : undefined));
    if (this.reached < size && !this.signal.aborted) await Promise.race([pause(this.parts.patience, waiting.signal), Promise.all(answers)]);
    stop();
    this.signal.removeEventListener('abort', stop);
  }

  private async enough(size: number): Promise<void> {
    await this.parts.book.quorum(size);
    this.reached = Math.max(this.reached, size);
  }

  private begin(dealing: Dealing, head: SignedHead): void {
    if (dealing.busy !== null || dealing.size >= head.size || performance.now() < dealing.notBefore) return;
    dealing.busy = this.ask(dealing, head)
      .catch((error: unknown) => this.parts.alarm(`a witness could not be asked: ${classOf(error)}`))
      .finally(() => (dealing.busy = null));
  }

  /** One head to one witness, as often as it takes to find out from where it knows the log. */
  private async ask(dealing: Dealing, head: SignedHead): Promise<void> {
    const { witness } = dealing;
    // Asked again whatever it said last: one that knows more than we have says so itself, and one that was wrong is right again.
    let old = Math.min(await this.parts.book.known(witness), head.size);
    for (let n = 0; n < TRIES && !this.signal.aborted; n += 1) {
      const proof = old === 0 || old === head.size ? [] : await proveConsistency(this.parts.tree, old, head.size);
      const inTime = AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_MS)]);
      const answer = await addCheckpoint(witness, { old, proof, note: head.note }, inTime);
      if (answer.kind !== 'elsewhere') return this.take(dealing, head, answer);
      if (answer.size > head.size) return this.ahead(dealing, answer.size);
      old = answer.size;
      await this.parts.book.remember(witness, old);
    }
  }

  private async take(dealing: Dealing, { size }: SignedHead, answer: Exclude<WitnessAnswer, { kind: 'elsewhere' }>): Promise<void> {
    const { witness } = dealing;
    if (answer.kind === 'contradicted') return this.trouble(dealing, 'contradicts', `it was shown another history before ${size} leaves`);
    if (answer.kind === 'refused') return this.trouble(dealing, 'refused', `it answered ${answer.status}`);
    if (answer.kind === 'away') return this.signal.aborted ? undefined : this.trouble(dealing, 'away', answer.reason);
    try {
      const { line } = answer.cosignature;
      if (await this.parts.book.cosigned(this.lease, witness, { size, line }, this.parts.policy.suffices))
        this.reached = Math.max(this.reached, size);
    } catch (error) {
      if (error instanceof LeaseLost) return;
      throw error;
    }
    Object.assign(dealing, { size, rest: 0, notBefore: 0 });
  }

  /** It cosigned more than this head: a newer one of ours meanwhile, or one that is not ours. */
  private async ahead(dealing: Dealing, old: number): Promise<void> {
    const newest = await this.parts.tree.signed();
    if (newest !== null && newest.size >= old) return;
    await this.trouble(dealing, 'contradicts', `it was shown ${old} leaves, and ours are fewer`);
  }

  private async trouble(dealing: Dealing, trouble: WitnessTrouble, detail: string): Promise<void> {
    dealing.rest = Math.min(Math.max(dealing.rest * 2, SHORTEST_REST_MS), LONGEST_REST_MS);
    dealing.notBefore = performance.now() + dealing.rest;
    const isNew = await this.parts.book.trouble(dealing.witness, trouble, detail);
    if (isNew) this.parts.alarm(`witness ${dealing.witness.label}: ${trouble}, ${detail}`);
  }
}
