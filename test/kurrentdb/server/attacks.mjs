import { notLeader, notReady, timedOut } from './protocol.mjs';

/**
 * What is to go wrong, as the test that started the server says (see `Attack` in loopback.ts). `times` counts down where it is given.
 * - mute: calls are taken and never answered; nothing is written.
 * - hold-answers: appends are written, and never answered.
 * - time-out: appends are written, and answered as by a server that did not hear in time from the others.
 * - hold-commits: what is appended is taken, and neither durable nor shown nor acknowledged while the attack lasts.
 * - hold-reads: readers get `events` events, and then nothing.
 * - not-leader: as a follower does, which refuses whoever insists on the leader (`requires-leader`) and passes other appends on to it; with `replica`, as a
 *   node that only reads, which refuses every append.
 * - refuse: calls are refused, as by a server that is not ready.
 */
export class Attacks {
  #current = null;
  #told;

  constructor(tell) {
    this.#told = tell;
  }

  set(attack) {
    this.#current = attack;
  }

  /** Throws a refusal, or never resolves; otherwise the node that is to be asked in the place of this one, or null. */
  async onCall(method, metadata) {
    const attack = this.#current;
    if (attack === null || (attack.methods !== undefined && !attack.methods.includes(method))) return null;
    if (attack.kind === 'mute' && this.#takes(attack)) await this.#never(attack.kind);
    if (attack.kind === 'refuse' && this.#takes(attack)) throw notReady();
    if (attack.kind !== 'not-leader') return null;
    const isWriting = method === 'append' || method === 'delete';
    const insists = metadata.get('requires-leader')[0] === 'true';
    if (insists || (isWriting && attack.replica)) {
      if (this.#takes(attack)) throw notLeader(attack);
      return null;
    }
    return method === 'append' ? attack : null;
  }

  async afterWrite() {
    const attack = this.#current;
    if (attack?.kind === 'hold-answers' && this.#takes(attack)) await this.#never(attack.kind);
    if (attack?.kind === 'time-out' && this.#takes(attack)) throw timedOut();
  }

  async beforeCommit() {
    while (this.#current?.kind === 'hold-commits') await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async beforeEvent(sent) {
    const attack = this.#current;
    if (attack?.kind === 'hold-reads' && sent === attack.events && this.#takes(attack)) await this.#never(attack.kind);
  }

  #takes(attack) {
    if (attack.times === undefined) return true;
    attack.times -= 1;
    if (attack.times === 0) this.#current = null;
    return attack.times >= 0;
  }

  #never(kind) {
    this.#told({ happened: kind });
    return new Promise(() => undefined);
  }
}
