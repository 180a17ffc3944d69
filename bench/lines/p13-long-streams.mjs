import { randomUUID } from 'node:crypto';
import { atMost, line, median, summary } from '../lib.mjs';
import { consent, depositOf, doctor, openHouse } from '../house.mjs';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const MANY = 10_000;
const FEW = 10;
/** Commands timed in each space and round. */
const COMMANDS = 40;

/** A record of so many events, and access facts of so many. */
async function spaceOf(house, { record, access }) {
  const space = await house.space();
  const facts = Array.from({ length: record / 2 }, () => depositOf(house.platform, space.id)).flat();
  await house.write(`record-${space.id}`, -1, facts);
  const grantees = Array.from({ length: access - 2 }, (_, n) => consent('PROFESSIONAL', `81${String(n).padStart(10, '0')}`));
  if (grantees.length > 0) await house.write(`access-${space.id}`, 1, grantees);
  return { ...space, document: facts[0].document, archived: false };
}

/** Archives the document, or takes it out of the archive: milliseconds from the command to its receipt. */
async function timed({ commands }, { ArchiveDocument, UnarchiveDocument }, space) {
  const Command = space.archived ? UnarchiveDocument : ArchiveDocument;
  const command = new Command(space.id, { document: space.document }, { actor: doctor, messageId: randomUUID(), space: space.id });
  const before = performance.now();
  await commands.execute(command);
  const took = performance.now() - before;
  space.archived = !space.archived;
  return took;
}

/** P13: a command in a space with a long history against one in a space with a short one, in one process; cold: the first command after its start. */
export async function longStreamLines(server, { rounds }) {
  const house = await openHouse(server, 'long_streams');
  const { documentCommands } = await dist('application/record/record.commands.js');
  const spaces = {
    few: await spaceOf(house, { record: FEW, access: 2 }),
    record: await spaceOf(house, { record: MANY, access: 2 }),
    access: await spaceOf(house, { record: FEW, access: MANY }),
  };
  const cold = { few: [], record: [], access: [] };
  const warm = { few: [], record: [], access: [] };
  for (let round = 0; round < rounds; round++) {
    for (const { id } of Object.values(spaces)) house.platform.vault.invalidate(id);
    const app = await house.inside();
    const command = (space) => timed(app, documentCommands.record, space);
    for (const [name, space] of Object.entries(spaces)) cold[name].push(await command(space));
    for (const space of Object.values(spaces)) for (let n = 0; n < 3; n++) await command(space);
    const took = { few: [], record: [], access: [] };
    for (let n = 0; n < COMMANDS; n++) for (const [name, space] of Object.entries(spaces)) took[name].push(await command(space));
    for (const [name, values] of Object.entries(took)) warm[name].push(median(values));
    await app.close();
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  await house.close();
  const short = `a space with ${FEW} events`;
  const one = (what, which, figures, bar) => line('P13', what, summary(figures[which]), short, summary(figures.few), bar, ' ms');
  return [
    one(`command in a record of ${MANY} events, p50, folds at hand`, 'record', warm, atMost(5)),
    one('the same, the first after the start', 'record', cold, null),
    one(`command where access has ${MANY} events, p50, folds at hand`, 'access', warm, atMost(5)),
    one('the same, the first after the start', 'access', cold, null),
  ];
}
