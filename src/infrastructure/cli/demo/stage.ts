import type { LineFields } from '../../../application/enrolment/beneficiary-line.js';
import { isAdult } from '../../../domain/enrolment/beneficiary.js';
import type { PhoneCheck } from '../../../domain/enrolment/provisional-code.js';
import { parisDay, type LocalDate } from '../../../domain/shared/time.js';
import type { SimulatedClock } from '../../clock/simulated-clock.js';
import type { PersonaName } from '../../identity/personas.js';
import { Failed } from '../outcome.js';
import type { System } from '../system.js';
import type { Terminal } from '../terminal.js';
import type { Door } from './door.js';
import { codeIn, receivedBy, receivedIn, type Received } from './mailboxes.js';

/** What the steps of the story play on. */
export interface Stage {
  readonly system: System;
  readonly clock: SimulatedClock;
  readonly door: Door;
  readonly terminal: Terminal;
  readonly stateDir: string;
  readonly outboxDir: string;
  readonly people: readonly LineFields[];
  readonly cast: Cast;
}
/** Who of the file plays what: nobody twice. */
export interface Cast {
  readonly webOpponents: readonly LineFields[];
  readonly phoneOpponents: readonly LineFields[];
  readonly bounced: LineFields;
  readonly early: readonly { readonly account: PersonaName; readonly person: LineFields }[];
  readonly late: { readonly account: PersonaName; readonly person: LineFields };
}

export const CAMPAIGN = 'demo';
/** What a 3422 agent asks somebody on the line. */
export const CHECKS: readonly PhoneCheck[] = ['INS', 'BIRTH_DATE', 'ADDRESS'];

/** Adults with a mailbox and a card, dealt out in the order of the file. */
export function castFrom(people: readonly LineFields[], today: LocalDate): Cast {
  const able = people.filter(
    ({ email, vitale_serial, birth_date }) => email !== '' && vitale_serial !== '' && isAdult(birth_date as LocalDate, today),
  );
  const [bounced, alice, bruno, chloe, david, ...others] = able;
  if (!bounced || !alice || !bruno || !chloe || !david || others.length < 4)
    throw new Failed('too few people can play: the story needs at least 20 in the file');
  const few = Math.max(2, Math.floor(others.length / 60));
  return {
    webOpponents: others.slice(0, few),
    phoneOpponents: others.slice(few, few + Math.max(1, Math.floor(few / 2))),
    bounced,
    early: [
      { account: 'alice', person: alice },
      { account: 'bruno', person: bruno },
      { account: 'chloe', person: chloe },
    ],
    late: { account: 'david', person: david },
  };
}

export const today = ({ clock }: Pick<Stage, 'clock'>): LocalDate => parisDay(clock.now());

/** The handle of somebody's space, as the 3422 agent finds it. */
export async function handleOf({ door }: Stage, { ins }: LineFields): Promise<string> {
  const { body } = await door.ask<{ space: string }>({ method: 'POST', path: 'support/space-searches', as: 'agent-3422', body: { ins } });
  return body.space;
}

/** The handle of the space bound to an account. */
export async function spaceOf({ door }: Pick<Stage, 'door'>, account: PersonaName): Promise<string> {
  const { body } = await door.ask<readonly { space: string }[]>({ method: 'GET', path: 'me/spaces', as: account });
  const [first] = body;
  if (first === undefined) throw new Failed(`no space is bound to the account ${account}`);
  return first.space;
}

/** What somebody types from the newest message he got and from his card. */
export function letterOf(person: LineFields, messages: readonly Received[]): { code: string; vitaleSerial: string; birthDate: string } {
  const codes = receivedBy(person, messages).flatMap((message) => codeIn(message) ?? []);
  const code = codes.at(-1);
  if (code === undefined) throw new Failed('a message with a code has not arrived');
  return { code, vitaleSerial: person.vitale_serial, birthDate: person.birth_date };
}

/** The mail of everybody, after all that was to be sent has been sent. */
export async function mailOf({ system, outboxDir }: Stage): Promise<readonly Received[]> {
  await system.waitUntilCaughtUp();
  return receivedIn(outboxDir);
}
