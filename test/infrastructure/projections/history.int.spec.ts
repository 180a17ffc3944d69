import { randomUUID } from 'node:crypto';
import { ListAccesses } from '../../../src/application/audit/compliance.queries.js';
import {
  EVERY_LINE,
  GetActivityHistory,
  type HistoryFilter,
  type HistoryLine,
  type HistoryPage,
} from '../../../src/application/history/history.queries.js';
import { ListDocuments } from '../../../src/application/record/list-documents.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import { instantOf, type Instant } from '../../../src/domain/shared/time.js';
import {
  accessFacts,
  claire,
  documentFacts,
  LILAS,
  lilas,
  looked,
  MARTIN,
  paul,
  PETIT,
  refused,
  refusedAgain,
} from '../../support/record-facts.js';
import { by, holder, officer, parent, recordWorld, type RecordWorld } from '../../support/history-world.js';
import { allRows } from '../../support/read-side.js';

let world: RecordWorld;
beforeAll(async () => (world = await recordWorld()));
afterAll(() => world.close());

const page = (
  space: string,
  actor: Actor,
  filter: Partial<HistoryFilter> = {},
  more: { first?: number; cursor?: string | null; asOf?: Instant } = {},
) =>
  world.ask.execute(
    new GetActivityHistory(
      space,
      { ...by(actor), asOf: more.asOf },
      { first: more.first ?? 100, cursor: more.cursor ?? null, filter: { ...EVERY_LINE, ...filter } },
    ),
  );
/** The lines as a reader finds them now, without those of this very look. */
const linesOf = async (space: string, actor: Actor, filter: Partial<HistoryFilter> = {}): Promise<readonly HistoryLine[]> => {
  await world.caughtUp();
  return (await page(space, actor, { until: instantOf(Date.now()), ...filter })).lines;
};
const kindsOf = (lines: readonly HistoryLine[]) => lines.map(({ kind }) => kind);
const document = () => randomUUID();
const ground = (more = {}) =>
  ({
    outcome: 'ALLOW',
    rule: '4b',
    reason: 'CARE_TEAM',
    mode: 'normal',
    matrix: 1,
    facts: [{ stream: 'access', rev: 0 }],
    ...more,
  }) as const;

