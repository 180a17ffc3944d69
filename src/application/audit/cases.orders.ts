import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Outcome } from '../../domain/audit/case-vocabulary.js';
import type { Subject } from '../../domain/shared/actor.js';
import { nameOf } from '../../domain/shared/actor.js';
import { nothingHere, reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Gate } from '../shared/gate.js';
import { IdentityRegistry, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import * as commands from './cases.commands.js';
import { actorOf, type WhoLooked } from './compliance.questions.js';
import { Lookers } from './lookers.js';

/** A case that was opened, or had been opened by the same request. */
export interface CaseReceipt extends Receipt {
  readonly case: string;
}
/** What is opened by hand: whose accesses, to whom, why, and until when it must be reviewed. */
export interface CaseDraft {
  readonly looker: WhoLooked;
  /** Handle. */
  readonly space?: string | undefined;
  readonly reason: string;
  readonly due: Instant;
}

/** Every wish about reviews of accesses that reaches us through a door. Whose accounts are known is looked up first, so that nobody judges himself. */
@Injectable()
export class CaseOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: IdentityRegistry,
    private readonly gate: Gate,
    private readonly secrets: Secrets,
    private readonly lookers: Lookers,
  ) {}

  async open({ looker, space: handle, reason, due }: CaseDraft, caller: Caller): Promise<CaseReceipt> {
    const { actor, messageId } = caller;
    // Who may not review learns nothing of who has a space.
    await this.gate.admit({ actor, action: 'OpenCase', space: null, messageId });
    const looked = actorOf(looker);
    const address = handle === undefined ? undefined : await this.registry.byHandle(handle);
    if (address === null) throw new Refused(nothingHere);
    const id = this.secrets.digest('command', 'case', nameOf(actor), messageId);
    const wish = {
      cause: { kind: 'HAND', reason },
      looker: { actor: looked, accounts: await this.lookers.accountsOf(looked) },
      ...(address === undefined ? {} : { space: address.id }),
      due,
    } as const;
    const words = { looker, handle, reason, due };
    return { case: id, ...(await this.bus.execute(new commands.OpenCase(id, wish, { ...senderOf(caller), words }))) };
  }

  async assign(id: string, assignee: Subject, caller: Caller): Promise<Receipt> {
    const known = await this.accountsIn(id, 'AssignCase', caller);
    return this.bus.execute(new commands.AssignCase(id, { assignee, known }, this.saying(caller, { assignee })));
  }

  async setDue(id: string, due: Instant, caller: Caller): Promise<Receipt> {
    const known = await this.accountsIn(id, 'SetCaseDue', caller);
    return this.bus.execute(new commands.SetCaseDue(id, { due, known }, this.saying(caller, { due })));
  }

  async comment(id: string, text: string, caller: Caller): Promise<Receipt> {
    const known = await this.accountsIn(id, 'CommentCase', caller);
    return this.bus.execute(new commands.CommentCase(id, { text, known }, this.saying(caller, { text })));
  }

  async close(id: string, closing: { readonly outcome: Outcome; readonly reason: string }, caller: Caller): Promise<Receipt> {
    const { outcome, reason } = closing;
    const known = await this.accountsIn(id, 'CloseCase', caller);
    return this.bus.execute(new commands.CloseCase(id, { outcome, reason, known }, this.saying(caller, { outcome, reason })));
  }

  async reopen(id: string, reopening: { readonly reason: string; readonly due: Instant }, caller: Caller): Promise<Receipt> {
    const { reason, due } = reopening;
    const known = await this.accountsIn(id, 'ReopenCase', caller);
    return this.bus.execute(new commands.ReopenCase(id, { reason, due, known }, this.saying(caller, { reason, due })));
  }

  /** The same key with the same words is the same wish, whatever accounts were seen meanwhile. */
  private saying(caller: Caller, words: object) {
    return { ...senderOf(caller), words };
  }

  /** Accounts of whom the case is about, as they are known by now. Empty where there is no such case: that is then decided as any other wish. */
  private async accountsIn(id: string, action: 'AssignCase' | 'SetCaseDue' | 'CommentCase' | 'CloseCase' | 'ReopenCase', caller: Caller) {
    await this.gate.admit({ actor: caller.actor, action, space: null, messageId: caller.messageId });
    if (!CASE_ID.test(id)) throw new Refused(reject('not-found', 'audit/no-such-case'));
    const looker = await this.lookers.ofCase(id);
    return looker === null ? [] : this.lookers.accountsOf(looker);
  }
}

/** A digest: what else could be an id of a case is none. */
export const CASE_ID = /^[\w-]{43}$/;
