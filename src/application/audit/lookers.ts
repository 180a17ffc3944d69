import { Injectable } from '@nestjs/common';
import type { CaseEvent } from '../../domain/audit/case-vocabulary.js';
import type { Subject } from '../../domain/shared/actor.js';
import { Clock, Journal, Secrets } from '../shared/ports.js';
import { ReadModels } from '../shared/subject-query.js';

const ACCOUNTS = 'SELECT DISTINCT account FROM access_log WHERE actor = $1 AND account IS NOT NULL';

/** Who looks, and with which accounts he was seen: one person may sign in twice. */
@Injectable()
export class Lookers {
  constructor(
    private readonly tables: ReadModels,
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {}

  /** Every account with which somebody of this name (`nameOf`) was seen. */
  async accountsOf(actor: string): Promise<readonly Subject[]> {
    const sight = { viewer: 'GATE', actor, moment: this.clock.now() } as const;
    // All that was written until now counts: an account that he used a moment ago too.
    const after = this.secrets.positionToken(await this.journal.head());
    const found = await this.tables.ask(null, { after }, sight, (sql) => sql<{ account: string }>(ACCOUNTS, actor));
    return [...found.map(({ account }) => account), ...ownAccount(actor)].map(subjectOf);
  }

  /** `nameOf` whom a case is about; null when there is no such case. */
  async ofCase(id: string): Promise<string | null> {
    const { facts } = await this.journal.read<CaseEvent>(`case-${id}`);
    const opened = facts.find(({ event }) => event.type === 'CaseOpened')?.event;
    return opened?.type === 'CaseOpened' ? opened.looker.actor : null;
  }
}

/** The issuer is a URL or a URN, and holds no bar. */
const subjectOf = (account: string): Subject => {
  const bar = account.indexOf('|');
  return { issuer: account.slice(0, bar), sub: account.slice(bar + 1) };
};
/** Staff are named by their account. */
const ownAccount = (actor: string): readonly string[] => {
  const [role = '', account = ''] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)];
  return role === 'professional' || !account.includes('|') ? [] : [account];
};
