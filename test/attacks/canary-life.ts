import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BeneficiariesCsv } from '../../src/infrastructure/campaign/beneficiaries-csv.js';
import { writeBeneficiaries } from '../../src/infrastructure/campaign/beneficiaries-writer.js';
import { RejectionFile } from '../../src/infrastructure/campaign/rejection-file.js';
import { operatorHere } from '../../src/infrastructure/cli/context.js';
import { codeIn, receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { doorsOf, type Said } from '../support/doors.js';
import type { RunningSystem } from '../support/system.js';
import { carryARecord, ofRecord } from './canary-record.js';
import { canaries, LAST_ELEVEN, person } from './canary.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };
const CHECKED = ['INS', 'BIRTH_DATE', 'ADDRESS'];
const OVERVIEW = 'query($space: ID!) { space(space: $space) { etag view { status } } }';

/** Everything in a folder as one text: names and contents. */
export const contentsOf = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [Buffer.from(`\n${path}\n`), ...(entry.isFile() ? [readFileSync(path)] : [])];
    }),
  );

/** Lets the person of the canaries live through everything this version knows, and says what was seen from outside meanwhile. */
export async function liveThroughEverything(running: RunningSystem) {
  const { report, staging } = await importPerson(running);
  const heard: string[] = [];
  const doors = doorsOf({
    token: running.token,
    app: { inject: (async (asked: object) => listen(await running.app.inject(asked), heard)) as RunningSystem['app']['inject'] },
  });
  const stage = { running, doors, must: must(doors) };
  const codes: string[] = [];
  const handle = await beInvited(stage, codes);
  await opposeAndRepent(stage, await codeOf(running, codes));
  await becomeHolder(stage, handle, await codeOf(running, codes));
  await beRefused(stage, handle);
  await carryARecord(doors, handle);
  await closeAndReopen(stage, handle);
  await askNonsense(stage, handle, codes);
  await running.system.waitUntilCaughtUp();
  return { report, staging, heard, handle, codes };
}

const listen = (answer: Awaited<ReturnType<RunningSystem['app']['inject']>>, heard: string[]) => {
  heard.push(`${answer.statusCode} ${JSON.stringify(answer.headers)}\n${answer.payload}`);
  return answer;
};
type Doors = ReturnType<typeof doorsOf>;
const must =
  ({ rest }: Doors) =>
  async (status: number, ...asked: Parameters<Doors['rest']>): Promise<Said> => {
    const said = await rest(...asked);
    if (said.status !== status) throw new Error(`${asked[0]} ${asked[1]} gave ${said.status} ${JSON.stringify(said.body)}`);
    return said;
  };
interface Stage {
  readonly running: RunningSystem;
  readonly doors: Doors;
  readonly must: ReturnType<typeof must>;
}

