import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { alertsOf, identityOf, type Alert } from '../../domain/audit/alerts.js';
import type { AlertBook } from '../../domain/audit/alert-rules.js';
import type { ReviewBreakGlass, WatchAccess } from '../../domain/audit/case-processes.js';
import type { CaseEvent } from '../../domain/audit/case-vocabulary.js';
import { nameKey, nameTokens, within, type Look, type Whose } from '../../domain/audit/look.js';
import { reviewPolicy } from '../../domain/audit/review-policy.js';
import type { AccessEvent } from '../../domain/access/access-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { nameOf } from '../../domain/shared/actor.js';
import { trueOn } from '../../domain/shared/fact.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import type { Sender } from '../shared/domain-command.js';
import { Clock, Journal, KeyGone, Secrets } from '../shared/ports.js';
import { ReadModels, type Ask } from '../shared/subject-query.js';
import { byBus, type Couriers } from '../shared/wishes.js';
import { windowOf, worksThere, type Watched } from './access-rows.js';
import { AlertBooks, type BookVersion } from './alert-books.js';
import { MarkCaseOverdue, OpenCase, RaiseAlert } from './cases.commands.js';

const HOUR_MS = 3_600_000;
const later = (at: Instant, milliseconds: number): Instant => instantOf(epochOf(at) + milliseconds);

/**
 * Holds accesses against the rules. What it needs of the past lies in the log of accesses, so it keeps nothing itself: whichever process is asked about an
 * access, and however often, finds the same day before it, and names its alerts the same.
 */
@Injectable()
export class AccessWatch {
  constructor(
    private readonly bus: CommandBus,
    private readonly tables: ReadModels,
    private readonly books: AlertBooks,
    private readonly journal: Journal,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Raises what the rules find in this access. Throws StoreUnavailable, and Refused while the log of accesses is not there yet. */
  async access({ stream, rev, position }: WatchAccess, sender: Sender): Promise<void> {
    const raised = await this.judged({ stream, rev, position }, this.secrets.positionToken(BigInt(position)));
    if (raised === null) return;
    for (const alert of raised.alerts) await this.raise(alert, raised.latest, raised.book, sender);
  }

  /** Opens the review of an emergency access, once. */
  async breakGlass(space: string, { rev }: ReviewBreakGlass, sender: Sender): Promise<void> {
    const { facts } = await this.journal.read<AccessEvent>(`access-${space}`, rev);
    const fact = facts.find((one) => one.rev === rev);
    if (fact === undefined) return;
    const { who } = fact.meta;
    const on = trueOn(fact);
    const looker = { actor: nameOf(who), accounts: 'subject' in who ? [who.subject] : [] };
    const id = this.secrets.digest('command', 'case', 'break-glass', space, String(rev));
    const due = later(on, reviewPolicy.breakGlass);
    await this.bus.execute(new OpenCase(id, { cause: { kind: 'BREAK_GLASS', on, rev }, looker, space, due }, sender));
  }

  private async judged(place: Pick<WatchAccess, 'stream' | 'rev' | 'position'>, after: string) {
    // One statement after the other, each on a connection of its own: nobody holds one while he waits for what needs another.
    const found = await this.ask((sql) => windowOf(sql, place), after);
    if (found === null) return null;
    const { latest, before } = found;
    const book = await this.books.at(latest.look.at);
    const known = await this.known(latest.look, before, book);
    return { latest, book, alerts: alertsOf(known(latest.look), before.map(known), book) };
  }

  private ask<R>(ask: Ask<R>, after?: string): Promise<R> {
    return this.tables.ask(null, { after }, { viewer: 'GATE', actor: '', moment: this.clock.now() }, ask);
  }

  /** Who the people are that the rules compare: that of the access, and those of a list that may be worked through. */
  private async known(latest: Look, before: readonly Look[], book: AlertBook): Promise<(look: Look) => Look> {
    const { minutes, inOrder } = book.thresholds['sequential-look-ups'];
    const recent = new Set(within(minutes, latest, before).flatMap(({ space }) => space ?? []));
    const wanted = recent.size + 1 < inOrder ? [] : [...recent];
    const whose = new Map<string, Whose | null>();
    for (const space of wanted) whose.set(space, await this.whose(space, book));
    const its = latest.space === null ? null : await this.whose(latest.space, book);
    const ofLatest = its === null ? null : { ...its, colleague: await this.isColleague(latest, its) };
    if (latest.space !== null) whose.set(latest.space, ofLatest);
    return (look) => (look.space === null ? look : { ...look, whose: whose.get(look.space) });
  }

  private async whose(space: string, { watched }: AlertBook): Promise<Whose | null> {
    const person = await this.personOf(space);
    if (person === null) return null;
    const [family, given] = [nameTokens(person.familyName), nameTokens(person.givenNames)];
    return { family, given, colleague: false, watched: watched.includes(space) };
  }

  private async isColleague({ facility, actor, name }: Look, { family, given }: Whose): Promise<boolean> {
    const called = nameKey([...family, ...given.slice(0, 1)]);
    return facility !== null && called !== nameKey(name) && this.ask((sql) => worksThere(sql, facility, called, actor));
  }

  /** Null where nobody has this space, or its keys are gone. */
  private async personOf(space: string): Promise<{ readonly familyName: string; readonly givenNames: string } | null> {
    try {
      const { facts } = await this.journal.read<SpaceEvent>(`space-${space}`);
      const declared = facts.find(({ event }) => event.type === 'PersonDeclaredEligible')?.event;
      return declared?.type === 'PersonDeclaredEligible' ? declared : null;
    } catch (error) {
      if (error instanceof KeyGone) return null;
      throw error;
    }
  }

  /** Two processes that find the same alert meet in its stream: there is one of it. */
  private async raise(alert: Alert, { look, account }: Watched, book: BookVersion, sender: Sender): Promise<void> {
    const { rule, actor, space, window, measured, most, accesses } = alert;
    const id = this.secrets.digest('command', 'case', 'alert', ...identityOf(alert));
    // Looked up before it is wished: of a busy day each further access finds the same alert again.
    if ((await this.journal.read<CaseEvent>(`case-${id}`)).facts.length > 0) return;
    const looker = { actor, accounts: account === null ? [] : [account] };
    const about = { ...(space === null ? {} : { space }), window, on: look.at, measured, most, accesses };
    const wish = { rule, rules: book.version, looker, ...about, due: later(look.at, book.reviewHours * HOUR_MS) };
    await this.bus.execute(new RaiseAlert(id, wish, { ...sender, messageId: `${sender.messageId}/${rule}` }));
  }
}

/** Who carries the wishes of the processes of reviews. */
export const caseCouriers = (watch: AccessWatch, bus: CommandBus): Couriers => ({
  WatchAccess: (_, wish, sender) => watch.access(wish as WatchAccess, sender),
  ReviewBreakGlass: (space, wish, sender) => watch.breakGlass(space, wish as ReviewBreakGlass, sender),
  ...byBus(bus, { MarkCaseOverdue }),
});
