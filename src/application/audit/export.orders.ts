import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AUDITORS, auditing, isAuditor, type AuditorEvent } from '../../domain/audit/auditors.js';
import type { ExportEvent, ExportFigures, ExportScope, ExportWish } from '../../domain/audit/export-vocabulary.js';
import { nameOf, nameOfProfessional, type Actor, type Subject } from '../../domain/shared/actor.js';
import { replay } from '../../domain/shared/decider.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { uuidOf } from '../record/document-names.js';
import { askingOf, senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { markOf } from '../shared/command-mark.js';
import { orderOf } from '../shared/domain-command.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry, Journal, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { ExportShelf, type ExportBytes, type ExportFile, type ExportProgress, type WantedBytes } from './export-ports.js';
import * as commands from './export.commands.js';
import { ListExports, type ExportSheet } from './export.queries.js';

/** An export as somebody asks for it at a door: a space is named by its handle. */
export type AskedExport = Omit<ExportWish, 'scope'> & { readonly scope: ExportScope };
/** Where the export is that was asked for. */
export interface ExportReceipt extends Receipt {
  readonly export: string;
}
export type ExportStanding = ExportSheet & { readonly progress: ExportProgress | null };

const unknown = reject('not-found', 'audit/no-such-export');
const alreadyApproved = reject('conflict', 'audit/already-approved');
const notReady = reject('conflict', 'audit/export-not-ready');
const removed = reject('gone', 'audit/export-removed');

/** Exports of the log, for every door: asked for, approved by two, followed, fetched. */
@Injectable()
export class ExportOrders {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly journal: Journal,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    private readonly gate: Gate,
    private readonly shelf: ExportShelf,
  ) {}

  /** Throws Refused `audit/export-…`, `audit/auditor-ended`. The same message again is the same export. */
  async request(asked: AskedExport, caller: Caller): Promise<ExportReceipt> {
    await this.checkAccount(caller);
    const id = uuidOf(this.secrets.digest('command', 'export', nameOf(caller.actor), caller.messageId));
    const receipt = await this.commands.execute(new commands.RequestExport(id, await this.wishOf(asked), senderOf(caller)));
    return { ...receipt, export: id };
  }

  /**
   * Counts what would be exported, without asking for it. Its reason is that of the look: it leaves a line in the space that is counted, else among the looks
   * of compliance, with the professional whom it is about. Throws Refused `audit/purpose-needed`, `audit/export-scope`.
   */
  async rehearse(asked: AskedExport, caller: Caller, progress: (done: number, total: number) => void): Promise<ExportFigures> {
    const { actor, messageId } = caller;
    const wish = await this.wishOf(asked);
    const { scope, reason: purpose } = wish;
    const space = scope.kind === 'space' ? scope.space : null;
    const about = scope.kind === 'professional' ? { actor: nameOfProfessional(scope.professional) } : undefined;
    await this.gate.pass({ actor, action: 'RehearseExport', space, messageId, purpose, about });
    return this.shelf.rehearse(wish, progress);
  }

  /** Throws Refused `audit/already-approved` when this person approved it by an earlier message: his second word is not that of a second person. */
  async approve(id: string, caller: Caller): Promise<Receipt> {
    const sender = senderOf(caller);
    const receipt = await this.commands.execute(new commands.ApproveExport(id, {}, sender));
    const { facts } = await this.journal.read<ExportEvent>(`export-${id}`);
    const his = facts.find(({ event }) => event.type === 'ExportApproved' && event.by === nameOf(caller.actor));
    const mark = markOf(this.secrets, 'export', orderOf('ApproveExport', id, {}, sender));
    if (his !== undefined && his.meta.command.id !== mark.id) throw new Refused(alreadyApproved);
    return receipt;
  }

  refuse(id: string, reason: string, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.RefuseExport(id, { reason }, senderOf(caller)));
  }

  async cancel(id: string, caller: Caller): Promise<Receipt> {
    await this.checkAccount(caller);
    return this.commands.execute(new commands.CancelExport(id, {}, senderOf(caller)));
  }

  /** Goes on with one that was given up after too many attempts, once what they died of is mended; in its time. Throws Refused `audit/export-over`. */
  async resume(id: string, caller: Caller): Promise<Receipt> {
    await this.checkAccount(caller);
    return this.commands.execute(new commands.ResumeExport(id, {}, senderOf(caller)));
  }

  /** The newest first, at most two hundred; an auditor reads of his own only. A look: who asks says why. Throws Refused `audit/purpose-needed`. */
  async list(caller: Caller): Promise<readonly ExportStanding[]> {
    const sheets = await this.sheets(null, caller);
    return Promise.all(sheets.map((sheet) => this.standing(sheet, caller)));
  }

  /** As `list`; an auditor looks at his own for the reason that it has, unless he says another. Throws Refused `audit/no-such-export`. */
  async status(id: string, caller: Caller): Promise<ExportStanding> {
    const purpose = caller.purpose ?? (caller.actor.role === 'auditor' ? await this.basisOf(id, caller.actor) : undefined);
    const [sheet] = await this.sheets(id, { ...caller, purpose });
    if (sheet === undefined) throw new Refused(unknown);
    return this.standing(sheet, caller);
  }

  /** Gives a file of a finished export; that it was fetched is written first, for the reason that the export has. Throws Refused `audit/export-not-ready`, `audit/export-removed`. */
  async download(id: string, file: ExportFile, wanted: WantedBytes, caller: Caller): Promise<ExportBytes> {
    const { actor, messageId } = caller;
    await this.gate.admit({ actor, action: 'DownloadExport', space: null, messageId });
    const { status, result } = await this.status(id, { ...caller, purpose: caller.purpose ?? (await this.basisOf(id, actor)) });
    if (status === 'REMOVED') throw new Refused(removed);
    const found = result === null ? null : await this.shelf.open(id, result, file, wanted);
    if (found === null) throw new Refused(notReady);
    await this.commands.execute(new commands.DownloadExport(id, {}, senderOf(caller)));
    return found;
  }

  /** Opens the account of an auditor until a day. Throws Refused `audit/auditor-end`. */
  registerAuditor(
    subject: Subject,
    { authority, until }: { readonly authority: string; readonly until: Instant },
    caller: Caller,
  ): Promise<Receipt> {
    return this.commands.execute(new commands.RegisterAuditor(AUDITORS, { subject, authority, until }, senderOf(caller)));
  }

  endAuditor(subject: Subject, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.EndAuditor(AUDITORS, { subject }, senderOf(caller)));
  }

  private async sheets(only: string | null, caller: Caller): Promise<readonly ExportSheet[]> {
    await this.checkAccount(caller);
    return this.queries.execute(new ListExports(only, askingOf(caller, this.clock.now())));
  }

  /** The legal basis of an export; an auditor knows of his own alone. */
  private async basisOf(id: string, actor: Actor): Promise<string> {
    const { facts } = await this.journal.read<ExportEvent>(`export-${id}`);
    const asked = facts.map(({ event }) => event).find((event) => event.type === 'ExportRequested');
    if (asked === undefined || (actor.role === 'auditor' && asked.by !== nameOf(actor))) throw new Refused(unknown);
    return asked.legalBasis;
  }

  /** How far it was at a past moment nobody wrote down. */
  private async standing(sheet: ExportSheet, { asOf }: Caller): Promise<ExportStanding> {
    const works = asOf === undefined && (sheet.status === 'APPROVED' || sheet.status === 'RUNNING');
    return { ...sheet, progress: works ? await this.shelf.progress(sheet.export) : null };
  }

  /** An auditor's token is not enough: compliance opened his account, until a day. */
  private async checkAccount({ actor }: Caller): Promise<void> {
    if (actor.role !== 'auditor') return;
    const { facts } = await this.journal.read<AuditorEvent>(`export-${AUDITORS}`);
    const auditors = replay(
      auditing,
      facts.map(({ event }) => event),
    );
    if (!isAuditor(auditors, actor.subject, this.clock.now())) throw new Refused(reject('forbidden', 'audit/auditor-ended'));
  }

  private async wishOf({ scope, ...asked }: AskedExport): Promise<Omit<ExportWish, 'type'>> {
    if (scope.kind === 'events') await this.checkSealed(scope.indexes);
    if (scope.kind !== 'space') return { ...asked, scope };
    const address = await this.registry.byHandle(scope.space);
    if (address === null) throw new Refused(reject('invalid', 'audit/export-scope'));
    return { ...asked, scope: { kind: 'space', space: address.id } };
  }

  private async checkSealed(indexes: readonly number[]): Promise<void> {
    const size = await this.shelf.sealed();
    if (indexes.some((index) => index >= size)) throw new Refused(reject('invalid', 'audit/export-events-unknown'));
  }
}
