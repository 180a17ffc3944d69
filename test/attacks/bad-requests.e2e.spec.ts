import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eachBounded } from '../../src/application/shared/bounded.js';
import type { ActorEvent } from '../../src/domain/access/passage.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import { SOFTWARE } from '../../src/infrastructure/identity/personas.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';
import { takeUpArms } from './arms.js';
import { printed, shrunk, type Answer, type Attack } from './attack.js';
import { Dice } from './dice.js';
import { graphqlAttack } from './graphql-attacks.js';
import { multipartAttack } from './multipart-attacks.js';
import { restAttack } from './rest-attacks.js';
import { documentAttack, pathAttack } from './shapeless-attacks.js';
import { CARRIED_OUT, faultsOf, Remembered } from './verdict.js';
import { trustFigures } from '../support/trust/figures.js';

const SEED = Number(process.env['ATTACK_SEED'] ?? 20_260_101);
const ROUNDS = 10_000;
const AT_ONCE = 8;
const MEGABYTE = 1_048_576;
const SHOWN = 12;
/** What the refused was told, by the reason that was remembered: written down here once more. */
const TOLD: Readonly<Record<string, string>> = {
  'not-allowed': 'access/not-allowed',
  'nothing-here': 'access/nothing-here',
  'no-consent': 'access/no-consent',
  'not-open': 'access/space-not-open',
  'not-regulating': 'access/not-regulating',
  'emergency-not-open': 'access/emergency-not-open',
  'no-such-document': 'record/nothing-here',
};

const known: ReadonlySet<string> = new Set(
  readFileSync('docs/reference/problems.md', 'utf8').match(/(?<=^\| `)[a-z]+\/[a-z-]+(?=` \|)/gm) ?? [],
);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heap = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / MEGABYTE;
};

describe(`20,000 bad requests over both doors (seed ${SEED}; another one: ATTACK_SEED)`, () => {
  let running: RunningSystem;
  let arms: Awaited<ReturnType<typeof takeUpArms>>;
  let remembered: Remembered;
  let facts: readonly Recorded[];
  const wrong: { readonly attack: Attack; readonly faults: readonly string[] }[] = [];
  const heaps: number[] = [];
  const statuses = new Map<string, number>();

  const send = async ({ method, url, headers, payload }: Attack): Promise<Answer> => {
    const asked = { method: method as 'GET', url, headers: { ...headers }, ...(payload === undefined ? {} : { payload }) };
    const { statusCode, headers: given, payload: text } = await running.app.inject(asked);
    return { status: statusCode, headers: given, text };
  };
  const attack = async (one: Attack): Promise<void> => {
    const answer = await send(one);
    const faults = faultsOf(one, answer, known);
    if (faults.length > 0) wrong.push({ attack: one, faults });
    remembered.note(one, answer);
    const kind = `${one.url.startsWith('/graphql') ? 'graphql' : 'rest'} ${answer.status}`;
    statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
  };

  beforeAll(async () => {
    running = await openSystem({ LOG_LEVEL: 'warn' });
    arms = await takeUpArms(running);
    remembered = new Remembered(
      arms.holderOf,
      arms.scenes.flatMap((scene) => (arms.holderOf(scene) === 'alice' ? [scene.address.id] : [])),
    );
    const before = await running.system.eventStore.head();
    const rounds = Array.from({ length: ROUNDS }, (_, n) => n);
    await eachBounded(rounds, AT_ONCE, async (n) => {
      const dice = new Dice(SEED + n * 7_919);
      const rest = dice.chance(0.8) ? restAttack : dice.chance(0.5) ? multipartAttack : pathAttack;
      const [graphql] = [dice.chance(0.6) ? graphqlAttack : documentAttack];
      for (const one of [rest(dice, arms), graphql(dice, arms)]) await attack(one);
      if (n % (ROUNDS / 5) === 0) heaps.push(heap());
    });
    heaps.push(heap());
    facts = await running.inside((platform) => factsIn(platform, before));
  }, 300_000);
  afterAll(async () => {
    const counted = [...statuses].map(([kind, count]) => ({ failed: /\b5\d\d$/.test(kind), count }));
    const sum = (of: typeof counted): number => of.reduce((total, { count }) => total + count, 0);
    trustFigures('bad-requests', { requests: sum(counted), faults: wrong.length, failures: sum(counted.filter(({ failed }) => failed)) });
    await running.close();
  });

  it('get an answer that is a refusal of ours, without a defect, a stack, a statement or a place inside', async () => {
    const stillWrong = async (smaller: Attack): Promise<boolean> => faultsOf(smaller, await send(smaller), known).length > 0;
    const byFault = new Map(wrong.map(({ attack: one, faults }) => [`${faults.join('; ')} (${one.operation?.field ?? 'nothing'})`, one]));
    const shown: string[] = [];
    for (const [faults, one] of [...byFault].slice(0, SHOWN))
      shown.push(`${faults}\n${printed(faults.includes(CARRIED_OUT) ? one : await shrunk(one, stillWrong))}`);
    expect(shown.join('\n\n')).toBe('');
    expect(wrong).toHaveLength(0);
  });

  it('cause no alarm and no line about a failure', () => {
    expect(running.lines).toEqual([]);
  });

  describe('leave in the log what must be remembered, and nothing else', () => {
    it('one passage for each question that was allowed', () => {
      const passages = new Map<string, number>();
      for (const { event, stream } of facts)
        if (event.type === 'AccessGranted') {
          const space = stream.replace(/^passage-/, '');
          passages.set(space, (passages.get(space) ?? 0) + 1);
        }
      expect(passages).toEqual(remembered.passages);
      expect([...passages.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
    });

    it('one refusal for each account, space, reason or document, and minute', () => {
      const denied = facts.filter(
        (fact): fact is Recorded<Extract<ActorEvent, { type: 'AccessDenied' }>> => fact.event.type === 'AccessDenied',
      );
      const who = ({ meta }: Recorded): string =>
        'subject' in meta.who ? meta.who.subject.sub : 'client' in meta.who ? SOFTWARE : meta.who.role;
      const lines = denied.map((fact) => `${who(fact)} ${fact.event.target} ${TOLD[fact.event.reason] ?? fact.event.reason}`);
      expect([...new Set(lines)].sort()).toEqual([...remembered.denials].sort());
      expect(new Set(denied.map(({ event }, n) => `${lines[n]} ${event.document ?? ''} ${event.minute}`)).size).toBe(denied.length);
      expect(remembered.denials.size).toBeGreaterThan(20);
    });

    it('and no other fact', () => {
      const others = facts.filter(({ event }) => !['AccessGranted', 'AccessDenied', 'AccessDeniedAgain'].includes(event.type));
      expect(others.map(({ event }) => event.type)).toEqual([]);
    });
  });

  it('do not make memory grow: after the first fifth it stays where it is', () => {
    const [, warm = 0, ...later] = heaps;
    expect(Math.max(...later) - warm).toBeLessThan(64);
  });

  it('met every kind of refusal there is for such requests', () => {
    const met = [...statuses.keys()];
    for (const status of [400, 401, 403, 404, 405, 413, 415]) expect(met).toContain(`rest ${status}`);
    for (const status of [200, 400, 405, 413, 415]) expect(met).toContain(`graphql ${status}`);
  });
});
