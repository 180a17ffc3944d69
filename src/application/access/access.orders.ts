import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { accessPolicy } from '../../domain/access/access-policy.js';
import type { AccessCommand, Grantee } from '../../domain/access/access-vocabulary.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import type { AccessFacts } from '../../domain/access/facts.js';
import { majorityOf } from '../../domain/access/trust-rules.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Profession, Subject } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import { nothingHere, reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Gate } from '../shared/gate.js';
import { IdentityRegistry, Journal, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import * as commands from './access.commands.js';
import { facilityId, granteeOf, professionalId } from './national-ids.js';
import { digestOfTemporary, temporaryCode, validityOf } from './temporary-codes.js';

type Content<T extends AccessCommand['type']> = Omit<Of<AccessCommand, T>, 'type'>;

/** The code that the holder reads out, told once, to him alone. */
export interface TemporaryAccessReceipt extends Receipt {
  readonly code: string;
  /** To be used before. */
  readonly usableUntil: Instant;
  /** How long it then opens, minutes. */
  readonly minutes: number;
}

/** Which links of a legal representation end, and why. */
export interface RepresentationEnd {
  readonly representative?: string | undefined;
  readonly all?: boolean | undefined;
  readonly reason: string;
}

/** Every wish about access that reaches a space through a door, built in one place: REST, GraphQL and the command line call the same methods. */
@Injectable()
export class AccessOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
    private readonly journal: Journal,
    private readonly gate: Gate,
  ) {}

  async recordConsent(handle: string, consent: Content<'RecordConsent'>, caller: Caller): Promise<Receipt> {
    granteeOf(consent.grantee);
    return this.bus.execute(new commands.RecordConsent(await this.registry.idOf(handle), consent, senderOf(caller)));
  }

  async withdrawConsent(handle: string, grantee: Grantee, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.WithdrawConsent(await this.registry.idOf(handle), { grantee: granteeOf(grantee) }, senderOf(caller)),
    );
  }

  /** `minutes`: how long the access lasts once the code was used; 24 hours unless told. */
  async grantTemporaryAccess(handle: string, minutes: number | undefined, caller: Caller): Promise<TemporaryAccessReceipt> {
    const id = await this.registry.idOf(handle);
    const { access, code, codeDigest } = temporaryCode(this.secrets, id, caller.messageId);
    const wish = { access, codeDigest, minutes: minutes ?? accessPolicy.temporaryAccessMinutes };
    const receipt = await this.bus.execute(new commands.GrantTemporaryAccess(id, wish, senderOf(caller)));
    const validity = await validityOf(this.journal, id, access);
    if (validity === null) throw new Refused(reject('unavailable', 'request/store-unavailable'));
    return { ...receipt, code, ...validity };
  }

  /** The code as it was read out: any case, separators ignored. */
  async useTemporaryAccess(handle: string, code: string, caller: Caller): Promise<Receipt> {
    const id = await this.registry.idOf(handle);
    const codeDigest = digestOfTemporary(this.secrets, id, code);
    return this.bus.execute(new commands.UseTemporaryAccess(id, { codeDigest }, senderOf(caller)));
  }

  async blockProfessional(handle: string, professional: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.BlockProfessional(await this.registry.idOf(handle), { professional: professionalId(professional) }, senderOf(caller)),
    );
  }

  async unblockProfessional(handle: string, professional: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.UnblockProfessional(await this.registry.idOf(handle), { professional: professionalId(professional) }, senderOf(caller)),
    );
  }

  async blockFacility(handle: string, facility: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.BlockFacility(await this.registry.idOf(handle), { facility: facilityId(facility) }, senderOf(caller)),
    );
  }

  async unblockFacility(handle: string, facility: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.UnblockFacility(await this.registry.idOf(handle), { facility: facilityId(facility) }, senderOf(caller)),
    );
  }

  async declareAttendingDoctor(handle: string, professional: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.DeclareAttendingDoctor(
        await this.registry.idOf(handle),
        { professional: professionalId(professional) },
        senderOf(caller),
      ),
    );
  }

  async endAttendingDoctor(handle: string, professional: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.EndAttendingDoctor(await this.registry.idOf(handle), { professional: professionalId(professional) }, senderOf(caller)),
    );
  }

  /** `profession`: as the directory of professionals states it. */
  async grantAdministrator(handle: string, professional: string, profession: Profession, caller: Caller): Promise<Receipt> {
    const wish = { professional: professionalId(professional), profession };
    return this.bus.execute(new commands.GrantAdministrator(await this.registry.idOf(handle), wish, senderOf(caller)));
  }

  async revokeAdministrator(handle: string, professional: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(
      new commands.RevokeAdministrator(await this.registry.idOf(handle), { professional: professionalId(professional) }, senderOf(caller)),
    );
  }

  async setEmergencyPreference(handle: string, preference: Content<'SetEmergencyPreference'>, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.SetEmergencyPreference(await this.registry.idOf(handle), preference, senderOf(caller)));
  }

  /** He comes in the mode that he opens: the gate asks for what that mode asks for. */
  async openEmergencyAccess(handle: string, emergency: Content<'OpenEmergencyAccess'>, caller: Caller): Promise<Receipt> {
    const { mode } = emergency;
    return this.bus.execute(new commands.OpenEmergencyAccess(await this.registry.idOf(handle), emergency, { ...senderOf(caller), mode }));
  }

  /** The account that holds the representative's own space, until the holder of this one is eighteen. */
  async linkLegalRepresentative(handle: string, representative: string, caller: Caller): Promise<Receipt> {
    await this.admit('LinkLegalRepresentative', caller);
    const id = await this.registry.idOf(handle);
    const { birthDate } = await this.standingOf(handle);
    const { status, holder } = await this.standingOf(representative);
    if (birthDate === null) throw new Refused(nothingHere);
    if (handle === representative) throw new Refused(reject('conflict', 'access/not-yourself'));
    if (status !== 'ACTIVE' || holder === null) throw new Refused(reject('conflict', 'access/representative-without-account'));
    const wish = { subject: holder, until: majorityOf(birthDate) };
    return this.bus.execute(new commands.LinkLegalRepresentative(id, wish, senderOf(caller)));
  }

  /**
   * `representative`: the handle of his own space, also if he closed it since. Whatever account it was bound to when he was linked: who came back with another
   * one does not go on under the former. `all` in its place: everybody who represents him; of somebody whose own space was destroyed nothing else leads to his
   * account. Refuses `access/representative-or-all` where neither is said, or both.
   */
  async endLegalRepresentation(
    handle: string,
    { representative, all = false, reason }: RepresentationEnd,
    caller: Caller,
  ): Promise<Receipt> {
    await this.admit('EndLegalRepresentation', caller);
    if (all === (representative !== undefined)) throw new Refused(reject('invalid', 'access/representative-or-all'));
    const id = await this.registry.idOf(handle);
    const subjects = representative === undefined ? null : await this.accountsOf(representative);
    return this.bus.execute(new commands.EndLegalRepresentation(id, { subjects, reason }, senderOf(caller)));
  }

  async maskDocuments(handle: string, sets: readonly string[], caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.MaskDocuments(await this.registry.idOf(handle), { sets }, senderOf(caller)));
  }

  async unmaskDocuments(handle: string, sets: readonly string[], caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.UnmaskDocuments(await this.registry.idOf(handle), { sets }, senderOf(caller)));
  }

  async maskAllDocuments(handle: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.MaskAllDocuments(await this.registry.idOf(handle), {}, senderOf(caller)));
  }

  async unmaskAllDocuments(handle: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.UnmaskAllDocuments(await this.registry.idOf(handle), {}, senderOf(caller)));
  }

  async setDefaultConfidentiality(handle: string, masked: boolean, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.SetDefaultConfidentiality(await this.registry.idOf(handle), { masked }, senderOf(caller)));
  }

  async maskDocumentFrom(handle: string, mask: Content<'MaskDocumentFrom'>, caller: Caller): Promise<Receipt> {
    granteeOf(mask.whom);
    return this.bus.execute(new commands.MaskDocumentFrom(await this.registry.idOf(handle), mask, senderOf(caller)));
  }

  async liftDocumentMask(handle: string, mask: Content<'LiftDocumentMask'>, caller: Caller): Promise<Receipt> {
    granteeOf(mask.whom);
    return this.bus.execute(new commands.LiftDocumentMask(await this.registry.idOf(handle), mask, senderOf(caller)));
  }

  /** Who may not do it anyway is told so before anything is looked up: he must not learn whose space is bound to an account. */
  private async admit(action: AccessCommand['type'], { actor, messageId }: Caller): Promise<void> {
    await this.gate.admit({ actor, action, space: null, messageId });
  }

  private async standingOf(handle: string): Promise<AccessFacts> {
    const { facts } = await this.journal.read(`space-${await this.registry.idOf(handle)}`);
    return foldAccess(facts);
  }

  /** Every account that the space was bound to. */
  private async accountsOf(handle: string): Promise<readonly Subject[]> {
    const { facts } = await this.journal.read<SpaceEvent>(`space-${await this.registry.idOf(handle)}`);
    const accounts = facts.flatMap(({ event }) =>
      event.type === 'SpaceActivated' || event.type === 'SpaceReopened' ? [event.subject] : [],
    );
    if (accounts.length === 0) throw new Refused(reject('conflict', 'access/representative-without-account'));
    return accounts;
  }
}
