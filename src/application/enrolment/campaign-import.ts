import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { ImportCounts } from '../../domain/enrolment/campaign.js';
import { space } from '../../domain/enrolment/space.js';
import type { SpaceCommand, SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { IMPORTER } from '../../domain/shared/actor.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import { parisDay } from '../../domain/shared/time.js';
import { batchesOf } from '../shared/bounded.js';
import type { Chain } from '../shared/chained-orders.js';
import { CommandExecutor } from '../shared/command-executor.js';
import { orderOf } from '../shared/domain-command.js';
import type { Order } from '../shared/order.js';
import { Clock, IdentityRegistry, Journal, Secrets, type SpaceAddress } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { judgeLine } from './beneficiary-line.js';
import { RecordImport } from './campaign.commands.js';
import { Installation, Staging, type BeneficiariesFile, type Ordered, type RejectionList, type StagedLine } from './import-ports.js';
import { Inviter } from './inviter.js';
import { isMissed, reachable } from './out-of-reach.js';
import { DeclareEligible, type InviteHolder } from './space.commands.js';

/** How far an import is. Reading knows no total; processing counts the accepted lines. */
export interface ImportProgress {
  readonly phase: 'READING' | 'PROCESSING';
  readonly done: number;
  readonly total: number | null;
}
export interface ImportRequest {
  readonly campaign: string;
  readonly file: BeneficiariesFile;
  readonly rejections: RejectionList;
  readonly onProgress?: (progress: ImportProgress) => void;
}
/** The counts, and how many of the declared ones an earlier, interrupted run of the same file had declared already. */
export interface ImportResult {
  readonly counts: ImportCounts;
  readonly declaredEarlier: number;
  /** The campaign is paused: people were declared, nobody was invited. */
  readonly heldBack: boolean;
  /**
   * People who were passed over, because their space stands still or is being destroyed: the same file takes them once it does not. Which lines these are is
   * not told: who had his space destroyed is nobody's business.
   */
  readonly outOfReach: number;
}

/** People in one reading and one append: few enough that the moment in their headers is still now when a busy machine comes to write them. */
const BATCH = 128;

type Tally = { -readonly [K in keyof Omit<ImportCounts, 'file'>]: number } & {
  declaredEarlier: number;
  heldBack: boolean;
  outOfReach: number;
};
interface Run extends ImportRequest {
  readonly tally: Tally;
  readonly dry: boolean;
}
interface Person {
  readonly line: StagedLine;
  readonly address: SpaceAddress;
}
/** What somebody's line comes to: orders, none where nothing is left to do, and what he counts as once they are carried out. */
interface Wished {
  readonly orders: Chain<SpaceCommand>;
  readonly counts: readonly ('declared' | 'declaredEarlier' | 'known')[];
}

/**
 * A fund's file becomes declared and invited people. Lines are staged and taken in the order of a keyed digest of the INS, so that neither
 * ids nor the order of the log follow the file. It may be killed anywhere and run again with the same file: nothing happens twice. Nobody's trouble is
 * another's: who is out of reach is passed over.
 */
@Injectable()
export class CampaignImport {
  constructor(
    private readonly bus: CommandBus,
    private readonly executor: CommandExecutor,
    private readonly journal: Journal,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    private readonly inviter: Inviter,
    private readonly staging: Staging,
    private readonly installation: Installation,
  ) {}

  /**
   * Recorded once the whole file went through: not while somebody is out of reach. Throws Refused `enrolment/no-such-campaign`, `import/missing-column`;
   * StoreUnavailable: run the same file again.
   */
  async run(request: ImportRequest): Promise<ImportResult> {
    if ((await this.inviter.statusOf(request.campaign)) === 'NONE') throw new Refused(reject('not-found', 'enrolment/no-such-campaign'));
    const result = await this.through(request, false);
    if (result.outOfReach > 0) return result;
    const messageId = this.secrets.digest('command', 'import', request.campaign, JSON.stringify(result.counts));
    await this.bus.execute(new RecordImport(request.campaign, { counts: result.counts }, { actor: IMPORTER, messageId }));
    return result;
  }

  /** Judges every line and counts; writes nothing but the list of rejections. Who is known or suppressed already is not looked up. */
  rehearse(request: ImportRequest): Promise<ImportResult> {
    return this.through(request, true);
  }

  private async through(request: ImportRequest, dry: boolean): Promise<ImportResult> {
    const tally: Tally = {
      lines: 0,
      declared: 0,
      known: 0,
      suppressed: 0,
      deferred: 0,
      rejected: 0,
      declaredEarlier: 0,
      heldBack: false,
      outOfReach: 0,
    };
    const run: Run = { ...request, tally, dry };
    const area = await this.staging.open();
    try {
      await this.stage(run, (staged) => area.add(staged));
      const total = tally.lines - tally.rejected;
      let done = 0;
      for await (const batch of batchesOf(this.firstLines(run, area.inOrder()), BATCH)) {
        await this.process(run, batch);
        done += batch.length;
        request.onProgress?.({ phase: 'PROCESSING', done, total });
      }
    } finally {
      await area.discard();
    }
    const { declaredEarlier, heldBack, outOfReach, ...counts } = tally;
    return { counts: { file: request.file.digest(), ...counts }, declaredEarlier, heldBack, outOfReach };
  }

  private async stage(run: Run, add: (staged: Ordered) => Promise<void>): Promise<void> {
    const judging = { today: parisDay(this.clock.now()), production: this.installation.production };
    for await (const line of run.file.lines()) {
      run.tally.lines++;
      const verdict = 'fields' in line ? judgeLine(line.fields, judging) : { accepted: false as const, code: line.unreadable };
      if (verdict.accepted) {
        const { beneficiary, deferred } = verdict;
        const order = this.secrets.digest('command', 'import-order', beneficiary.ins);
        await add({ order, line: { number: line.number, beneficiary, deferred } });
      } else await this.rejectLine(run, line.number, verdict.code);
      if (run.tally.lines % 1_000 === 0) run.onProgress?.({ phase: 'READING', done: run.tally.lines, total: null });
    }
  }

  /** The same INS has the same key of order: its lines come one behind the other, the first one of the file first. */
  private async *firstLines(run: Run, staged: AsyncIterable<Ordered>): AsyncIterable<StagedLine> {
    let previous: string | null = null;
    for await (const { order, line } of staged) {
      if (order === previous) await this.rejectLine(run, line.number, 'import/second-line');
      else if (line.deferred) run.tally.deferred++;
      else yield line;
      previous = order;
    }
  }

  private async rejectLine({ tally, rejections }: Run, line: number, code: string): Promise<void> {
    tally.rejected++;
    await rejections.add(line, code);
  }

  private async process(run: Run, batch: readonly StagedLine[]): Promise<void> {
    if (run.dry) {
      run.tally.declared += batch.length;
      return;
    }
    const people = await this.addressed(run, batch);
    const histories = await reachable<SpaceEvent>(
      this.journal,
      people.map(({ address }) => streamOf(address)),
    );
    const running = (await this.inviter.statusOf(run.campaign)) === 'RUNNING';
    run.tally.heldBack ||= !running;
    run.tally.outOfReach += people.length - histories.size;
    const wished = people.flatMap((person): readonly Wished[] => {
      const history = histories.get(streamOf(person.address));
      return history === undefined ? [] : [this.wished(run, person, history, running)];
    });
    await this.carryOut(run, wished);
  }

  private wished(run: Run, { line, address }: Person, history: Facts, running: boolean): Wished {
    const invitation = running ? this.inviter.invitation(address.id, run.campaign, IMPORTER, history) : null;
    const { orders, counts } = this.declaration(run, line, address, history);
    return { orders: [...orders, ...(invitation === null ? [] : [orderTo('InviteHolder', invitation)])], counts };
  }

  /** Declared and invited in one append: whoever is declared in a running campaign is invited, however the import ends. */
  private async carryOut({ tally }: Run, wished: readonly Wished[]): Promise<void> {
    const ordering = wished.filter(({ orders }) => orders.length > 0);
    const answers = await this.executor.executeMany(
      space,
      ordering.map(({ orders }) => orders),
    );
    const missed = new Set(ordering.filter((_, n) => isMissed(answers[n] ?? [])));
    tally.outOfReach += missed.size;
    for (const one of wished) if (!missed.has(one)) for (const count of one.counts) tally[count]++;
  }

  private async addressed(run: Run, batch: readonly StagedLine[]): Promise<readonly Person[]> {
    const reserved = await this.registry.reserveMany(batch.map(({ beneficiary }) => beneficiary.ins));
    const people = batch.flatMap((line, i) => {
      const address = reserved[i];
      return address === undefined || address === 'suppressed' ? [] : [{ line, address }];
    });
    run.tally.suppressed += batch.length - people.length;
    return people;
  }

  /** A person whom this very file declared before it was interrupted counts as declared, so that a resumed import records the same counts. */
  private declaration({ campaign, file }: Run, { beneficiary }: StagedLine, address: SpaceAddress, [first]: Facts): Wished {
    const messageId = this.secrets.digest('command', 'declaration', campaign, file.digest(), address.id);
    if (first !== undefined) return { orders: [], counts: first.meta.cause === messageId ? ['declared', 'declaredEarlier'] : ['known'] };
    const wish = { beneficiary, handle: address.handle, campaign };
    const declaring = new DeclareEligible(address.id, wish, { actor: IMPORTER, messageId });
    return { orders: [orderTo('DeclareEligible', declaring)], counts: ['declared'] };
  }
}

type Facts = readonly Recorded<SpaceEvent>[];

const orderTo = (type: SpaceCommand['type'], { id, wish, sender }: DeclareEligible | InviteHolder): Order<SpaceCommand> =>
  orderOf<SpaceCommand>(type, id, wish, sender);
const streamOf = ({ id }: SpaceAddress): StreamName => `space-${id}`;