/** A space with rights, a document, somebody who looked, software that did, somebody who was refused. */
async function lived() {
  const [space, id] = [await world.space(), document()];
  await world.writeAs(claire, `access-${space}`, [accessFacts.AccessConsentRecorded]);
  const { DocumentDeposited, DocumentDescribed } = documentFacts(space, id);
  await world.writeAs(paul, `record-${space}`, [DocumentDeposited, DocumentDescribed]);
  await world.writeAs(claire, `passage-${space}`, [looked('DownloadDocument', { document: id })], ground());
  await world.writeAs(lilas, `passage-${space}`, [looked('FindPatient')]);
  await world.writeAs(
    paul,
    `actor-${randomUUID()}`,
    [refused(space, { document: id }), refusedAgain(space, 2, { document: id })],
    ground({ outcome: 'DENY', reason: 'masked' }),
  );
  return { space, id };
}
/** The same with a document that the holder, or who represents him, may not know of yet. */
async function veiled(hiddenFrom: 'HOLDER' | 'REPRESENTATIVES') {
  const [{ space }, id, veil] = [await lived(), document(), `veil-${randomUUID()}` as const];
  const confidentiality = [hiddenFrom === 'HOLDER' ? 'INVISIBLE_PATIENT' : 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;
  const { VeilOpened, DocumentDeposited, DocumentDescribed, AnnouncementConsultationHeld } = documentFacts(
    space,
    id,
    { confidentiality, since: instantOf(Date.now()) },
    'Secret',
  );
  await world.writeAs(holder, `access-${space}`, [accessFacts.LegalRepresentativeLinked]);
  await world.writeAs(paul, veil, [{ ...VeilOpened, hiddenFrom: [hiddenFrom] }, DocumentDeposited, DocumentDescribed]);
  await world.writeAs(claire, veil, [looked('GetDocument', { space, document: id })], ground({ facts: [{ stream: 'veil', rev: 1 }] }));
  await world.writeAs(paul, `actor-${randomUUID()}`, [refused(space, { veil, document: id })]);
  return { space, id, reveal: () => world.writeAs(paul, veil, [AnnouncementConsultationHeld]) };
}

describe('The history of the holder', () => {
  it('shows what happened, people, machines and refusals, each in its lane', async () => {
    const { space } = await lived();
    const lines = await linesOf(space, holder);
    expect(lines.map(({ lane, kind }) => `${lane} ${kind}`)).toEqual([
      'REFUSED AccessDenied',
      'MACHINE AccessGranted',
      'ACCESS AccessGranted',
      'LIFE DocumentDeposited',
      'LIFE AccessConsentRecorded',
      'LIFE SpaceActivated',
      'LIFE SpaceOpened',
      'LIFE InvitationSent',
      'LIFE PersonDeclaredEligible',
    ]);
    expect(kindsOf(await linesOf(space, holder, { lanes: ['REFUSED', 'MACHINE'] }))).toEqual(['AccessDenied', 'AccessGranted']);
  });

  it('says who looked at what, with the title of the document, and by which decision', async () => {
    const { space, id } = await lived();
    const lines = await linesOf(space, holder);
    const [line] = lines.filter(({ lane }) => lane === 'ACCESS');
    expect(line).toMatchObject({
      fr: 'Dr Claire Martin (médecin, Centre de santé des Lilas) a ouvert un document (« Compte rendu de consultation »).',
      who: { kind: 'professional', id: MARTIN.id, name: 'Claire Martin', profession: { code: '10', fr: 'médecin' }, facility: LILAS },
      documents: [{ document: id, title: 'Compte rendu de consultation' }],
      emergency: false,
      secret: false,
      receipt: { rule: '4b', reason: 'CARE_TEAM', matrix: 1, mode: 'normal', words: { en: 'he belongs to your care team' } },
    });
    const consent = lines.find(({ kind }) => kind === 'AccessConsentRecorded');
    expect(line?.receipt?.facts).toEqual([consent?.id]);
  });

  it('counts what was refused again, and marks emergencies', async () => {
    const { space } = await lived();
    await world.writeAs(claire, `passage-${space}`, [looked('ListDocuments')], ground({ mode: 'bris_de_glace', reason: 'EMERGENCY' }));
    const lines = await linesOf(space, holder, { lanes: ['REFUSED', 'ACCESS'] });
    expect(lines.find(({ lane }) => lane === 'REFUSED')?.en).toMatch(/\(3 times\)\. Refused: the document is masked\.$/);
    expect(lines.filter(({ emergency }) => emergency).map(({ fr }) => fr)).toEqual([
      'Dr Claire Martin (médecin, Centre de santé des Lilas) a consulté la liste de vos documents, en urgence (bris de glace).',
    ]);
  });

  it('adds up what several processes counted of one minute', async () => {
    const space = await world.space();
    const counted = [refusedAgain(space, 2), refusedAgain(space, 4), refusedAgain(space, 1)];
    await world.writeAs(paul, `actor-${randomUUID()}`, [refused(space), ...counted], ground({ outcome: 'DENY', reason: 'blocked' }));
    const [line] = await linesOf(space, holder, { lanes: ['REFUSED'] });
    expect(line?.en).toMatch(/\(8 times\)/);
    const which = { first: 10, cursor: null, from: null, until: null, mode: null, kind: 'REFUSED' } as const;
    await world.caughtUp();
    const { accesses } = await world.ask.execute(new ListAccesses(space, by(officer), which));
    expect(accesses.map(({ times }) => times)).toEqual([8]);
  });

  it('counts on each line what was refused under the same veil: the parents’ line tells nothing of what was tried in secret', async () => {
    const { space } = await lived();
    const veil = `veil-${randomUUID()}` as const;
    await world.writeAs(paul, veil, [{ type: 'VeilOpened', v: 1, space, hiddenFrom: ['REPRESENTATIVES'] }]);
    await world.writeAs(holder, `access-${space}`, [accessFacts.LegalRepresentativeLinked]);
    const counted = [refusedAgain(space, 1, { veil: null }), refusedAgain(space, 4, { veil })];
    const why = ground({ outcome: 'DENY', reason: 'blocked' });
    await world.writeAs(paul, `actor-${randomUUID()}`, [refused(space), refused(space, { veil }), ...counted], why);
    const times = async (actor: Actor) =>
      (await linesOf(space, actor, { lanes: ['REFUSED'] })).map(({ en }) => /\((\d) times\)/.exec(en)?.[1]);
    expect(await times(parent)).toEqual(['2', '3']);
    expect(await times(holder)).toEqual(['5', '2', '3']);
    const which = { first: 10, cursor: null, from: null, until: null, mode: null, kind: 'REFUSED' } as const;
    await world.caughtUp();
    const { accesses } = await world.ask.execute(new ListAccesses(space, by(officer), which));
    expect(accesses.map((line) => line.times)).toEqual([5, 2, 3]);
  });

  it('counts numbers that do not say their veil, as older ones do not, on the line of their minute', async () => {
    const { space } = await lived();
    const veil = `veil-${randomUUID()}` as const;
    await world.writeAs(paul, veil, [{ type: 'VeilOpened', v: 1, space, hiddenFrom: ['REPRESENTATIVES'] }]);
    await world.writeAs(paul, `actor-${randomUUID()}`, [refused(space, { veil }), refusedAgain(space, 2)]);
    expect((await linesOf(space, holder, { lanes: ['REFUSED'] }))[0]?.en).toMatch(/\(3 times\)/);
  });

  it('tells no title any more when the document is gone', async () => {
    const { space, id } = await lived();
    await world.writeAs(paul, `record-${space}`, [documentFacts(space, id).DocumentUnpublished]);
    expect(JSON.stringify(await linesOf(space, holder))).not.toMatch(/Compte rendu/);
  });

  it.each<[string, Partial<HistoryFilter>, string[]]>([
    ['of a professional, and about him', { professional: MARTIN.id }, ['AccessGranted', 'AccessConsentRecorded']],
    ['of a place of care', { facility: PETIT.facility?.id ?? '' }, ['AccessDenied', 'DocumentDeposited']],
    ['of one kind', { kinds: ['SpaceOpened', 'InvitationSent'] }, ['SpaceOpened', 'InvitationSent']],
    ['of a time to come', { from: '2090-01-01T00:00:00.000Z' }, []],
    ['of a time before', { until: '2020-01-01T00:00:00.000Z' }, []],
  ])('can be asked for what is %s', async (_, filter, kinds) => {
    const { space } = await lived();
    expect(kindsOf(await linesOf(space, holder, filter))).toEqual(kinds);
  });

  it('includes the first instant of a period and not the last', async () => {
    const { space } = await lived();
    const [latest] = await linesOf(space, holder, { kinds: ['DocumentDeposited'] });
    const at = latest?.at ?? '';
    expect(await linesOf(space, holder, { kinds: ['DocumentDeposited'], from: at })).toHaveLength(1);
    expect(await linesOf(space, holder, { kinds: ['DocumentDeposited'], until: at })).toHaveLength(0);
  });
});

describe('Pages of the history', () => {
  it.each([1, 2, 5])('of %d lines show every line once while others are added', async (first) => {
    const { space } = await lived();
    const whole = await linesOf(space, holder);
    const shown: HistoryLine[] = [];
    let next: string | null = null;
    do {
      const found: HistoryPage = await page(space, holder, { kinds: [...new Set(kindsOf(whole))] }, { first, cursor: next });
      shown.push(...found.lines);
      next = found.next;
      await world.writeAs(claire, `record-${space}`, [documentFacts(space, document()).DocumentDeposited]);
      await world.caughtUp();
    } while (next !== null);
    const ids = shown.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => whole.some((line) => line.id === id))).toEqual(whole.map(({ id }) => id));
  });

  it('betray nothing of where lines lie', async () => {
    const { space } = await veiled('HOLDER');
    await world.caughtUp();
    const found = await page(space, holder, {}, { first: 2 });
    const bytes = [found.next ?? '', ...found.lines.map(({ id }) => id)].map(
      (text) => text + Buffer.from(text, 'base64url').toString('latin1'),
    );
    expect(bytes.join(' ')).not.toMatch(new RegExp(`${space}|veil|actor|passage|LIFE|ACCESS`));
    expect(JSON.stringify(found)).not.toContain(space);
  });

  it.each(['x', '', Buffer.from('2026-11-22T08:00:00.000Z LIFE 1').toString('base64url')])('are not found behind %j', async (cursor) => {
    const { space } = await lived();
    await expect(page(space, holder, {}, { cursor })).rejects.toMatchObject({ rejection: { rejected: 'query/cursor-unknown' } });
  });
});

