import type { Terminal } from '../terminal.js';
import { tableOf } from '../terminal.js';
import { countEvents } from './event-count.js';
import { livingSteps } from './steps-living.js';
import { invitingSteps } from './steps-inviting.js';
import type { Stage } from './stage.js';

/** The life of a space, step by step; after each one, what lies in the store. How many steps were told. */
export async function tellStory(stage: Stage): Promise<number> {
  const steps = [...invitingSteps, ...livingSteps];
  let before: ReadonlyMap<string, number> = new Map();
  for (const [index, step] of steps.entries()) {
    stage.terminal.say(`\n${index + 1}. ${step.title}`);
    for (const line of await step.play(stage)) stage.terminal.say(`   ${line}`);
    const { byType } = await countEvents(stage.system.eventStore);
    sayStore(stage.terminal, byType, before);
    before = byType;
  }
  return steps.length;
}

/** Every type in the store with its number, and what this step added. */
function sayStore(terminal: Terminal, now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): void {
  const rows = [...now]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, count]) => [type, count, added(count - (before.get(type) ?? 0))] as const);
  for (const line of tableOf(['event type', 'in the store', 'new'], rows)) terminal.say(`     ${line}`);
}

const added = (count: number): string => (count === 0 ? '' : `+${count}`);
