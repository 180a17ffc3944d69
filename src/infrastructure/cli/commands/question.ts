import { Command } from 'commander';
import type { Caller } from '../../../application/shared/caller.js';
import type { Instant } from '../../../domain/shared/time.js';
import { callerHere, terminalOf, withSystem, type Context } from '../context.js';
import { MOST_LINES } from '../pages.js';
import type { System } from '../system.js';
import type { Part } from '../terminal.js';
import { moment } from './as-of.js';

/** Options of every question of a compliance officer. */
export interface Questioning {
  readonly purpose: string;
  readonly asOf?: Instant;
}
/** What a question is asked with. */
export interface AskedHere<O extends Questioning> {
  readonly system: System;
  /** Each question is a look with a line of its own, and wants a caller of its own. */
  readonly caller: () => Caller;
  readonly options: O;
  /** What stands on the line besides options; empty without. */
  readonly argument: string;
  /** Lines of a page. */
  readonly first: number;
}
/** Its answer in parts. */
export type Ask<O extends Questioning> = (asked: AskedHere<O>) => AsyncIterable<Part>;

/** A command that asks, with its purpose and the past moment that it speaks of. What was written before it is in the answer. */
export const questionCommand = <O extends Questioning>(context: Context, name: string, description: string, ask: Ask<O>): Command => {
  const command = new Command(name)
    .description(description)
    .requiredOption('--purpose <text>', 'why you look; it is written down')
    .option('--as-of <instant>', 'as it was known at a past instant; ISO 8601, with offset', moment);
  return command.action(async (...given: readonly unknown[]) => {
    const options = command.opts<O>();
    const argument = typeof given[0] === 'string' ? given[0] : '';
    const { asOf, purpose } = options;
    await withSystem(context, command, ['projections'], async (system) => {
      await system.waitUntilCaughtUp();
      const caller = (): Caller => callerHere('compliance', system.clock, { asOf, purpose });
      const first = context.linesOfPage ?? MOST_LINES;
      await terminalOf(context, command).answerInParts(ask({ system, caller, options, argument, first }));
    });
  });
};
