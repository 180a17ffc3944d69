import { randomUUID } from 'node:crypto';
import { emmett } from '../append.mjs';
import { drive, interleave, line } from '../lib.mjs';
import { doorTo } from '../door.mjs';
import { depositOf, doctor, openHouse } from '../house.mjs';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const SPACES = 96;
const IN_FLIGHT = 32;
const ARCHIVE =
  'mutation($space: ID!, $document: ID!, $input: ArchiveInput!) { archiveDocument(space: $space, document: $document, input: $input) { position } }';

/** Spaces with a document each, lent to one command at a time: archived, and taken out again. */
async function lent(house) {
  const free = [];
  for (let n = 0; n < SPACES; n++) {
    const space = await house.space();
    const facts = depositOf(house.platform, space.id);
    await house.write(`record-${space.id}`, -1, facts);
    free.push({ ...space, document: facts[0].document, archived: false });
  }
  return (command) => async () => {
    const space = free.shift();
    await command(space);
    space.archived = !space.archived;
    free.push(space);
  };
}

/** P5: whole commands in process (rights, gate, fold, decision, encryption, append, receipt), against bare appends of a peer. P6: the same through both doors. */
export async function commandLines(server, { seconds, rounds, only }) {
  const house = await openHouse(server, 'commands');
  const withSpace = await lent(house);
  const { documentCommands } = await dist('application/record/record.commands.js');
  const { ArchiveDocument, UnarchiveDocument } = documentCommands.record;
  const app = await house.inside();
  const inProcess = withSpace(({ id, document, archived }) => {
    const Command = archived ? UnarchiveDocument : ArchiveDocument;
    return app.commands.execute(new Command(id, { document }, { actor: doctor, messageId: randomUUID(), space: id }));
  });
  const served = only('P6') ? await house.serve() : null;
  const door = served && doorTo(served.url, await house.token('dr-martin'));
  const peer = await emmett(server, 'emmett_commands');
  const rate = (once) => async () => (await drive(IN_FLIGHT, seconds, once)).rate;
  const byRest = withSpace(({ handle, document, archived }) =>
    door.put(`/api/v1/spaces/${handle}/documents/${document}/archive`, { archived: !archived }),
  );
  const byGraphql = withSpace(({ handle, document, archived }) =>
    door.graphql(ARCHIVE, { space: handle, document, input: { archived: !archived } }),
  );
  const doors = door && { rest: rate(byRest), graphql: rate(byGraphql) };
  const cases = { commands: rate(inProcess), emmett: rate(peer.append), ...doors };
  for (const once of [inProcess, ...(door ? [byRest, byGraphql] : [])]) await drive(IN_FLIGHT, 1, once);
  const measured = await interleave(rounds, cases);
  door?.close();
  await served?.close();
  await app.close();
  await peer.close();
  await house.close();
  const against = 'whole commands in process';
  return [
    line(
      'P5',
      `whole commands in process, ${IN_FLIGHT} in flight`,
      measured.commands,
      'bare appends of emmett-postgresql 0.42.0',
      measured.emmett,
      1,
    ),
    ...(door
      ? [
          line('P6', 'the same command over REST, all roles running', measured.rest, against, measured.commands, 0.5),
          line('P6', 'the same command over GraphQL, all roles running', measured.graphql, against, measured.commands, 0.5),
        ]
      : []),
  ].filter(({ id }) => only(id));
}
