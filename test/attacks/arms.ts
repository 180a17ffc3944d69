import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parisDay } from '../../src/domain/shared/time.js';
import { BeneficiariesCsv } from '../../src/infrastructure/campaign/beneficiaries-csv.js';
import { writeBeneficiaries } from '../../src/infrastructure/campaign/beneficiaries-writer.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { operatorHere } from '../../src/infrastructure/cli/context.js';
import { receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { castFrom, letterOf } from '../../src/infrastructure/cli/demo/stage.js';
import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import { personas, type PersonaName } from '../../src/infrastructure/identity/personas.js';
import type { Scene } from '../api/operations.js';
import { doorsOf } from '../support/doors.js';
import type { RunningSystem } from '../support/system.js';
import type { Arms } from './attack.js';

const CAMPAIGN = 'attaques';
const TERMS = { conditions: '2026-01', privacy: '2026-01' };

/** Four people: invited, opposed, with a space of Alice's, with a closed one of hers; and tokens of everybody. */
export async function takeUpArms(running: RunningSystem): Promise<Arms & { readonly holderOf: (scene: Scene) => 'alice' | null }> {
  const people = await inviteFour(running);
  const { rest } = doorsOf(running);
  const must = async (...asked: Parameters<typeof rest>): Promise<void> => {
    const { status, body } = await rest(...asked);
    if (status !== 200) throw new Error(`${asked[1]}: ${status} ${JSON.stringify(body)}`);
  };
  const scenes = await running.inside(({ registry }) =>
    Promise.all(people.map((one) => sceneOf(one, running, registry.byIns.bind(registry)))),
  );
  const [, opposed, active, closed] = scenes as [Scene, Scene, Scene, Scene];
  await must('POST', '/oppositions', { body: opposed.letter });
  for (const { letter } of [active, closed]) await must('POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
  await must('PUT', `/spaces/${closed.address.handle}/closure`, { as: 'alice', body: {} });
  await running.system.waitUntilCaughtUp();
  const names = Object.keys(personas) as PersonaName[];
  const tokens = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await running.token(name)] as const)));
  return {
    scenes,
    tokens: tokens as Record<PersonaName, string>,
    holderOf: ({ ins }) => (ins === active.ins || ins === closed.ins ? 'alice' : null),
  };
}

async function inviteFour({ system }: RunningSystem): Promise<readonly LineFields[]> {
  const today = parisDay(system.clock.now());
  const invented = [...inventPeople({ count: 40, seed: 'attaques', year: Number(today.slice(0, 4)) })];
  const people = castFrom(invented, today)
    .webOpponents.concat(castFrom(invented, today).early.map(({ person }) => person))
    .slice(0, 4);
  const folder = await mkdtemp(join(tmpdir(), 'mes-arms-'));
  try {
    await writeBeneficiaries(join(folder, 'people.csv'), people);
    await system.campaigns.open(CAMPAIGN, 'Essai', operatorHere(system.clock));
    await system.import.run({
      campaign: CAMPAIGN,
      file: new BeneficiariesCsv(join(folder, 'people.csv')),
      rejections: { add: (line, code) => Promise.reject(new Error(`line ${line}: ${code}`)) },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  await system.waitUntilCaughtUp();
  return people;
}

async function sceneOf(
  person: LineFields,
  { settings }: RunningSystem,
  byIns: (ins: string) => Promise<Scene['address'] | null>,
): Promise<Scene> {
  const address = await byIns(person.ins);
  if (address === null) throw new Error('everybody of the file has an address');
  return { address, ins: person.ins, letter: letterOf(person, await receivedIn(settings.outboxDir)), campaign: CAMPAIGN };
}
