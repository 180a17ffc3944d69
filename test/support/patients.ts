import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { isSealed } from '../../src/application/shared/fact-reader.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import type { Platform } from '../../src/infrastructure/system/platform.js';
import { epochOf, instantOf } from '../../src/domain/shared/time.js';
import { readSideOf } from '../../src/infrastructure/system/read-side.js';
import { SystemModule } from '../../src/infrastructure/system/system.module.js';
import { doorsOf, type WithDoors } from './doors.js';
import type { RunningSystem } from './system.js';
import { invite, MINUTE, type World } from './world.js';

/** Somebody whose space is active. */
export interface Patient {
  /** Handle of the space. */
  readonly space: string;
  /** Stream id of it. */
  readonly id: string;
  readonly ins: string;
}

/** Declares, invites and activates somebody as this account. */
export async function patientOf(world: WithDoors & Pick<World, 'invite'>, as: PersonaName, birthDate?: string): Promise<Patient> {
  const { address, ins, letter } = await world.invite(MINUTE, birthDate);
  const terms = { conditions: '2026-01', privacy: '2026-01' };
  const said = await doorsOf(world).rest('POST', '/activations', { as, body: { ...letter, terms } });
  if (said.status !== 200) throw new Error(`the activation was answered ${said.status} ${said.body.code}`);
  return { space: address.handle, id: address.id, ins };
}

/** A running system to which people are brought as to a world: by a second process of the same installation. */
export function withPatients(running: RunningSystem): RunningSystem & Pick<World, 'invite'> {
  let people = 0;
  const inviting = async (platform: Platform, msAgo: number, birthDate: string) => {
    const application = await NestFactory.createApplicationContext(SystemModule.on(platform, readSideOf(platform), null), {
      logger: false,
    });
    try {
      const on = instantOf(epochOf(platform.clock.now()) - msAgo);
      return await invite(application.get(CommandBus), platform, { n: ++people, birthDate }, on);
    } finally {
      await application.close();
    }
  };
  return {
    ...running,
    invite: (msAgo = MINUTE, birthDate = '1985-06-14') => running.inside((platform) => inviting(platform, msAgo, birthDate)),
  };
}

const CATEGORIES = ['space', 'access', 'record', 'veil', 'passage', 'actor', 'matrix', 'campaign'];

/** A fact with whatever it says. */
export type Told = Recorded<{ readonly type: string; readonly v: number; readonly [member: string]: unknown }>;

/** Every fact about this space, wherever it lies, in the order of the log. */
export async function factsAbout({ reader }: Pick<Platform, 'reader'>, { id }: Pick<Patient, 'id'>): Promise<readonly Told[]> {
  const facts: Told[] = [];
  for await (const batch of reader.read(0n, CATEGORIES))
    for (const met of batch.facts) if (!isSealed(met) && isAbout(met as Told, id)) facts.push(met as Told);
  return facts;
}

const isAbout = ({ stream, event }: Told, id: string): boolean => stream.endsWith(`-${id}`) || event.space === id || event.target === id;

/** Refusals among these facts, with their receipts: the first of each actor and reason, whatever minutes it was repeated in. */
export function refusalsIn(facts: readonly Told[]): readonly Told[] {
  const refused = facts.filter(({ event: { type } }) => type === 'AccessDenied');
  const kindOf = ({ stream, event: { reason } }: Told): string => `${stream} ${String(reason)}`;
  return refused.filter((one, at) => refused.findIndex((other) => kindOf(other) === kindOf(one)) === at);
}
/** Those about this space. */
export const refusalsAbout = async (platform: Pick<Platform, 'reader'>, patient: Pick<Patient, 'id'>): Promise<readonly Told[]> =>
  refusalsIn(await factsAbout(platform, patient));
/** Passages of this space that are open to everybody entitled to its history. */
export const passagesOf = async (platform: Pick<Platform, 'reader'>, patient: Pick<Patient, 'id'>): Promise<readonly Told[]> =>
  (await factsAbout(platform, patient)).filter(({ stream, event: { type } }) => type === 'AccessGranted' && stream.startsWith('passage-'));

/** How many encrypted documents lie in the store. */
export async function blobsIn({ blobs }: Pick<Platform, 'blobs'>): Promise<number> {
  let found = 0;
  for await (const page of blobs.list()) found += page.length;
  return found;
}
