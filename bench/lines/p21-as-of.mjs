import { randomUUID } from 'node:crypto';
import { atMost, interleave, line, median } from '../lib.mjs';
import { depositOf, holder, openHouse } from '../house.mjs';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const EVENTS = 1_000;
/** Of each space besides its record: what openHouse writes. */
const OTHERS = 4;
const ASKED = 12;
const EVERYTHING = { category: null, typeCode: null, title: null, from: null, until: null, all: false };

/** Milliseconds of one call, the median of some. */
async function timed(once) {
  const took = [];
  for (let n = 0; n < ASKED; n++) {
    const before = performance.now();
    await once();
    took.push(performance.now() - before);
  }
  return median(took);
}

/** P21: what a space with a thousand events looked like at a past moment, against reading and decrypting the events that this rests on; one process, one at a time. */
export async function asOfLines(server, { rounds }) {
  const house = await openHouse(server, 'as_of');
  const { platform } = house;
  const { ListDocuments } = await dist('application/record/list-documents.js');
  const { GetDossier } = await dist('application/access/rights.queries.js');
  const app = await house.inside();
  const { id } = await house.space();
  const facts = Array.from({ length: (EVENTS - OTHERS) / 2 }, () => depositOf(platform, id)).flat();
  await house.write(`record-${id}`, -1, facts);
  await app.caughtUp();
  const asOf = platform.clock.now();
  const asking = () => ({ actor: holder, messageId: randomUUID(), asOf });
  const list = () => app.queries.execute(new ListDocuments(id, asking(), EVERYTHING, { first: 100, cursor: null }));
  const dossier = () => app.queries.execute(new GetDossier(id, asking()));
  const streams = ['space', 'access', 'record', 'passage'].map((category) => `${category}-${id}`);
  const read = () => platform.reader.readMany(streams);
  const { documents } = await list();
  if (documents.length !== 100) throw new Error(`${documents.length} documents were listed as of ${asOf}`);
  for (const once of [list, dossier, read]) await once();
  const figures = await interleave(rounds, { read: () => timed(read), list: () => timed(list), dossier: () => timed(dossier) });
  await app.close();
  await house.close();
  const one = (what, ours) => line('P21', what, ours, 'reading its events', figures.read, atMost(3), ' ms');
  return [
    one(`document list of a space with ${EVENTS} events as of a past moment, p50`, figures.list),
    one('the dossier as of it, p50', figures.dossier),
  ];
}
