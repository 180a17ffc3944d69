import { randomUUID } from 'node:crypto';
import { drive, line, summary, takeTurns, warmUp } from '../lib.mjs';
import { bareSql, statementsOf } from '../bare-sql.mjs';
import { doorTo } from '../door.mjs';
import { depositOf, holder, openHouse } from '../house.mjs';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const SPACES = 20;
const DOCUMENTS = 60;
const IN_FLIGHT = 8;
const ACTOR = 'kind id name facility { id name }';
const LINE = `id at on kind lane by emergency secret fr en who { ${ACTOR} } documents { document title }`;
const HISTORY = `query($space: ID!) { activityHistory(space: $space, first: 100) { next lines { ${LINE} receipt { outcome rule reason mode matrix facts words { fr en } } } } }`;
const DOSSIER = `query($space: ID!) { dossier(space: $space) {
  overview { space status } categories { category count latest { document title category status depositedAt } }
  rights { rights { kind scope until lastAccess whom { kind id name } } switches { which value } }
  lastActivity { ${LINE} } } }`;

/** P19: the holder's dossier and a page of a hundred lines over GraphQL, asked of a process of its own, against their statements bare. */
export async function pageLines(server, { rounds, seconds }) {
  const house = await openHouse(server, 'pages');
  const app = await house.inside();
  const spaces = [];
  for (let n = 0; n < SPACES; n++) {
    const space = await house.space();
    await house.write(`record-${space.id}`, -1, Array.from({ length: DOCUMENTS }, () => depositOf(house.platform, space.id)).flat());
    spaces.push(space);
  }
  await app.caughtUp();
  const { GetDossier } = await dist('application/access/rights.queries.js');
  const { EVERY_LINE, GetActivityHistory } = await dist('application/history/history.queries.js');
  const asking = () => ({ actor: holder, messageId: randomUUID() });
  const wanted = { first: 100, cursor: null, filter: EVERY_LINE };
  const [{ id }] = spaces;
  // Every look leaves a line: a hundred of them are there for the page.
  for (let n = 0; n < 100; n++) for (const space of spaces) await app.queries.execute(new GetDossier(space.id, asking()));
  await app.caughtUp();
  const dossier = bareSql(house.url, await statementsOf(() => app.queries.execute(new GetDossier(id, asking()))), IN_FLIGHT);
  const history = bareSql(
    house.url,
    await statementsOf(() => app.queries.execute(new GetActivityHistory(id, asking(), wanted))),
    IN_FLIGHT,
  );
  await app.close();
  const served = await house.serve();
  await served.settled();
  const door = doorTo(served.url, await house.token('alice'));
  let turn = 0;
  const ask = (query) => () => door.graphql(query, { space: spaces[turn++ % SPACES].handle });
  await warmUp(IN_FLIGHT, ask(DOSSIER), ask(HISTORY), dossier.once, history.once);
  const runs = await takeTurns(rounds, {
    bareDossier: () => drive(IN_FLIGHT, seconds, dossier.once),
    dossier: () => drive(IN_FLIGHT, seconds, ask(DOSSIER)),
    bareHistory: () => drive(IN_FLIGHT, seconds, history.once),
    history: () => drive(IN_FLIGHT, seconds, ask(HISTORY)),
  });
  door.close();
  await served.close();
  await Promise.all([dossier.close(), history.close()]);
  await house.close();
  const rate = (name) => summary(runs[name].map((run) => run.rate));
  const against = 'its statements bare';
  return [
    line('P19', `dossier over GraphQL, ${IN_FLIGHT} in flight`, rate('dossier'), against, rate('bareDossier'), 0.3),
    line('P19', 'page of 100 lines of the history over GraphQL', rate('history'), against, rate('bareHistory'), 0.3),
  ];
}