describe('What is hidden', () => {
  it('from the holder is no line of his until it is announced; then all of it is, earlier looks included', async () => {
    const { space, id, reveal } = await veiled('HOLDER');
    const before = await linesOf(space, holder, { lanes: ['LIFE', 'REFUSED'] });
    expect(JSON.stringify(before)).not.toContain(id);
    expect(before.filter(({ kind }) => kind === 'DocumentDeposited')).toHaveLength(1);
    expect(before.filter(({ kind }) => kind === 'AccessDenied')).toHaveLength(1);
    await reveal();
    const after = await linesOf(space, holder);
    expect(kindsOf(after.filter(({ documents }) => documents.some((one) => one.document === id))).sort()).toEqual(
      ['AccessDenied', 'AccessGranted', 'AnnouncementConsultationHeld', 'DocumentDeposited'].sort(),
    );
    const [look] = after.filter(({ kind, documents }) => kind === 'AccessGranted' && documents.some((one) => one.document === id));
    expect(look?.receipt?.facts).toEqual([
      after.find(({ kind, documents }) => kind === 'DocumentDeposited' && documents[0]?.document === id)?.id,
    ]);
  });

  it('from representatives is shown to the holder, as secret, and never to them', async () => {
    const { space, id } = await veiled('REPRESENTATIVES');
    const his = await linesOf(space, holder);
    expect(kindsOf(his.filter(({ secret }) => secret))).toEqual(['AccessDenied', 'AccessGranted', 'DocumentDeposited']);
    const theirs = await linesOf(space, parent);
    expect(JSON.stringify(theirs)).not.toMatch(new RegExp(`${id}|Secret`));
    expect(theirs.filter(({ lane }) => lane !== 'ACCESS')).toHaveLength(
      his.filter(({ lane, secret }) => lane !== 'ACCESS' && !secret).length,
    );
  });

  it('is read by compliance, veils included, without a title', async () => {
    const { space } = await veiled('HOLDER');
    const lines = await linesOf(space, officer);
    expect(lines.filter(({ kind }) => kind === 'DocumentDeposited')).toHaveLength(2);
    expect(lines.flatMap(({ documents }) => documents)).toEqual([]);
    expect(lines.find(({ lane }) => lane === 'REFUSED')).toBeDefined();
    expect(lines.some(({ receipt }) => receipt !== null)).toBe(true);
  });

  it('an attending doctor reads what happened and who looked, no refusals and no receipts', async () => {
    const { space } = await lived();
    await world.writeAs(holder, `access-${space}`, [accessFacts.AttendingDoctorDeclared]);
    const lines = await linesOf(space, claire);
    expect(new Set(lines.map(({ lane }) => lane))).toEqual(new Set(['LIFE', 'ACCESS']));
    expect(lines.every(({ receipt }) => receipt === null)).toBe(true);
    expect(await linesOf(space, claire, { lanes: ['REFUSED'] })).toEqual([]);
  });

  it('and a stranger reads nothing at all', async () => {
    const { space } = await lived();
    await expect(linesOf(space, { ...holder, subject: { issuer: 'x', sub: 'y' } } as Actor)).rejects.toMatchObject({
      rejection: { rejected: 'access/nothing-here' },
    });
  });
});

