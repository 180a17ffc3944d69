import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { HABILITATIONS, type MatrixEvent } from '../../domain/access/matrix-version.js';
import { IMPORTER, REACTOR } from '../../domain/shared/actor.js';
import { parisDay, startOfDay } from '../../domain/shared/time.js';
import { CodeTables } from '../record/code-tables.js';
import { Clock, Journal } from '../shared/ports.js';
import { proposalOf, type MatrixFile } from './matrix-file.js';
import { ProposeMatrixVersion, PublishMatrixVersion } from './matrix.commands.js';

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
    private readonly bus: CommandBus,
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
    await this.bus.execute(new PublishMatrixVersion(HABILITATIONS, { version: 1 }, { actor: REACTOR, messageId: 'first-matrix' }));
  }

  /** It applies from the beginning of the day, so that a process whose clock is a little behind has a matrix too. */
  private async propose(): Promise<void> {
    const file = await this.shipped.read();
    const appliesFrom = startOfDay(parisDay(this.clock.now()));
    const wish = proposalOf(file, this.tables, { appliesFrom, reason: 'first start: the version that comes with the software' });
    const messageId = `first-matrix/${file.source}/${appliesFrom}`;
    await this.bus.execute(new ProposeMatrixVersion(HABILITATIONS, wish, { actor: IMPORTER, messageId }));
  }
}
