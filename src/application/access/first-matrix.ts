import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HABILITATIONS, habilitations, type MatrixCommand, type MatrixEvent } from '../../domain/access/matrix-version.js';
import { IMPORTER, REACTOR, type Actor } from '../../domain/shared/actor.js';
import { parisDay, startOfDay } from '../../domain/shared/time.js';
import { CodeTables } from '../record/code-tables.js';
import { CommandExecutor } from '../shared/command-executor.js';
import { Clock, Journal } from '../shared/ports.js';
import { proposalOf, type MatrixFile } from './matrix-file.js';

/** The version that comes with the software. */
export abstract class ShippedMatrix {
  abstract read(): Promise<MatrixFile>;
}

/**
 * Without a matrix nothing is decided for professionals: an installation that has no version publishes the shipped one before it opens. Several processes
 * may start together: the stream takes one first version, and one publication of it.
 */
@Injectable()
export class FirstMatrix implements OnApplicationBootstrap {
  constructor(
    private readonly executor: CommandExecutor,
    private readonly journal: Journal,
    private readonly tables: CodeTables,
    private readonly shipped: ShippedMatrix,
    private readonly clock: Clock,
  ) {}

  /** Throws StoreUnavailable when the log cannot be read, or not be written where there is no version yet: the system then does not start. */
  async onApplicationBootstrap(): Promise<void> {
    const { facts } = await this.journal.read<MatrixEvent>(`matrix-${HABILITATIONS}`);
    if (facts.some(({ event }) => event.type === 'MatrixVersionPublished')) return;
    if (facts.length === 0) await this.propose();
    await this.wish(REACTOR, 'first-matrix', { type: 'PublishMatrixVersion', version: 1 });
  }

  /** It applies from the beginning of the day, so that a process whose clock is a little behind has a matrix too. */
  private async propose(): Promise<void> {
    const file = await this.shipped.read();
    const appliesFrom = startOfDay(parisDay(this.clock.now()));
    const wish = proposalOf(file, this.tables, { appliesFrom, reason: 'first start: the version that comes with the software' });
    const messageId = `first-matrix/${file.source}/${appliesFrom}`;
    await this.wish(IMPORTER, messageId, { type: 'ProposeMatrixVersion', ...wish });
  }

  /** Not over the bus: at this moment it may not have its handlers yet. */
  private async wish(actor: Actor, messageId: string, command: MatrixCommand): Promise<void> {
    await this.executor.execute(habilitations, { actor, messageId, id: HABILITATIONS, command });
  }
}
