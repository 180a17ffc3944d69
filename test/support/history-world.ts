import { randomUUID } from 'node:crypto';
import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { JournalMatrices } from '../../src/application/access/journal-matrices.js';
import { Matrices } from '../../src/application/access/matrices.js';
import { Gate } from '../../src/application/shared/gate.js';
import { Quarantine } from '../../src/application/shared/quarantine.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { Clock, Journal, Secrets } from '../../src/application/shared/ports.js';
import { ReadModels } from '../../src/application/shared/subject-query.js';
import type { AuditorEvent } from '../../src/domain/audit/auditors.js';
import type { CaseEvent } from '../../src/domain/audit/case-vocabulary.js';
import type { MatrixEvent } from '../../src/domain/access/matrix-version.js';
import type { NoticesEvent } from '../../src/domain/notices/notice-vocabulary.js';
import type { ProfessionalNoticeEvent } from '../../src/domain/notices/professional-notices.js';
import type { HistoryFact } from '../../src/projections/history/sentences.js';
import { REACTOR, type Actor } from '../../src/domain/shared/actor.js';
import type { Circumstances, StreamName } from '../../src/domain/shared/fact.js';
import type { RecordedGround } from '../../src/domain/shared/ground.js';
import { instant, instantOf } from '../../src/domain/shared/time.js';
import { knownFacts } from '../../src/infrastructure/system/known-facts.js';
import { answers, projections } from '../../src/infrastructure/system/read-side.js';
import { ShiftedClock } from './command-side.js';
import { camille, spaceFacts } from './enrolment-facts.js';
import { caughtUp, declared, readSide } from './read-side.js';
import { meta, sealedHouse } from './sealed-log.js';

export const holder: Actor = { role: 'person', subject: camille, assurance: 'substantial', authenticatedAt: 0 };
export const parent: Actor = { ...holder, subject: { issuer: 'https://issuer.test', sub: 'parent' } };
export const officer: Actor = { role: 'compliance', subject: { issuer: 'https://agents.example', sub: 'officer-1' }, assurance: 'high' };
/** Who looks for compliance says why. */
export const by = (actor: Actor) => ({ actor, messageId: randomUUID(), ...(actor.role === 'compliance' ? { purpose: 'essai' } : {}) });
const HEALTH = '1.2.250.1.71.1.2.7';

type Fact = HistoryFact | MatrixEvent | NoticesEvent | ProfessionalNoticeEvent | AuditorEvent | CaseEvent;

/** Every doctor and nurse reads the type of document these tests know. */
const law: MatrixEvent = {
  type: 'MatrixVersionPublished',
  v: 1,
  version: 1,
  appliesFrom: instant('2020-01-01T00:00:00Z'),
  source: 'tests',
  rows: ['10', '60'].map((code) => ({ profession: `${HEALTH}|${code}`, allowed: ['11488-4'] })),
};

/** All read models and questions of the system on a log of their own; facts are written as they would be, by whom they are said to be. */
export async function recordWorld() {
  const house = await sealedHouse();
  const log = await house.process(knownFacts);
  const side = readSide(log, projections);
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      ...answers,
      { provide: Journal, useValue: log.journal },
      { provide: Clock, useValue: new ShiftedClock() },
      { provide: Secrets, useValue: log.secrets },
      { provide: Quarantine, useValue: log.quarantine },
      { provide: ReadModels, useValue: side.models },
      { provide: Matrices, useClass: JournalMatrices },
      Gate,
      PassageRecorder,
    ],
  }).compile();
  await module.init();
  const writeIn = async (stream: StreamName, facts: readonly Fact[], around: Partial<Circumstances>): Promise<void> => {
    const { revision: expected } = await log.journal.read(stream);
    const circumstances = meta(around);
    await log.journal.append({ stream, expected, facts, at: instantOf(Date.now()), meta: circumstances });
  };
  const writeAs = (actor: Actor, stream: StreamName, facts: readonly Fact[], ground?: RecordedGround): Promise<void> =>
    writeIn(stream, facts, { who: actor, ...(ground === undefined ? {} : { ground }) });
  await writeAs(REACTOR, 'matrix-habilitations', [law]);
  side.projector.start();
  const { InvitationSent, SpaceOpened, SpaceActivated } = spaceFacts;
  return {
    house,
    log,
    side,
    ask: module.get(QueryBus),
    writeAs,
    /** As `writeAs`, under the secret of a minor. */
    writeSecretly: (actor: Actor, stream: StreamName, facts: readonly Fact[]) => writeIn(stream, facts, { who: actor, secret: true }),
    caughtUp: () => caughtUp(side),
    /** The space of Camille, open and hers. */
    space: async (): Promise<string> => {
      const space = randomUUID();
      await writeAs(holder, `space-${space}`, [declared(), InvitationSent, SpaceOpened, SpaceActivated]);
      return space;
    },
    close: async () => {
      await side.projector.stop();
      await module.close();
      await house.close();
    },
  };
}
export type RecordWorld = Awaited<ReturnType<typeof recordWorld>>;
