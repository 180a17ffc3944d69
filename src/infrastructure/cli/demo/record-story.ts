import { tableOf, type Terminal } from '../terminal.js';
import { RecordDesk, type RecordStep } from './record-desk.js';
import { spaceOf, type Stage } from './stage.js';
import { depositingSteps } from './steps-depositing.js';
import { emergencySteps } from './steps-emergency.js';
import { hiddenSteps } from './steps-hidden.js';
import { lookingBackSteps } from './steps-looking-back.js';
import { maskingSteps } from './steps-masking.js';
import { WhereFactsLie, type CategoryRow } from './where-facts-lie.js';

const steps: readonly RecordStep[] = [...depositingSteps, ...maskingSteps, ...emergencySteps, ...lookingBackSteps, ...hiddenSteps];

/** The second half: who puts what into a space, and who sees it. After each step, in which streams the new facts lie. */
export async function tellRecord(stage: Stage, told: number): Promise<void> {
  const where = new WhereFactsLie(stage.system.facts);
  await where.look();
  const desk = new RecordDesk(stage, await spaceOf(stage, 'alice'));
  for (const [index, step] of steps.entries()) {
    stage.terminal.say(`\n${told + index + 1}. ${step.title}`);
    for (const line of await step.play(desk)) stage.terminal.say(`   ${line}`);
    await stage.system.waitUntilCaughtUp();
    sayWhere(stage.terminal, await where.look());
  }
}

function sayWhere(terminal: Terminal, rows: readonly CategoryRow[]): void {
  for (const line of tableOf(['streams', 'number', 'events', 'new in this step, once opened'], rows)) terminal.say(`     ${line}`);
}
