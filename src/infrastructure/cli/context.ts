import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Caller } from '../../application/shared/caller.js';
import type { Clock } from '../../application/shared/ports.js';
import type { Actor } from '../../domain/shared/actor.js';
import { aheadOf } from '../clock/clock-note.js';
import { settingsFrom, type Settings } from '../settings/settings.js';
import { Failed } from './outcome.js';
import type { Runtime, System } from './system.js';
import { Terminal, type Sink } from './terminal.js';

/** What every command works with. */
export interface Context {
  readonly runtime: Runtime;
  readonly out: Sink;
  readonly err: Sink;
  /** Resolves when the person or the system wants us to end (Ctrl-C, SIGTERM), or nobody reads any more what is written. */
  readonly interrupted: Promise<void>;
  /** Lines that are asked for at a time where an answer is long, 1 to 100; 100 without it. */
  readonly linesOfPage?: number;
}

/** Options of the whole program, wherever they stand on the line. */
interface GlobalOptions {
  readonly json?: boolean;
  readonly stateDir?: string;
}
export const globalsOf = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

export const terminalOf = ({ out, err }: Context, command: Command): Terminal => new Terminal(out, err, globalsOf(command).json === true);

/** The settings of the environment, with what the line says over them. */
export function settingsOf({ runtime }: Context, command: Command, over: Readonly<Record<string, string>> = {}): Settings {
  const { stateDir } = globalsOf(command);
  const given = stateDir === undefined ? {} : { STATE_DIR: stateDir };
  return settingsFrom({ ...runtime.environment, ...over, ...given }, runtime.root);
}

/** The same for a state folder that has lived already: a clock that was moved there once stays moved. */
export async function settingsHere(context: Context, command: Command, over: Readonly<Record<string, string>> = {}): Promise<Settings> {
  const settings = settingsOf(context, command, over);
  const moved = !settings.production && settings.databaseUrl === null && (await aheadOf(settings.stateDir)) > 0;
  return moved ? settingsOf(context, command, { ...over, SIMULATED_CLOCK: '1' }) : settings;
}

/** Work, unless somebody wants us to end before it is done: then Failed, and what goes on of it fails on a system that is stopped, and nobody hears of it. */
export function unlessInterrupted<T>({ interrupted }: Pick<Context, 'interrupted'>, work: Promise<T>, sentence = ENDED): Promise<T> {
  const over = interrupted.then(() => {
    throw new Failed(sentence);
  });
  return Promise.race([work, over]);
}
const ENDED = 'it was ended before it was done; what was written by then stands';

/** Runs work on a system with these roles, and stops it whatever happens, also when somebody wants us to end. */
export async function withSystem<T>(
  context: Context,
  command: Command,
  roles: readonly string[],
  work: (system: System) => Promise<T>,
): Promise<T> {
  const system = await context.runtime.start(await settingsHere(context, command), { roles });
  try {
    return await unlessInterrupted(context, work(system));
  } finally {
    await system.stop();
  }
}

/** The same on a system whose registry may be ahead of its log: no role, and nothing follows the log. */
export async function withSystemAhead<T>(context: Context, command: Command, work: (system: System) => Promise<T>): Promise<T> {
  const system = await context.runtime.start(await settingsHere(context, command), { roles: [], ahead: true });
  try {
    return await unlessInterrupted(context, work(system));
  } finally {
    await system.stop();
  }
}

const ISSUER = 'urn:mon-espace-sante:command-line';

/** Who sits at this machine. What he may do is the gate's business. */
export const operatorHere = (clock: Clock): Caller => callerHere('operator', clock);

/** A caller of the command line in a staff role, with a message id of its own. */
export function callerHere(role: 'operator' | 'compliance' | 'archivist', clock: Clock, more: Partial<Caller> = {}): Caller {
  const actor: Actor = { role, subject: { issuer: ISSUER, sub: userInfo().username }, assurance: 'substantial' };
  return { actor, messageId: randomUUID(), receivedAt: clock.now(), ...more };
}
