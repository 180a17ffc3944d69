import { isHeld, isSealed } from '../../../src/application/shared/fact-reader.js';
import { noticeText } from '../../../src/application/notices/notice-texts.js';
import type { NoticesEvent } from '../../../src/domain/notices/notice-vocabulary.js';
import type { Of, Tagged } from '../../../src/domain/shared/decider.js';
import type { Platform } from '../../../src/infrastructure/system/platform.js';
import { projections, readSideOf } from '../../../src/infrastructure/system/read-side.js';
import { SealedTree } from '../../../src/infrastructure/seal/sealed-tree.js';
import { allOf } from '../../infrastructure/event-store/samples.js';
import { naiveRoot } from '../naive-merkle.js';
import { leafByHand } from '../sealing.js';
import type { Installation } from './installation.js';
import { Order } from './order.js';
import type { Acknowledged, Act } from './stubborn.js';

const CATEGORIES = ['space', 'access', 'record', 'veil', 'passage', 'actor', 'notices', 'campaign', 'matrix'];
/** The fact that an act brings about; a look may be looked again, so that it may leave a line each time. */
const FACT_OF: Readonly<Record<Act['kind'], string>> = {
  consent: 'AccessConsentRecorded',
  deposit: 'DocumentDeposited',
  activation: 'SpaceActivated',
  mask: 'DocumentsMasked',
  look: 'AccessGranted',
};
/** Heads whose tree is made anew. */
const MOST_HEADS = 40;

/** Whether an e-mail says that there is something to see. */
const isTold = (event: Tagged): boolean =>
  event.type === 'NoticeIssued' && noticeText((event as Of<NoticesEvent, 'NoticeIssued'>).kind) !== null;

/** What lies in the log by what brought it about, read on from where it was left. */
export class Ledger {
  private position = 0n;
  private readonly facts = new Map<string, number>();
  /** Notices that are told by e-mail. */
  notices = 0;
  /** Places of the log that could not be read, though nobody's keys were shut. */
  private unread = 0;

  constructor(private readonly platform: Pick<Platform, 'reader'>) {}

  /** What of this does not lie in the log as often as it must. */
  async missing(acknowledged: readonly Acknowledged[]): Promise<readonly string[]> {
    await this.readOn();
    const wrong = acknowledged.filter(({ act, sent }) => {
      const found = this.found(act);
      return act.kind === 'look' ? found < 1 || found > sent : found !== 1;
    });
    if (wrong.length === 0) return [];
    // What a reader passed over is another fault than what the log has lost.
    const anew = new Ledger(this.platform);
    await anew.readOn();
    return wrong.map(
      ({ act, sent }) =>
        `${act.kind} acknowledged after ${sent} tries: ${this.found(act)} facts, ${anew.found(act)} where all is read anew; ${anew.unread} places sealed or held`,
    );
  }

  /** How many facts this act brought about. */
  private found({ kind, key }: Act): number {
    return this.facts.get(`${FACT_OF[kind]} ${key}`) ?? 0;
  }

  /** How many facts of this type lie there, whatever brought them about. */
  count(type: string): number {
    return [...this.facts].reduce((sum, [name, count]) => (name.startsWith(`${type} `) ? sum + count : sum), 0);
  }

  /** Takes in what came since. */
  async readOn(): Promise<void> {
    for await (const { facts, position } of this.platform.reader.read(this.position, CATEGORIES)) {
      for (const met of facts) {
        if (isSealed(met) || isHeld(met)) {
          this.unread += 1;
          continue;
        }
        if (isTold(met.event)) this.notices += 1;
        const name = `${met.event.type} ${met.meta.cause}`;
        this.facts.set(name, (this.facts.get(name) ?? 0) + 1);
      }
      this.position = position;
    }
  }
}

/** Revisions and positions with a gap or anything twice, in all that lies in the log now; there are none. */
export async function gaps(installation: Pick<Installation, 'platform'>): Promise<readonly string[]> {
  const order = new Order(installation);
  await order.readOn();
  return order.faults;
}

/** How many readers have not taken everything yet. */
export async function behind(installation: Pick<Installation, 'rows' | 'platform'>): Promise<number> {
  const head = await installation.platform.store.head();
  const [found] = await installation.rows<{ behind: string }>(`SELECT
    (SELECT count(*) FROM read.checkpoint WHERE position < ${head}) +
    (SELECT count(*) FROM process.checkpoint WHERE position < ${head}) +
    (SELECT count(*) FROM seal.head WHERE position < ${head}) AS behind`);
  return Number(found?.behind);
}

/** What all rows of each read model come to. */
export async function hashes(installation: Pick<Installation, 'rows'>): Promise<Readonly<Record<string, unknown>>> {
  const names = projections.flatMap(({ tables }) => tables.map(({ name }) => name));
  const all: Record<string, unknown> = {};
  for (const name of names)
    [all[name]] = await installation.rows(`SELECT count(*)::int, md5(string_agg(t::text, '/' ORDER BY t::text)) FROM read."${name}" t`);
  return all;
}

/** Makes every read model anew from the log. Nobody may be at work on them. */
export const rebuilt = ({ platform }: Pick<Installation, 'platform'>): Promise<unknown> =>
  readSideOf(platform).projector.rebuild(...projections.map(({ name }) => name));

/** Signed heads whose root is not that of the events they are of, by size; there are none. The last head is over everything. */
export async function wrongHeads(installation: Pick<Installation, 'platform' | 'rows'>): Promise<readonly number[]> {
  const { platform } = installation;
  const leaves = (await allOf(platform.store, 0n)).map(leafByHand);
  const heads = await installation.rows<{ size: string; root: Buffer }>('SELECT size, root FROM seal.checkpoint ORDER BY size');
  const last = await new SealedTree(platform.pools.pool('mes_reader')).signed();
  const some = heads.filter((_, n) => n % Math.ceil(heads.length / MOST_HEADS) === 0 || n === heads.length - 1);
  const wrong = some.filter(({ size, root }) => !Buffer.from(naiveRoot(leaves.slice(0, Number(size)))).equals(root));
  return [...wrong.map(({ size }) => Number(size)), ...(last?.size === leaves.length ? [] : [leaves.length])];
}
