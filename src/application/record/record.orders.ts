import { Injectable } from '@nestjs/common';
import type { AccessFacts } from '../../domain/access/facts.js';
import type { Viewer } from '../../domain/access/policy.js';
import type { Confidentiality, DocumentCommand, HolderFacts } from '../../domain/record/document-vocabulary.js';
import { batchLimits, limitsOf } from '../../domain/record/formats.js';
import { depositorOf } from '../../domain/record/ownership.js';
import { DIRECTIVES } from '../../domain/record/record-policy.js';
import type { Of } from '../../domain/shared/decider.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { reject, type Rejection } from '../../domain/shared/rejection.js';
import { Archive, type Reading } from '../shared/archive.js';
import type { Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Gate, type Passing } from '../shared/gate.js';
import { IdentityRegistry, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { DocumentDeposits, type Depositing, type DepositReceipt, type DepositRequest } from './depositing.js';
import { DocumentDestruction } from './document-destruction.js';
import { submissionOf } from './document-names.js';
import { DocumentReads } from './document-reads.js';
import { DocumentSender } from './document-sender.js';
import { LegalHolds } from './legal-holds.js';
import { veilOver } from './record.questions.js';
import { Whereabouts } from './whereabouts.js';

type Ending = Of<DocumentCommand, 'UnpublishDocument' | 'DeleteDocuments'>;

/** What became of one document of a submission. */
export type BatchAnswer = DepositReceipt | { readonly refused: Rejection<unknown> };

const tooLargeTogether = reject('invalid', 'record/batch-too-large');

/** Every wish about documents that comes through a door, built in one place: REST, GraphQL and the command line call the same methods. */
@Injectable()
export class RecordOrders {
  constructor(
    private readonly registry: IdentityRegistry,
    private readonly gate: Gate,
    private readonly deposits: DocumentDeposits,
    private readonly whereabouts: Whereabouts,
    private readonly sender: DocumentSender,
    private readonly destruction: DocumentDestruction,
    private readonly secrets: Secrets,
    private readonly reads: DocumentReads,
    private readonly archives: Archive,
    private readonly holds: LegalHolds,
  ) {}

  /**
   * One document. Who may not deposit is told so before a byte is read. The same Idempotency-Key with the same words and bytes gives the same receipt
   * and keeps one copy; with others it is refused. Throws Refused; StoreUnavailable: send it again under the same key.
   */
  async deposit(handle: string, request: DepositRequest, caller: Caller): Promise<DepositReceipt> {
    const depositing = await this.admitted(await this.registry.idOf(handle), request, caller);
    return this.deposits.deposit(request, depositing, caller);
  }

  /**
   * Documents that come together, in their order, each with its own answer: one that is refused keeps nothing from the others.
   * Throws Refused when there are too many; StoreUnavailable when one cannot be decided: sent again under the same key, those before are recognised.
   */
  async batch(handle: string, requests: readonly DepositRequest[], caller: Caller): Promise<readonly BatchAnswer[]> {
    if (requests.length > batchLimits.documents) throw new Refused(reject('invalid', 'record/batch-too-many'));
    const space = await this.registry.idOf(handle);
    const submission = submissionOf(this.secrets, space, caller.messageId);
    const answers: BatchAnswer[] = [];
    let room: number = batchLimits.bytes;
    for (const [index, request] of requests.entries()) {
      const answer = await this.oneOf(
        space,
        { ...request, submission: request.submission ?? submission },
        { ...caller, messageId: `${caller.messageId}/${index}` },
        room,
      );
      if ('size' in answer) room -= answer.size;
      answers.push(answer);
    }
    return answers;
  }

  /**
   * All the codes that shall hold, said by those who answer for the document; what the holder masked stays masked. When the answer goes out they hold for
   * the very next request. Throws Refused `query/not-caught-up-yet` when that takes too long: the codes are written down, the same again is answered.
   */
  async changeConfidentiality(
    handle: string,
    document: string,
    confidentiality: readonly Confidentiality[],
    caller: Caller,
  ): Promise<Receipt> {
    const space = await this.registry.idOf(handle);
    await this.admit('ChangeConfidentiality', space, caller);
    const stream = await this.whereabouts.streamOf(space, document);
    const receipt = await this.sender.send(stream, space, { type: 'ChangeConfidentiality', document, confidentiality }, caller);
    return this.shown(space, document, receipt);
  }

  async archive(handle: string, document: string, caller: Caller): Promise<Receipt> {
    return this.about('ArchiveDocument', handle, document, caller);
  }

  async unarchive(handle: string, document: string, caller: Caller): Promise<Receipt> {
    return this.about('UnarchiveDocument', handle, document, caller);
  }

  /** A health professional told the holder what was hidden from him. */
  async recordAnnouncement(handle: string, document: string, caller: Caller): Promise<Receipt> {
    const space = await this.registry.idOf(handle);
    const place = await this.reads.placeOf(space, document, { after: caller.after });
    // What is masked to him is no more there for him than what nobody has: not to be told of, and not to be found out.
    const about = { document: { id: document, facts: place?.facts ?? null }, veil: place ? veilOver(place) : undefined };
    await this.admit('RecordAnnouncement', space, caller, about);
    return this.ordered('RecordAnnouncement', space, document, caller);
  }

  /**
   * Taken back by those who answer for it, from a closed space too. When the answer goes out nobody can read it any more, nor that there was one.
   * Throws Refused `query/not-caught-up-yet` as `changeConfidentiality` does.
   */
  async unpublish(handle: string, document: string, reason: 'WRONG_PATIENT' | 'ERROR', caller: Caller): Promise<Receipt> {
    const space = await this.registry.idOf(handle);
    await this.admit('UnpublishDocument', space, caller);
    const stream = await this.whereabouts.streamOf(space, document);
    const opening = { who: caller.actor, space, reason: 'MISFILED', reference: document } as const;
    const archived: Reading = (its) => this.archives.read(its, opening);
    const receipt = await this.ending(stream, space, { document, reason, type: 'UnpublishDocument' }, caller, archived);
    await this.destroyed(space, stream, document, archived);
    return this.shown(space, document, receipt);
  }

  /** At most ten of the holder's side's own, all or none. When the answer goes out nobody can read them any more, nor that they were there; else as above. */
  async deleteMany(handle: string, documents: readonly string[], caller: Caller): Promise<Receipt> {
    const space = await this.registry.idOf(handle);
    const receipt = await this.ending(`record-${space}`, space, { documents, type: 'DeleteDocuments' }, caller);
    for (const document of documents) await this.destroyed(space, `record-${space}`, document);
    return this.shown(space, documents[0] ?? '', receipt);
  }

  /** Whether an authority had the documents kept goes along; it is no part of what the caller said. */
  private async ending(stream: StreamName, space: string, wish: Ending, caller: Caller, archived?: Reading): Promise<Receipt> {
    const kept = await this.holds.keepDocuments(space);
    return this.sender.send(stream, space, { ...wish, kept }, caller, { words: wish, ...(archived && { archived }) });
  }

  private async about(type: 'ArchiveDocument' | 'UnarchiveDocument', handle: string, document: string, caller: Caller): Promise<Receipt> {
    const space = await this.registry.idOf(handle);
    await this.admit(type, space, caller);
    return this.ordered(type, space, document, caller);
  }

  /** Who may not do it anyway is told so before it is looked up where the document lies: how long that takes would tell him. `about`: of which, where it counts. */
  private async admit(
    action: DocumentCommand['type'],
    space: string,
    { actor, messageId, mode, secret }: Caller,
    about: Pick<Passing, 'document' | 'veil'> = {},
  ): Promise<void> {
    await this.gate.admit({ actor, action, space, messageId, mode, secret, ...about });
  }

  private async ordered(
    type: 'ArchiveDocument' | 'UnarchiveDocument' | 'RecordAnnouncement',
    space: string,
    document: string,
    caller: Caller,
  ): Promise<Receipt> {
    const stream = await this.whereabouts.streamOf(space, document);
    return this.sender.send(stream, space, { type, document }, caller);
  }

  /** What this wish took away lies among the documents, which are shown from a read model: it is answered when that one has it too. */
  private async shown(space: string, document: string, receipt: Receipt): Promise<Receipt> {
    await this.reads.placeOf(space, document, { after: receipt.position });
    return receipt;
  }

  /** Now, so that it is true when it is answered; a process does the same behind every such fact, should this one die. */
  private async destroyed(space: string, stream: StreamName, document: string, archived?: Reading): Promise<void> {
    for (const fact of await this.whereabouts.factsOf(stream, document, archived))
      if (fact.type === 'DocumentUnpublished' || fact.type === 'DocumentDeleted')
        await this.destruction.destroy({ space, document, blob: fact.blob });
  }

  private async oneOf(space: string, request: DepositRequest, caller: Caller, room: number): Promise<BatchAnswer> {
    try {
      const depositing = await this.admitted(space, request, caller);
      return await this.deposits.deposit(request, { ...depositing, room }, caller).catch((error: unknown) => {
        throw isForWantOfRoom(error, depositing, room) ? new Refused(tooLargeTogether) : error;
      });
    } catch (error) {
      if (error instanceof Refused) return { refused: error.rejection };
      throw error;
    }
  }

  private async admitted(
    space: string,
    { metadata, replaces, secret: said }: DepositRequest,
    { actor, messageId, mode }: Caller,
  ): Promise<Depositing> {
    const passing = { actor, action: 'DepositDocument', space, messageId, mode, secret: said } as const;
    const { facts, viewer, secret } = await this.gate.admit(passing);
    // Directives take the place of those that count, whatever they name.
    const holder = holderFacts(facts, viewer, replaces !== undefined || metadata.typeCode === DIRECTIVES);
    const depositor = depositorOf(actor, holder);
    if (depositor === null) throw new Error(`the gate let a ${actor.role} deposit`);
    return { space, depositor, holder, secret };
  }
}

const isForWantOfRoom = (error: unknown, { depositor }: Depositing, room: number): boolean =>
  error instanceof Refused && error.rejection.rejected === 'record/too-large' && room < limitsOf[depositor].maxSize;

/** What the rules of a deposit ask of the holder, from what the gate folded at that moment. */
const holderFacts = (
  { birthDate, maskedByDefault, masks, allMasked }: AccessFacts,
  viewer: Viewer | null,
  replacing: boolean,
): HolderFacts => ({
  birthDate,
  masksByDefault: maskedByDefault?.masked ?? false,
  represented: viewer?.kind === 'REPRESENTATIVE',
  ...(replacing
    ? {
        unmasked: {
          sets: [...masks].flatMap(([set, { masked }]) => (masked ? [] : [set])),
          until: allMasked?.masked === false ? allMasked.at : null,
        },
        masked: {
          sets: [...masks].flatMap(([set, { masked }]) => (masked ? [set] : [])),
          until: allMasked?.masked === true ? allMasked.at : null,
        },
      }
    : {}),
});