describe('As of now', () => {
  it('history and documents are what they are live, veils and refusals included, and after a rebuild', async () => {
    const { space, reveal } = await veiled('REPRESENTATIVES');
    await reveal();
    await world.caughtUp();
    const asOf = instantOf(Date.now());
    const live = await page(space, holder, { until: asOf });
    const past = await page(space, holder, {}, { asOf });
    expect(past.lines).toEqual(live.lines);
    expect(live.lines.map(({ lane }) => lane)).toContain('REFUSED');
    const filter = { category: null, typeCode: null, title: null, from: null, until: null, all: true };
    const documents = (moment?: Instant) =>
      world.ask.execute(new ListDocuments(space, { ...by(holder), asOf: moment }, filter, { first: 100, cursor: null }));
    expect(await documents(asOf)).toEqual(await documents());
    expect((await documents()).total).toBe(2);

    await world.caughtUp();
    const rows = await allRows(world.side);
    await world.side.rebuild.run(world.side.projections);
    expect(await allRows(world.side)).toEqual(rows);
    expect((await page(space, holder, { until: asOf })).lines).toEqual(live.lines);
  });

  it('a link to a veil that was written just now is waited for', async () => {
    const { space } = await veiled('REPRESENTATIVES');
    const { lines } = await page(space, holder, {}, { asOf: instantOf(Date.now()) });
    expect(lines.filter(({ secret }) => secret)).toHaveLength(3);
  });
});
