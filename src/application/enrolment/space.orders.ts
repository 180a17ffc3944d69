import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Action } from '../../domain/access/matrix.js';
import { normaliseIns, refusalOfIns } from '../../domain/enrolment/beneficiary.js';
import type { Terms } from '../../domain/enrolment/policy.js';
import type { CardProof, CodeProof, PhoneCheck, PhoneProof } from '../../domain/enrolment/provisional-code.js';
import { nothingHere, reject } from '../../domain/shared/rejection.js';
import type { Instant, LocalDate } from '../../domain/shared/time.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Gate } from '../shared/gate.js';
import { IdentityRegistry, Secrets, type SpaceAddress } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { freshCode, normaliseCode } from './fresh-code.js';
import { SpaceKeys } from './space-keys.js';
import { SpaceQuestions } from './space.questions.js';
import * as commands from './space.commands.js';

/** What somebody types from a letter and a card. */
export interface LetterProof {
  readonly code: string;
  readonly vitaleSerial: string;
  readonly birthDate: LocalDate;
}
export interface CodeRequest {
  readonly ins: string;
  readonly vitaleSerial: string;
  readonly birthDate: LocalDate;
  readonly channel: 'EMAIL' | 'POST';
}
export interface PhoneOpposition {
  readonly checked: readonly PhoneCheck[];
  /** Backdating: when the person said it, confirmed by a second agent. */
  readonly on?: Instant | undefined;
  readonly supervisor?: string | undefined;
}
/** A receipt that also says which space was found. */
export interface SpaceReceipt extends Receipt {
  readonly space: string;
}

const unknownCode = reject('not-found', 'enrolment/code-unknown');
/** A space that there never is. */
const NOWHERE: SpaceAddress = { handle: '', id: '00000000-0000-4000-8000-000000000000' };
const nobody = reject('not-found', 'enrolment/nobody-recognised');

