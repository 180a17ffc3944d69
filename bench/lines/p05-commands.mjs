import { randomUUID } from 'node:crypto';
import { emmett } from '../peers.mjs';
import { drive, interleave, line, warmUp } from '../lib.mjs';
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

/**
 * P5: whole commands in process (rights, gate, fold, decision, encryption, append, receipt), against bare appends of a peer; nobody reads what either writes.
 * P6: the same through both doors of a process with doors and the read models they ask; and, without a bar, of one that has all roles and takes everything it writes.
 */
export async function commandLines(server, { seconds, rounds, only }) {
  const house = await openHouse(server, 'commands');
  const withSpace = await lent(house);
  const rate = (once) => async () => (await drive(IN_FLIGHT, seconds, once)).rate;
  const { documentCommands } = await dist('application/record/record.commands.js');
  const { ArchiveDocument, UnarchiveDocument } = documentCommands.record;
  const app = await house.inside({ projecting: false });
  const peer = await emmett(server, 'emmett_commands');
  const inProcess = withSpace(({ id, document, archived }) => {
    const Command = archived ? UnarchiveDocument : ArchiveDocument;
    return app.commands.execute(new Command(id, { document }, { actor: doctor, messageId: randomUUID(), space: id }));
  });
  await warmUp(IN_FLIGHT, inProcess, peer.append);
  const alone = await interleave(rounds, { commands: rate(inProcess), emmett: rate(peer.append) });
  await app.close();
  await peer.close();
  const token = only('P6') ? await house.token('dr-martin') : null;
  /** What both doors of a process with these roles take. */
  const through = async (roles) => {
    const served = await house.serve(roles);
    // What the commands in process wrote is behind it: a start is not what is measured.
    await served.settled();
    const door = doorTo(served.url, token);
    const byRest = withSpace(({ handle, document, archived }) =>
      door.put(`/api/v1/spaces/${handle}/documents/${document}/archive`, { archived: !archived }),
    );
    const byGraphql = withSpace(({ handle, document, archived }) =>
      door.graphql(ARCHIVE, { space: handle, document, input: { archived: !archived } }),
    );
    await warmUp(IN_FLIGHT, byRest, byGraphql);
    const measured = await interleave(rounds, { rest: rate(byRest), graphql: rate(byGraphql) });
    door.close();
    await served.close();
    return measured;
  };
  const [doors, all] = token === null ? [null, null] : [await through(['api', 'projections']), await through()];
  await house.close();
  const against = 'whole commands in process';
  const ofDoors = (measured, roles, bar) => [
    line('P6', `the same command over REST, ${roles}`, measured.rest, against, alone.commands, bar),
    line('P6', `the same command over GraphQL, ${roles}`, measured.graphql, against, alone.commands, bar),
  ];
  return [
    line(
      'P5',
      `whole commands in process, ${IN_FLIGHT} in flight`,
      alone.commands,
      'bare appends of emmett-postgresql 0.42.0',
      alone.emmett,
      1,
    ),
    ...(doors ? [...ofDoors(doors, 'doors and the read models they ask', 0.5), ...ofDoors(all, 'all roles in that process', null)] : []),
  ].filter(({ id }) => only(id));
}
