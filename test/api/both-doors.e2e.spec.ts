import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { sealing } from '../../src/infrastructure/system/sealed-log.js';
import { eventually } from '../support/read-side.js';
import { doorsOf, refusedOverGraphql, type Said } from '../support/doors.js';
import { careIn, entry, letter, MARTIN, ownEntry } from '../support/care.js';
import { form } from '../support/multipart.js';
import { openWorld, SEVEN_WEEKS, type Invited, type World } from '../support/world.js';
import { restOnly } from './care-operations.js';
import { LATER, OFFICER } from './compliance-operations.js';
import { exportWish } from './export-operations.js';
import { operations, type Operation, type Scene } from './operations.js';
import { QUESTIONS } from './overview-operations.js';

const IDS = ['breach', 'export', 'hold', 'request', 'space', 'campaign', 'document'];
const NOBODYS_DOCUMENT = '7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e';
const AS_A_CHILD = '2015-06-14';
const TERMS = { conditions: '2026-01', privacy: '2026-01' };
type Refused = Partial<Operation['refused']>;

describe('Both doors do the same', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let scenes = 0;
  let sealer: ReturnType<typeof sealing> | null = null;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(async () => {
    await sealer?.stop();
    await world.close();
  });

  const must = async (said: Promise<Said>): Promise<Said> => {
    expect(await said).toMatchObject({ status: 200 });
    return said;
  };

  /** Somebody new in that state, and a campaign of his own. */
  const sceneIn = async (state: Operation['from']): Promise<Scene> => {
    const invited = await (state === 'CHILD' ? world.invite(SEVEN_WEEKS, AS_A_CHILD) : world.invite());
    const campaign = `essai-${++scenes}`;
    const opened = await must(doors.rest('PUT', `/campaigns/${campaign}`, { as: 'operator', body: { label: 'Essai' } }));
    if (state === 'DESTROYED') await world.platform.registry.suppress(invited.ins);
    if (state === 'OPPOSED') await must(doors.rest('POST', '/oppositions', { body: invited.letter }));
    if (['ACTIVE', 'CLOSED', 'CARED', 'RECORDED', 'CODED', 'SEALED'].includes(state))
      await must(doors.rest('POST', '/activations', { as: 'alice', body: { ...invited.letter, terms: TERMS } }));
    if (state === 'CLOSED') await must(doors.rest('PUT', `/spaces/${invited.address.handle}/closure`, { as: 'alice', body: {} }));
    const before = await preparedFor(state, invited);
    await must(doors.rest('GET', `/campaigns/${campaign}?after=${before.position ?? opened.body.position}`, { as: 'operator' }));
    return { ...invited, campaign, ...before.made };
  };

  /** What was done around care before; `position`: of the last of it. */
  const preparedFor = async (
    state: Operation['from'],
    invited: Invited,
  ): Promise<{ readonly made?: Partial<Scene>; readonly position?: string }> => {
    const care = careIn(doors.rest, invited.address.handle);
    if (state === 'EXPORT' || state === 'APPROVED_EXPORT') {
      const { body } = await doors.rest('POST', '/exports', { as: 'compliance', body: exportWish });
      const approvers = state === 'EXPORT' ? [] : (['compliance-2', 'compliance-3'] as const);
      for (const as of approvers) await must(doors.rest('POST', `/exports/${body.export}/approvals`, { as }));
      return { made: { export: body.export }, position: body.position };
    }
    if (state === 'CODED') return { made: { temporaryCode: (await care.order('alice', 'POST', 'temporary-accesses')).code } };
    if (state === 'SEALED') return { made: { line: await sealedLineOf(invited) } };
    if (state === 'CHILD') {
      await world.openAutomatically(invited);
      const adult = await world.invite();
      await must(doors.rest('POST', '/activations', { as: 'bruno', body: { ...adult.letter, terms: TERMS } }));
      return { made: { representative: adult.address.handle } };
    }
    if (state === 'REVIEWED' || state === 'JUDGED') return { made: { reviewed: await review(state, invited) } };
    if (state !== 'CARED' && state !== 'RECORDED') return {};
    const { position } = await care.consent('dr-martin', MARTIN);
    if (state === 'CARED') return { position };
    const { document } = await care.deposit('dr-martin', entry());
    const { document: hidden } = await care.deposit('dr-martin', entry({ confidentiality: ['INVISIBLE_PATIENT'] }));
    const last = await care.deposit('alice', ownEntry());
    return { made: { document, hidden, own: last.document }, position: last.position };
  };

  /** A review of what dr-martin looked at, in the hands of the compliance officer; one who looked was seen before. */
  const review = async (state: 'REVIEWED' | 'JUDGED', { address }: Invited): Promise<string> => {
    const said = { as: 'compliance', headers: { 'idempotency-key': `review-${++scenes}` } } as const;
    await doors.rest('GET', `/spaces/${address.handle}/documents`, { as: 'dr-martin' });
    const draft = { looker: { professional: MARTIN.id }, reason: 'plainte', due: LATER };
    const { body } = await doors.rest('POST', '/compliance/cases', { ...said, body: draft });
    await must(doors.rest('PUT', `/compliance/cases/${body.case}/assignee`, { as: 'compliance', body: { assignee: OFFICER } }));
    const closed = { outcome: 'JUSTIFIED', reason: 'de garde' };
    if (state === 'JUDGED') await must(doors.rest('PUT', `/compliance/cases/${body.case}/closure`, { as: 'compliance', body: closed }));
    return body.case;
  };

  /** The newest line of the space, once it has a receipt. */
  const sealedLineOf = async ({ address }: Invited): Promise<string> => {
    if (sealer === null) await (sealer = sealing(world.platform)).start();
    const path = `/spaces/${address.handle}/history`;
    let line = '';
    await eventually(async () => {
      const { body } = await must(doors.rest('GET', path, { as: 'alice' }));
      line = (body as { lines: { id: string }[] }).lines[0]?.id ?? '';
      expect(line).not.toBe('');
    });
    await eventually(async () => expect(await doors.rest('GET', `${path}/${line}/proof`, { as: 'alice' })).toMatchObject({ status: 200 }));
    return line;
  };

  const spoken = ({ as, args, input }: Operation, refused: Refused, scene: Scene) => ({
    as: refused.as ?? as,
    args: (refused.args ?? args)?.(scene) ?? {},
    input: (refused.input ?? input?.[1])?.(scene),
  });

  const overRest = async (operation: Operation, scene: Scene, refused: Refused = {}): Promise<Said> => {
    const { as, args, input } = spoken(operation, refused, scene);
    const [method, template] = operation.route;
    const inPath = Object.entries(args).filter(([name]) => template.includes(`{${name}}`));
    const inQuery = Object.entries(args).filter(([name]) => !template.includes(`{${name}}`));
    const path = inPath.reduce((url, [name, value]) => url.replace(`{${name}}`, value), template);
    const url = inQuery.length === 0 ? path : `${path}?${new URLSearchParams(inQuery).toString()}`;
    const { headers = {}, ...sent } = input === undefined ? {} : sentAs(operation, input);
    return doors.rest(method, url, { ...(as === undefined ? {} : { as }), ...sent, headers: { ...operation.headers, ...headers } });
  };
  const sentAs = (
    { upload }: Operation,
    input: object,
  ): { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } => {
    if (upload === undefined) return { body: input };
    const { content, mediaType, fileName, ...metadata } = input as { content: string; mediaType: string; fileName?: string };
    const { headers, payload } = form(metadata, { bytes: Buffer.from(content, 'base64'), mediaType, fileName });
    return { headers, body: payload };
  };

  const overGraphql = async (operation: Operation, scene: Scene, refused: Refused = {}): Promise<Said> => {
    const { as, args, input } = spoken(operation, refused, scene);
    const types = { ...Object.fromEntries(Object.keys(args).map((name) => [name, IDS.includes(name) ? 'ID!' : 'String!'])) };
    const all = { ...types, ...(input === undefined ? {} : { input: `${operation.input?.[0]}!` }) };
    const declared = Object.entries(all).map(([name, type]) => `$${name}: ${type}`);
    const passed = Object.keys(all).map((name) => `${name}: $${name}`);
    const brackets = (items: readonly string[]) => (items.length === 0 ? '' : `(${items.join(', ')})`);
    const kind = QUESTIONS.includes(operation.field) ? 'query' : 'mutation';
    const document = `${kind} Said${brackets(declared)} { ${operation.field}${brackets(passed)} { ${operation.select} } }`;
    return doors.graphql(document, { ...args, input }, { ...(as === undefined ? {} : { as }), headers: operation.headers ?? {} });
  };

  describe.each(operations.map((operation) => [operation.field, operation] as const))('%s', (field, operation) => {
    it('goes well over REST', async () => {
      const said = await overRest(operation, await sceneIn(operation.from));
      expect([200, 201, 202]).toContain(said.status);
      expect(said.body).toBeTruthy();
    });

    it('goes well over GraphQL', async () => {
      const said = await overGraphql(operation, await sceneIn(operation.from));
      expect(said).toMatchObject({ status: 200, body: { data: { [field]: expect.anything() } } });
      expect(said.body.errors ?? []).toEqual([]);
    });

    it('is refused with the same code over both', async () => {
      const { refused } = operation;
      const scene = await sceneIn(operation.from);
      const rest = await overRest(operation, scene, refused);
      const graphql = await overGraphql(operation, scene, refused);
      expect(rest).toMatchObject({ status: refused.status, body: { code: refused.code, status: refused.status } });
      expect(rest.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(refusedOverGraphql(graphql)).toBe(refused.code);
      expect(graphql.body.errors[0].message).toBe(rest.body.detail);
    });
  });

  it('covers every field of the schema and every route of the OpenAPI document', async () => {
    const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
    const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(operations.map(({ field }) => field).sort()).toEqual(fields.sort());

    const { paths } = JSON.parse(await readFile('openapi.json', 'utf8')) as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((m) => `${m.toUpperCase()} ${path}`));
    const covered = [...operations.map(({ route }) => route), ...Object.values(restOnly)];
    expect(covered.map(([method, path]) => `${method} /api/v1${path}`).sort()).toEqual(routes.sort());
  });

  describe('What only REST can carry', () => {
    it('the bytes of a document: those that were deposited, to whoever may read the entry, and to nobody else', async () => {
      const { address, document = '' } = await sceneIn('RECORDED');
      const path = `/spaces/${address.handle}/documents/${document}/content`;
      const { headers, body } = await must(doors.rest('GET', path, { as: 'dr-martin' }));
      expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'content-length': String(letter().bytes.length) });
      expect(body).toBe(letter().bytes.toString());
      expect(await doors.rest('GET', path, { as: 'bruno' })).toMatchObject({ status: 404, body: { code: 'access/nothing-here' } });
      const guessed = path.replace(document, NOBODYS_DOCUMENT);
      expect(await doors.rest('GET', guessed, { as: 'dr-martin' })).toMatchObject({ status: 404, body: { code: 'record/nothing-here' } });
    });

    it('a batch: each document with its own answer, in the order of the files', async () => {
      const { address } = await sceneIn('CARED');
      const note = { bytes: Buffer.from('Rien à signaler'), mediaType: 'text/plain', fileName: 'note.txt' };
      const entries = [
        { ...entry(), mediaType: 'application/pdf' },
        { ...entry(), mediaType: 'application/pdf' },
        { ...entry(), mediaType: 'text/plain' },
      ];
      const { headers, payload } = form({ entries }, letter(), note, note);
      const { body } = await must(
        doors.rest('POST', `/spaces/${address.handle}/document-batches`, { as: 'dr-martin', headers, body: payload }),
      );
      expect(body).toMatchObject([{ refused: null }, { document: null, refused: 'record/type-mismatch' }, { refused: null }]);
    });
  });
});