/** Every wish that reaches a space through a door, built in one place: REST, GraphQL and the command line call the same methods. */
@Injectable()
export class SpaceOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
    private readonly questions: SpaceQuestions,
    private readonly gate: Gate,
    private readonly keys: SpaceKeys,
  ) {}

  /** By web, with the letter in hand. */
  oppose(letter: LetterProof, caller: Caller): Promise<Receipt> {
    return this.byLetter('RegisterOpposition', letter, caller, (id, proof) =>
      this.bus.execute(new commands.RegisterOpposition(id, { proof }, senderOf(caller))),
    );
  }

  withdrawOpposition(letter: LetterProof, caller: Caller): Promise<Receipt> {
    return this.byLetter('WithdrawOpposition', letter, caller, (id, proof) =>
      this.bus.execute(new commands.WithdrawOpposition(id, { proof }, senderOf(caller))),
    );
  }

  /** The recipient of a letter for a child declares that he is not the representative. */
  declareNotRepresentative(letter: LetterProof, caller: Caller): Promise<Receipt> {
    const reason = 'NOT_LEGAL_REPRESENTATIVE';
    return this.byLetter('BlockAutomaticCreation', letter, caller, (id, proof) =>
      this.bus.execute(new commands.BlockAutomaticCreation(id, { proof, reason }, senderOf(caller))),
    );
  }

  /** Binds the caller's account to the space of the letter. */
  async activate(letter: LetterProof, terms: Terms, caller: Caller): Promise<SpaceReceipt> {
    const { address, proof } = await this.recognise('ActivateSpace', letter, caller);
    const receipt = await this.bus.execute(new commands.ActivateSpace(address.id, { proof, terms }, senderOf(caller)));
    return { ...receipt, space: address.handle };
  }

  /** A new code, sent to the address on file and to nothing else. Whatever does not agree, the answer is the same. */
  async requestCode({ ins, vitaleSerial, birthDate, channel }: CodeRequest, caller: Caller): Promise<Receipt> {
    await this.admit('RenewProvisionalCode', caller);
    const address = await this.registry.byIns(this.insOf(ins));
    try {
      // For a number that nobody has the same is read: how long the answer takes does not tell it from one that somebody has.
      return await this.renew(address ?? NOWHERE, { kind: 'CARD', vitaleSerial, birthDate }, channel, caller);
    } catch (error) {
      throw address === null && error instanceof Refused ? new Refused(nobody) : error;
    }
  }

  async requestCodeByPhone(handle: string, checked: readonly PhoneCheck[], channel: 'EMAIL' | 'POST', caller: Caller): Promise<Receipt> {
    return this.renew(await this.address(handle), { kind: 'PHONE', checked }, channel, caller);
  }

  /** Registered by an agent of the 3422 line. */
  async opposeByPhone(handle: string, { checked, on, supervisor }: PhoneOpposition, caller: Caller): Promise<Receipt> {
    const proof: PhoneProof = { kind: 'PHONE', checked };
    const backdated = { ...(on === undefined ? {} : { on }), ...(supervisor === undefined ? {} : { supervisor }) };
    const { id } = await this.address(handle);
    return this.bus.execute(new commands.RegisterOpposition(id, { proof, ...backdated }, senderOf(caller)));
  }

  async withdrawOppositionByPhone(handle: string, checked: readonly PhoneCheck[], caller: Caller): Promise<Receipt> {
    const { id } = await this.address(handle);
    return this.bus.execute(new commands.WithdrawOpposition(id, { proof: { kind: 'PHONE', checked } }, senderOf(caller)));
  }

  async acceptTerms(handle: string, terms: Terms, caller: Caller): Promise<Receipt> {
    const { id } = await this.address(handle);
    return this.bus.execute(new commands.AcceptTerms(id, { terms }, senderOf(caller)));
  }

  /** `checked`: what the agent checked when it is done by phone. With If-Match, only if nothing changed since the preview. */
  async close(handle: string, checked: readonly PhoneCheck[] | undefined, caller: Caller): Promise<Receipt> {
    const { id } = await this.address(handle);
    const conditional = caller.ifMatch !== undefined && caller.ifMatch !== '*';
    const expected = conditional ? () => this.questions.revisionBehind(handle, caller) : undefined;
    const proof = checked === undefined ? {} : { proof: { kind: 'PHONE', checked } as const };
    return this.bus.execute(new commands.CloseSpace(id, proof, { ...senderOf(caller), expected }));
  }

  /** With a letter where the account alone does not prove enough. */
  async reopen(handle: string, letter: LetterProof | undefined, caller: Caller): Promise<Receipt> {
    const { id } = await this.address(handle);
    const proof = letter === undefined ? {} : { proof: this.proofOf(letter) };
    const receipt = await this.bus.execute(new commands.ReopenSpace(id, proof, senderOf(caller)));
    // Before the answer: whoever comes back reads at once what he had.
    await this.keys.settle(id);
    return receipt;
  }

  /** The mail system says that an invitation did not arrive. */
  async reportBounce(handle: string, report: string, caller: Caller): Promise<Receipt> {
    const { id } = await this.address(handle);
    return this.bus.execute(new commands.ReportBounce(id, { report }, senderOf(caller)));
  }

  /** Technical reasons kept a space from opening: the person is informed without delay (CSP R.1111-28). */
  async reportOpeningFailure(handle: string, reason: string, caller: Caller): Promise<Receipt> {
    const { id } = await this.address(handle);
    return this.bus.execute(new commands.ReportOpeningFailure(id, { reason }, senderOf(caller)));
  }

  private renew(address: SpaceAddress, proof: CardProof | PhoneProof, channel: 'EMAIL' | 'POST', caller: Caller): Promise<Receipt> {
    const code = freshCode(this.secrets, address.id, caller.messageId);
    return this.bus.execute(new commands.RenewProvisionalCode(address.id, { proof, channel, code }, senderOf(caller)));
  }

  private async byLetter(
    action: Action,
    letter: LetterProof,
    caller: Caller,
    order: (id: string, proof: CodeProof) => Promise<Receipt>,
  ): Promise<Receipt> {
    const { address, proof } = await this.recognise(action, letter, caller);
    return order(address.id, proof);
  }

  /** Who may not do it anyway is told so before anything is looked up: he must not learn which codes and numbers exist. */
  private async admit(action: Action, { actor, messageId }: Caller): Promise<void> {
    await this.gate.admit({ actor, action, space: null, messageId });
  }

  private async recognise(action: Action, letter: LetterProof, caller: Caller): Promise<{ address: SpaceAddress; proof: CodeProof }> {
    await this.admit(action, caller);
    const proof = this.proofOf(letter);
    const address = await this.registry.byCode(proof.codeDigest);
    if (address === null) throw new Refused(unknownCode);
    return { address, proof };
  }

  private proofOf({ code, vitaleSerial, birthDate }: LetterProof): CodeProof {
    return { kind: 'CODE', codeDigest: this.secrets.digest('code', normaliseCode(code)), vitaleSerial, birthDate };
  }

  private async address(handle: string): Promise<SpaceAddress> {
    const address = await this.registry.byHandle(handle);
    if (address === null) throw new Refused(nothingHere);
    return address;
  }

  private insOf(typed: string): string {
    const ins = normaliseIns(typed);
    const refused = refusalOfIns(ins);
    if (refused) throw new Refused(refused);
    return ins;
  }
}
