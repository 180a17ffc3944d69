import { randomUUID } from 'node:crypto';
import { drive, lessAbove, line, summary, takeTurns, warmUp } from '../lib.mjs';
import { bareSql, statementsOf } from '../bare-sql.mjs';
import { depositOf, doctor, openHouse } from '../house.mjs';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const DOCUMENTS = 500;
const SPACES = 20;
const IN_FLIGHT = 8;
const COLLEAGUE = '899990000020';
const EVERYTHING = { category: null, typeCode: null, title: null, from: null, until: null, all: false };

/** Documents of which every tenth is masked. */
async function spaceWithDocuments(house) {
  const space = await house.space();
  const facts = Array.from({ length: DOCUMENTS }, () => depositOf(house.platform, space.id, COLLEAGUE)).flat();
  await house.write(`record-${space.id}`, -1, facts);
  const sets = facts.filter(({ type }, n) => type === 'DocumentDeposited' && n % 20 === 0).map(({ set }) => set);
  await house.write(`access-${space.id}`, 1, [{ type: 'DocumentsMasked', v: 1, sets }]);
  return space;
}

/** P17: the first page of the documents of a space by a professional who is not their author, in process, against the same statements bare. */
export async function documentListLines(server, { rounds, seconds }) {
  const house = await openHouse(server, 'document_list');
  const { ListDocuments } = await dist('application/record/list-documents.js');
  const app = await house.inside();
  const spaces = [];
  for (let n = 0; n < SPACES; n++) spaces.push(await spaceWithDocuments(house));
  await app.caughtUp();
  let turn = 0;
  const ask = () => {
    const { id } = spaces[turn++ % SPACES];
    return app.queries.execute(new ListDocuments(id, { actor: doctor, messageId: randomUUID() }, EVERYTHING, { first: 100, cursor: null }));
  };
  const page = await ask();
  if (page.documents.length !== 100) throw new Error(`${page.documents.length} documents were listed`);
  const bare = bareSql(house.url, await statementsOf(ask), IN_FLIGHT);
  await warmUp(IN_FLIGHT, ask, bare.once);
  const runs = await takeTurns(rounds, {
    bare: () => drive(IN_FLIGHT, seconds, bare.once),
    list: () => drive(IN_FLIGHT, seconds, ask),
  });
  await bare.close();
  await app.close();
  await house.close();
  const of = (name, figure) => summary(runs[name].map((run) => run[figure]));
  const what = `document list of ${DOCUMENTS} for a professional, gate and passage, page of 100, ${IN_FLIGHT} in flight`;
  const against = 'its statements bare';
  return [
    line('P17', what, of('list', 'rate'), against, of('bare', 'rate'), 0.3),
    line('P17', 'the same, p99', of('list', 'p99'), against, of('bare', 'p99'), lessAbove(50, ' ms'), ' ms'),
  ];
}
