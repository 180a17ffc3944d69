import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { alertRuleVersions, RULES, type AlertRulesCommand } from '../../domain/audit/alert-rule-versions.js';
import { faultOfBook, type AlertBook } from '../../domain/audit/alert-rules.js';
import { IMPORTER } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import { FaultyFile } from '../record/code-list-file.js';
import { senderOf, type Caller } from '../shared/caller.js';
import { CommandExecutor, type Receipt } from '../shared/command-executor.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry, Journal } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { AlertBooks, type BookVersion } from './alert-books.js';
import { PublishAlertRules } from './cases.commands.js';

/** A file of rules: what it says, with handles for the spaces that are watched, and `sha256:` and the digest of its bytes. */
export interface AlertRulesFile {
  readonly source: string;
  readonly book: AlertBook;
}
/** The version that comes with the software. */
export abstract class ShippedAlertRules {
  abstract read(): Promise<AlertRulesFile>;
}

const HANDLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The version in force, and who published it why. Of the spaces that are watched it says how many there are. */
export interface AlertRulesView extends Omit<BookVersion, 'watched'> {
  readonly watched: number;
}

/** Versions of the rules of alerts, as compliance officers bring and read them. An installation without any publishes the shipped one before it opens. */
@Injectable()
export class AlertRuleOrders implements OnApplicationBootstrap {
  constructor(
    private readonly bus: CommandBus,
    private readonly executor: CommandExecutor,
    private readonly registry: IdentityRegistry,
    private readonly books: AlertBooks,
    private readonly gate: Gate,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly shipped: ShippedAlertRules,
  ) {}

  /** Throws StoreUnavailable when the log cannot be read or written: the system then does not start. */
  async onApplicationBootstrap(): Promise<void> {
    const { facts } = await this.journal.read(`alert-${RULES}`);
    if (facts.length > 0) return;
    const { source, book } = await this.shipped.read();
    const command: AlertRulesCommand = { type: 'PublishAlertRules', ...book, source, reason: 'first start: the version of the software' };
    // Not over the bus: at this moment it may not have its handlers yet.
    await this.executor.execute(alertRuleVersions, { actor: IMPORTER, messageId: `first-alert-rules/${source}`, id: RULES, command });
  }

  /** Throws FaultyFile before anything is written, Refused. */
  async publish({ source, book }: AlertRulesFile, reason: string, caller: Caller): Promise<Receipt> {
    const { actor, messageId } = caller;
    await this.gate.admit({ actor, action: 'PublishAlertRules', space: null, messageId });
    refuseFaulty(book);
    const watched = await Promise.all(book.watched.map((handle) => this.spaceOf(handle)));
    const sender = { ...senderOf(caller), words: { source, reason } };
    return this.bus.execute(new PublishAlertRules(RULES, { ...book, watched, source, reason }, sender));
  }

  /** The version in force at the moment that is asked about. */
  async inForce(caller: Caller): Promise<AlertRulesView> {
    const { actor, messageId, purpose, asOf } = caller;
    await this.gate.pass({ actor, action: 'GetAlertRules', space: null, messageId, purpose, asOf });
    const { watched, ...book } = await this.books.at(asOf ?? this.clock.now());
    return { ...book, watched: watched.length };
  }

  private async spaceOf(handle: string): Promise<string> {
    const address = HANDLE.test(handle) ? await this.registry.byHandle(handle) : null;
    if (address === null) throw new Refused(reject('invalid', 'audit/watched-nobody'));
    return address.id;
  }
}

/** Throws FaultyFile with the place of what is wrong. */
export function refuseFaulty(book: unknown): asserts book is AlertBook {
  const fault = faultOfBook(book);
  if (fault !== null)
    throw new FaultyFile([`${fault === '' ? 'the file' : fault} is missing, unknown or not of the form that it must have`]);
}
