import { randomUUID } from 'node:crypto';
import { EVERY_LINE, GetActivityHistory, type HistoryLine } from '../../../src/application/history/history.queries.js';
import { GetHistoryReceipt, type LinePlace } from '../../../src/application/history/receipts.js';
import { Refused } from '../../../src/application/shared/refused.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { by, holder, officer, parent, recordWorld, type RecordWorld } from '../../support/history-world.js';
import { accessFacts, claire, documentFacts, looked, paul, refused } from '../../support/record-facts.js';

let world: RecordWorld;
beforeAll(async () => (world = await recordWorld()));
afterAll(() => world.close());

const linesOf = async (space: string, actor: Actor): Promise<readonly HistoryLine[]> => {
  await world.caughtUp();
  const request = { first: 100, cursor: null, filter: { ...EVERY_LINE, until: instantOf(Date.now()) } };
  return (await world.ask.execute(new GetActivityHistory(space, by(actor), request))).lines;
};
/** Where the line lies, or why it has no receipt. */
const askedFor = (space: string, actor: Actor, line: string): Promise<LinePlace | string> =>
  world.ask.execute(new GetHistoryReceipt(space, by(actor), line)).catch((error: unknown) => {
    if (error instanceof Refused) return error.message;
    throw error;
  });
const receiptsOf = async (space: string, actor: Actor, lines: readonly HistoryLine[]) =>
  Promise.all(lines.map(async (line) => [line, await askedFor(space, actor, line.id)] as const));

/** An open document, and one under a veil; somebody looked at each and was refused each; something was done in secret in open streams. */
async function lived(hiddenFrom: 'HOLDER' | 'REPRESENTATIVES') {
  const [space, open, hidden, veil] = [await world.space(), randomUUID(), randomUUID(), `veil-${randomUUID()}` as const];
  await world.writeAs(holder, `access-${space}`, [accessFacts.LegalRepresentativeLinked, accessFacts.AccessConsentRecorded]);
  const { DocumentDeposited, DocumentDescribed } = documentFacts(space, open);
  await world.writeAs(paul, `record-${space}`, [DocumentDeposited, DocumentDescribed]);
  await world.writeAs(claire, `passage-${space}`, [looked('DownloadDocument', { document: open })]);
  await world.writeAs(paul, `actor-${randomUUID()}`, [refused(space, { document: open })]);
  const confidentiality = [hiddenFrom === 'HOLDER' ? 'INVISIBLE_PATIENT' : 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;
  const under = documentFacts(space, hidden, { confidentiality, since: instantOf(Date.now()) }, 'Secret');
  await world.writeAs(paul, veil, [{ ...under.VeilOpened, hiddenFrom: [hiddenFrom] }, under.DocumentDeposited, under.DocumentDescribed]);
  await world.writeAs(claire, veil, [looked('GetDocument', { space, document: hidden })]);
  await world.writeAs(paul, `actor-${randomUUID()}`, [refused(space, { veil, document: hidden })]);
  if (hiddenFrom === 'REPRESENTATIVES') await world.writeSecretly(claire, `access-${space}`, [accessFacts.AccessConsentRecorded]);
  return { space, veil, reveal: () => world.writeAs(paul, veil, [under.AnnouncementConsultationHeld]) };
}

describe('The receipt of a line', () => {
  it('is that of the event behind it, for every line of the holder', async () => {
    const { space } = await lived('HOLDER');
    const receipts = await receiptsOf(space, holder, await linesOf(space, holder));
    expect(receipts.length).toBeGreaterThan(6);
    for (const [{ kind, at }, place] of receipts) {
      const { stream, rev } = place as LinePlace;
      const [fact] = (await world.log.journal.read(stream, rev)).facts;
      expect([fact?.event.type, fact?.at]).toEqual([kind, at]);
    }
    expect(new Set(receipts.map(([, place]) => (place as LinePlace).stream.split('-')[0]))).toEqual(
      new Set(['space', 'access', 'record', 'passage', 'actor']),
    );
  });

  it('is not given for a line that is not his to see: unknown, of another space, or under a veil, all in the same words', async () => {
    const { space, veil, reveal } = await lived('HOLDER');
    const other = await lived('HOLDER');
    const [line] = await linesOf(other.space, holder);
    await world.caughtUp();
    await reveal();
    const shown = (await linesOf(space, holder)).filter(({ documents }) => documents.some(({ title }) => title === 'Secret'));
    expect(shown.length).toBeGreaterThan(1);
    const again = await lived('HOLDER');
    const places = [line?.id ?? '', 'no-line-at-all', world.log.secrets.digest('line', again.space, again.veil, '1')];
    await world.caughtUp();
    for (const id of places) expect(await askedFor(again.space, holder, id)).toBe('history/no-such-line');
    for (const { id } of shown)
      expect(await askedFor(space, holder, id)).toMatchObject({ stream: expect.stringMatching(/^(veil|actor)-/) });
    expect(veil).not.toBe(again.veil);
  });

  it('is not given while somebody entitled may not know of the line, not even to who sees it', async () => {
    const { space } = await lived('REPRESENTATIVES');
    const receipts = await receiptsOf(space, holder, await linesOf(space, holder));
    const secret = receipts.filter(([{ secret: is }]) => is);
    expect(secret).toHaveLength(4);
    expect(secret.map(([, place]) => place)).toEqual(secret.map(() => 'history/line-under-veil'));
    expect(receipts.filter(([{ secret: is }, place]) => !is && typeof place === 'string')).toEqual([]);
  });

  it('is not given to a representative where its revision would tell of what he is not shown, whether there is anything or not', async () => {
    for (const hiddenFrom of ['HOLDER', 'REPRESENTATIVES'] as const) {
      const { space } = await lived(hiddenFrom);
      const receipts = await receiptsOf(space, parent, await linesOf(space, parent));
      const answered = receipts.map(([{ lane }, place]) => [lane, typeof place === 'string' ? place : place.stream.split('-')[0]] as const);
      expect(new Set(answered.filter(([lane]) => lane === 'LIFE').map(([, what]) => what))).toEqual(new Set(['history/no-receipt-here']));
      expect(new Set(answered.filter(([lane]) => lane !== 'LIFE').map(([, what]) => what))).toEqual(new Set(['passage', 'actor']));
      // The revisions he is given leave out none of a passage stream.
      const revs = receipts.flatMap(([, place]) => (typeof place !== 'string' && place.stream.startsWith('passage') ? [place.rev] : []));
      expect(revs.toSorted((a, b) => a - b)).toEqual(revs.map((_, n) => n));
    }
  });

  it('is for the holder’s side alone, and asking for it leaves a line', async () => {
    const { space } = await lived('HOLDER');
    const [line] = await linesOf(space, holder);
    for (const actor of [officer, claire, paul]) expect(await askedFor(space, actor, line?.id ?? '')).toMatch(/^access\//);
    await askedFor(space, holder, line?.id ?? '');
    expect((await linesOf(space, holder)).some(({ fr }) => fr.includes('le reçu d’une ligne'))).toBe(true);
  });
});
