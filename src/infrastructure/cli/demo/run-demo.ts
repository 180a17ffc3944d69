import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parisDay } from '../../../domain/shared/time.js';
import { writeBeneficiaries } from '../../campaign/beneficiaries-writer.js';
import { inventPeople } from '../../campaign/invented-people.js';
import type { Settings } from '../../settings/settings.js';
import { globalsOf, settingsOf, terminalOf, unlessInterrupted, type Context } from '../context.js';
import { Failed } from '../outcome.js';
import type { System } from '../system.js';
import { tableOf, type Terminal } from '../terminal.js';
import { Door } from './door.js';
import { countEvents } from './event-count.js';
import { refuseForeignLog } from './foreign-log.js';
import { finalTable, type Final } from './final-table.js';
import { invitationToTry } from './invitation-to-try.js';
import { startKurrentServer, type DemoServer } from './kurrent-server.js';
import { tellRecord } from './record-story.js';
import { castFrom, type Stage } from './stage.js';
import { tellStory } from './story.js';

export interface DemoOptions {
  readonly once?: boolean;
  readonly count: number;
  readonly port?: number;
  readonly eventStore?: 'postgres' | 'kurrentdb';
}

/** A demonstration hurries from one address: limits meant for strangers do not apply to it. */
const DEMO_ENVIRONMENT = {
  NODE_ENV: 'development',
  DATABASE_URL: '',
  SIMULATED_CLOCK: '1',
  LOCAL_ISSUER: '1',
  LOG_LEVEL: 'error',
} as const;
const NO_HURRY = { RATE_LIMIT: '100000', RATE_LIMIT_LETTERS: '100000' } as const;

/**
 * Plays the story on a new state, or comes back to a kept one; stays up unless it is asked to end. Interrupted at whatever moment, it ends in order; throws
 * Failed where the story was not over.
 */
export async function runDemo(context: Context, command: Command, options: DemoOptions): Promise<void> {
  if (options.once !== true || globalsOf(command).stateDir !== undefined) return runIn({}, context, command, options);
  const fleeting = await fleetingFolder();
  try {
    await runIn({ STATE_DIR: fleeting }, context, command, options);
  } finally {
    // What an interrupted story was writing may come in between.
    await rm(fleeting, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function runIn(place: Over, context: Context, command: Command, options: DemoOptions): Promise<void> {
  const port = String(options.port ?? (options.once === true ? 0 : 3_000));
  const over = { ...DEMO_ENVIRONMENT, ...NO_HURRY, PORT: port, ...place };
  const terminal = terminalOf(context, command);
  const server = await ownServer(context, command, over, options);
  try {
    const settings = settingsOf(context, command, { ...over, ...eventStoreOf(options, server) });
    if (server === null) await refuseForeignLog(settings);
    const system = await context.runtime.start(settings, { roles: settings.roles });
    try {
      const door = await unlessInterrupted(
        context,
        play(system, settings, terminal, options),
        'the demonstration was ended before its story was over',
      );
      if (options.once !== true) await stayUp(system, door, terminal, context);
    } finally {
      await system.stop();
    }
  } finally {
    await server?.stop();
  }
}

type Over = Readonly<Record<string, string>>;

/** A test server, where EventStoreDB is asked for and KURRENTDB_URL names none. */
async function ownServer(context: Context, command: Command, over: Over, { eventStore }: DemoOptions): Promise<DemoServer | null> {
  const { EVENT_STORE: standing, KURRENTDB_URL: given = '' } = context.runtime.environment;
  if ((eventStore ?? standing) !== 'kurrentdb' || given !== '') return null;
  const { stateDir } = settingsOf(context, command, { ...over, EVENT_STORE: 'postgres' });
  return startKurrentServer(stateDir);
}

const eventStoreOf = ({ eventStore }: DemoOptions, server: DemoServer | null): Over => ({
  ...(eventStore === undefined ? {} : { EVENT_STORE: eventStore }),
  ...(server === null ? {} : { KURRENTDB_URL: server.url }),
});

/** Another account runs the database when we are root: it must be able to pass through. */
async function fleetingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mes-demo-'));
  await chmod(folder, 0o711);
  return folder;
}

async function play(system: System, settings: Settings, terminal: Terminal, { count }: DemoOptions): Promise<Door> {
  const { url, simulatedClock } = system;
  if (url === null || simulatedClock === null) throw new Failed('a demonstration needs the doors and the simulated clock');
  const door = new Door(url, (persona) => system.token(persona));
  // The first start writes facts of its own: what counts is whether anybody lived here.
  const fresh = (await countEvents(system.eventStore)).byStatus.size === 0;
  if (fresh) {
    const stage = await stageFor(system, settings, terminal, door, count);
    await tellRecord(stage, await tellStory(stage));
  } else terminal.say(`the state in ${settings.stateDir} has lived already; remove the folder for a new story`);
  const final = await finalTable(system, door);
  show(final, terminal);
  const missing = fresh ? final.words.filter((one) => one.count === 0).map(({ word }) => `${word}: never happened`) : [];
  const wrong = [...final.disagreements, ...missing];
  if (wrong.length > 0) throw new Failed(`the story did not come out right: ${wrong.join('; ')}`);
  return door;
}

async function stageFor(system: System, settings: Settings, terminal: Terminal, door: Door, count: number): Promise<Stage> {
  const { simulatedClock: clock } = system;
  if (clock === null) throw new Failed('a demonstration needs the simulated clock');
  const day = parisDay(clock.now());
  const people = [...inventPeople({ count, seed: 'mon-espace-sante', year: Number(day.slice(0, 4)) })];
  const file = join(settings.stateDir, 'people.csv');
  // Of a story that was interrupted before anybody was declared.
  await rm(file, { force: true });
  await writeBeneficiaries(file, people);
  const { stateDir, outboxDir } = settings;
  return { system, clock, door, terminal, stateDir, outboxDir, people, cast: castFrom(people, day) };
}

function show(final: Final, terminal: Terminal): void {
  const counts = Object.fromEntries(final.words.map(({ word, count }) => [word, count]));
  const statuses = tableOf(['status now', 'by the log', 'by the read model'], final.statuses);
  terminal.answer({ ...counts, agree: final.disagreements.length === 0 }, [
    '',
    ...tableOf(
      ['word', 'count'],
      final.words.map(({ word, count }) => [word, count]),
    ),
    '',
    ...statuses,
    final.disagreements.length === 0 ? 'the read models agree with the log' : 'THE READ MODELS DO NOT AGREE WITH THE LOG',
  ]);
}

async function stayUp(system: System, door: Door, terminal: Terminal, { interrupted }: Context): Promise<void> {
  for (const line of await invitationToTry(system, door)) terminal.say(line);
  await interrupted;
  terminal.say('\nending');
}
