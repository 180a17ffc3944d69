import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { JournalMatrices } from '../../src/application/access/journal-matrices.js';
import { Matrices } from '../../src/application/access/matrices.js';
import { campaignHandlers } from '../../src/application/enrolment/campaign.commands.js';
import { Inviter } from '../../src/application/enrolment/inviter.js';
import { spaceCommands, spaceHandlers } from '../../src/application/enrolment/space.commands.js';
import { CommandExecutor } from '../../src/application/shared/command-executor.js';
import { Gate } from '../../src/application/shared/gate.js';
import { Quarantine } from '../../src/application/shared/quarantine.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { Clock, Journal, Secrets } from '../../src/application/shared/ports.js';
import { ProcessRunner, type AnyProcess } from '../../src/application/shared/process-runner.js';
import { Ticker } from '../../src/application/shared/ticker.js';
import { byBus, Wishes } from '../../src/application/shared/wishes.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import type { SealedLog } from './sealed-log.js';

/** Real time, moved by so many milliseconds. */
export class ShiftedClock extends Clock {
  offset = 0;
  now() {
    return instantOf(Date.now() + this.offset);
  }
}

/** The bus with the commands of spaces, and what fires and reacts, on one log. */
export async function commandSide(log: SealedLog, clock: ShiftedClock) {
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      ...spaceHandlers,
      ...campaignHandlers,
      CommandExecutor,
      Gate,
      PassageRecorder,
      { provide: Journal, useValue: log.journal },
      { provide: Matrices, useClass: JournalMatrices },
      { provide: Clock, useValue: clock },
      { provide: Secrets, useValue: log.secrets },
      { provide: Quarantine, useValue: log.quarantine },
    ],
  }).compile();
  await module.init();
  const bus = module.get(CommandBus);
  const said: string[] = [];
  const tell = (text: string): void => void said.push(text);
  const inviter = new Inviter(bus, log.journal, log.secrets);
  const wishes = new Wishes({ ...byBus(bus, spaceCommands), InviteAgain: (id, _, { actor }) => inviter.inviteAgain(id, actor) }, tell);
  const pool = log.pools.pool('mes_projector');
  const deadlines = new PostgresDeadlines(pool);
  const reader = new LogReader(log.store, log.journal);
  const points = new PostgresProcessPoints(pool, log.store);
  return {
    bus,
    said,
    wishes,
    deadlines,
    ticker: new Ticker(deadlines, wishes, clock, tell),
    runner: (process: AnyProcess) => new ProcessRunner(process, { reader, points, deadlines, wishes, alarm: tell }),
  };
}
export type CommandSide = Awaited<ReturnType<typeof commandSide>>;