/** The second line is rejected; the state folder is looked into while the lines are staged. */
async function importPerson({ system, stateDir }: RunningSystem) {
  const folder = await mkdtemp(join(tmpdir(), 'mes-canaries-'));
  try {
    await writeBeneficiaries(join(folder, 'people.csv'), [person, { ...person, email: `${person.email} twice` }, person]);
    const rejections = await RejectionFile.create(join(folder, 'rejected.csv'));
    await system.campaigns.open('canaris', 'Essai des canaris', operatorHere(system.clock));
    const staging: Buffer[] = [];
    const file = new BeneficiariesCsv(join(folder, 'people.csv'));
    const { counts } = await system.import.run({
      campaign: 'canaris',
      file,
      rejections,
      onProgress: () => void staging.push(contentsOf(stateDir)),
    });
    await rejections.close();
    if (counts.declared !== 1 || counts.rejected !== 2) throw new Error('one line was to be declared, two rejected');
    return { report: await readFile(join(folder, 'rejected.csv'), 'utf8'), staging: Buffer.concat(staging) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The code of the newest message; every code there was is kept. Twice: what follows from a fact is told after it. */
async function codeOf({ system, settings }: RunningSystem, codes: string[]): Promise<string> {
  await system.waitUntilCaughtUp();
  await system.waitUntilCaughtUp();
  const printed = (await receivedIn(settings.outboxDir)).flatMap((message) => codeIn(message) ?? []);
  const fresh = printed.filter((code) => !codes.includes(code));
  codes.push(...fresh);
  const newest = fresh.at(-1) ?? codes.at(-1);
  if (newest === undefined) throw new Error('no code has arrived');
  return newest;
}

/** By e-mail, which bounces with a report that names her; then by letter. Her card is mistyped in between. */
async function beInvited({ running, must }: Stage, codes: string[]): Promise<string> {
  const code = await codeOf(running, codes);
  const found = await must(200, 'POST', '/support/space-searches', { as: 'agent-3422', body: { ins: person.ins } });
  const handle = String(found.body.space);
  const wrongCard = { code, vitaleSerial: '99999999999', birthDate: person.birth_date };
  await must(403, 'POST', '/oppositions', { body: wrongCard });
  await must(404, 'POST', '/oppositions', { body: { ...wrongCard, code: 'ZZZZZ-ZZZZZ', vitaleSerial: LAST_ELEVEN } });
  const report = `550 <${person.email}> ${person.family_name}: no such mailbox`;
  await must(200, 'POST', '/delivery-reports', { as: 'operator', body: { space: handle, report } });
  return handle;
}

async function opposeAndRepent({ must }: Stage, code: string): Promise<void> {
  const letter = { code, vitaleSerial: person.vitale_serial, birthDate: person.birth_date };
  const headers = { 'idempotency-key': randomUUID(), 'x-purpose': `${person.family_name} le demande` };
  const first = await must(200, 'POST', '/oppositions', { body: letter, headers });
  if (first.body.position === undefined) throw new Error('a receipt was to come');
  await must(200, 'POST', '/oppositions', { body: letter, headers });
  await must(422, 'POST', '/oppositions', { body: { ...letter, vitaleSerial: LAST_ELEVEN }, headers });
  await must(200, 'POST', '/opposition-withdrawals', { body: letter });
}

async function becomeHolder({ doors, must, running }: Stage, handle: string, code: string): Promise<void> {
  const letter = { code, vitaleSerial: LAST_ELEVEN, birthDate: person.birth_date };
  await must(200, 'POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
  await running.system.waitUntilCaughtUp();
  await must(200, 'GET', `/spaces/${handle}/history`, { as: 'alice', headers: { 'x-purpose': person.family_name } });
  await must(200, 'GET', `/spaces/${handle}?asOf=${running.system.clock.now()}`, { as: 'alice' });
  await doors.graphql(OVERVIEW, { space: handle }, { as: 'alice' });
}

async function beRefused({ doors, must }: Stage, handle: string): Promise<void> {
  await must(404, 'GET', `/spaces/${handle}`, { as: 'bruno', headers: { 'x-purpose': person.family_name } });
  await must(404, 'PUT', `/spaces/${handle}/closure`, { as: 'bruno', body: {} });
  await doors.graphql(OVERVIEW, { space: handle }, { as: 'bruno' });
  await must(403, 'GET', `/spaces/${handle}/history`, { as: 'agent-3422' });
}

async function closeAndReopen({ must, running }: Stage, handle: string): Promise<void> {
  await must(200, 'GET', `/spaces/${handle}/closure-preview`, { as: 'alice' });
  await must(403, 'PUT', `/spaces/${handle}/closure`, { as: 'agent-3422', body: { checked: ['INS'] } });
  await must(200, 'PUT', `/spaces/${handle}/closure`, { as: 'agent-3422', body: { checked: CHECKED } });
  await running.system.waitUntilCaughtUp();
  await must(200, 'PUT', `/spaces/${handle}/reopening`, { as: 'alice', body: {} });
}

/** Requests that make no sense and carry every canary in every place where a careless answer or log line could repeat it. */
async function askNonsense({ doors }: Stage, handle: string, codes: readonly string[]): Promise<void> {
  for (const text of [...Object.values(canaries), ...Object.values(ofRecord), ...codes]) {
    const inUrl = encodeURIComponent(text);
    const inHeader = Buffer.from(text, 'utf8').toString('latin1');
    await doors.raw('GET', `/api/v1/${inUrl}?x=${inUrl}`, { as: 'bruno' });
    await doors.raw('DELETE', `/api/v1/spaces/${handle}?space=${inUrl}`, { as: 'bruno' });
    await doors.rest('GET', `/spaces/${inUrl}/history?cursor=${inUrl}&lane=${inUrl}`, { as: 'alice' });
    await doors.rest('GET', `/spaces/${handle}/history?cursor=${inUrl}`, { as: 'alice' });
    await doors.rest('GET', `/campaigns/${inUrl}`, { as: 'operator' });
    await doors.rest('POST', '/oppositions', { body: { [text]: text, code: text, vitaleSerial: [text], birthDate: text } });
    await doors.rest('POST', '/oppositions', { body: `{"code": "${text}", ` });
    await doors.rest('POST', '/support/space-searches', { as: 'agent-3422', body: { ins: text } });
    await doors.rest('GET', '/me/spaces', { headers: { authorization: `Bearer ${inHeader}`, 'idempotency-key': inHeader } });
    await doors.rest('GET', '/me/spaces', {
      as: 'alice',
      headers: { 'if-match': inHeader, 'accept-language': inHeader, 'user-agent': inHeader },
    });
    await doors.graphql(`{ ${text} }`, { [text]: text }, { as: 'bruno' });
    await doors.graphql(`{ findSpaceByIdentity(input: { ins: ${JSON.stringify(text)}, x: 1 }) { status } }`, {}, { as: 'agent-3422' });
    await doors.graphql('query($i: SpaceSearchInput!) { findSpaceByIdentity(input: $i) { status } }', { i: text }, { as: 'agent-3422' });
    await doors.graphql(
      'query($i: SpaceSearchInput!) { findSpaceByIdentity(input: $i) { status } }',
      { i: { ins: text } },
      { as: 'bruno' },
    );
  }
}
