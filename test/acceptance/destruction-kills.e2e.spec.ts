import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../../src/application/shared/pause.js';
import type { DestructionGround } from '../../src/domain/shared/destruction-ground.js';
import { STEPS, type Step } from '../../src/infrastructure/erasure/destruction-rows.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { parseVerifierKey, type Verifier } from '../../src/infrastructure/seal/note/signed-note.js';
import { bundleOf, verifyBundle, type ProofBundle } from '../../src/infrastructure/seal/proof-bundle.js';
import { ROLES } from '../../src/infrastructure/settings/settings.js';
import { openPlatform, type Platform } from '../../src/infrastructure/system/platform.js';
import { Dice } from '../attacks/dice.js';
import { audited, certificatesAmong, destructionsOf, doomed, leftOf, type Doomed } from '../support/crash/doomed.js';
import { Ward } from '../support/crash/ward.js';
import { subjectOf } from '../support/life.js';
import { mailServer } from '../support/mail-server.js';
import { eventually } from '../support/read-side.js';
import { sameInstallation } from '../support/same-installation.js';
import { openSystem, type RunningSystem } from '../support/system.js';

/** DESTRUCTION_KILLS=100 is the long drill; CRASH_SEED repeats a run as far as how far the work is when it is cut. */
const KILLS = Number(process.env['DESTRUCTION_KILLS'] ?? 6);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** One or two go for each death, and some more should it have missed the work of one. Each third has done its ten years, and goes with its traces. */
const SPACES = Math.ceil(KILLS * 1.5) + 2;
const groundOf = (n: number): DestructionGround => (n % 3 === 2 ? 'RETENTION' : 'ERASURE');
const SPACE_ERASED = 'Vos données sont supprimées';
const LONG = 120_000 + KILLS * 10_000;
/** The last step is none: it is done then. */
const LAST = STEPS.length - 1;

/** A destruction whose row somebody has in his hands: he is inside this step. */
const HELD = `WITH free AS (SELECT space, scope FROM erasure.destruction FOR UPDATE SKIP LOCKED)
  SELECT d.scope || ' ' || d.step AS step FROM erasure.destruction d LEFT JOIN free USING (space, scope) WHERE free.space IS NULL`;
const STEPS_OF = 'SELECT step FROM erasure.destruction WHERE space = ANY($1)';

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const counted = (all: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...new Set(all)].sort().map((one) => [one, all.filter((other) => other === one).length]));

/** The process that destroys is killed inside of its work, again and again; whoever supervises it starts it again, and nobody does anything else. */
describe('Destructions whose process is killed inside of a step', () => {
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let running: RunningSystem;
  let platform: Platform;
  let victim: Ward;
  let leaving: readonly Doomed[];
  /** Of how many of them the day has come. */
  let due = 0;
  let stays: Doomed;
  let before: { readonly proofs: readonly ProofBundle[]; readonly events: ReadonlyMap<Doomed, readonly number[]>; readonly stays: unknown };
  let verifiers: readonly Verifier[];
  /** Scope and step inside of which each death fell. */
  const cut: string[] = [];

  const eventsOf = async (space: Doomed): Promise<readonly number[]> =>
    Promise.all(
      destructionsOf(space).map(async ([, streams]) =>
        sum([...(await platform.store.readMany(streams)).values()].map((its) => its.length)),
      ),
    );

  beforeAll(async () => {
    mail = await mailServer();
    // Everything but what destroys, which is a process of its own.
    const others = ROLES.filter((role) => role !== 'timers');
    running = await openSystem({ LEASE_SECONDS: '1', SMTP_URL: mail.url }, undefined, others);
    platform = await openPlatform(running.settings, new Log(pinoFor('silent')));
    const all: Doomed[] = [];
    for (let n = 0; n < SPACES; n++) all.push(await doomed(platform, n, groundOf(n)));
    leaving = all;
    stays = await doomed(platform, SPACES, null);
    await running.caughtUp();
    const { seal } = running.system;
    await eventually(async () => expect((await seal.status()).behind).toBe('0'));
    verifiers = (await seal.status()).keys.map(parseVerifierKey);
    const streams = [...(await platform.store.readMany(leaving.flatMap(({ own, traces }) => [...own, traces])))]
      .filter(([, its]) => its.length > 0)
      .map(([stream]) => stream);
    before = {
      proofs: await Promise.all(streams.map(async (stream) => bundleOf(await seal.prove(stream, 0)))),
      events: new Map(await Promise.all(leaving.map(async (space) => [space, await eventsOf(space)] as const))),
      stays: await leftOf(platform, running.rows, stays),
    };
    victim = new Ward({ ...sameInstallation(running), SMTP_URL: mail.url, LEASE_SECONDS: '1' }, ['--roles', 'timers']);
  }, LONG);
  afterAll(async () => {
    await victim?.stop();
    await platform?.close();
    await running?.close();
    await mail?.close();
  }, LONG);

  /** On a connection that stands: steps take milliseconds. */
  const asked = async (sql: string, values: unknown[] = []): Promise<readonly Record<string, unknown>[]> =>
    (await platform.pools.pool('mes_vault').query<Record<string, unknown>>(sql, values)).rows;
  const idsOf = (spaces: readonly Doomed[]): readonly string[] => spaces.map(({ id }) => id);
  /** How many steps are still to be done of those whose day has come. */
  const left = async (): Promise<number> => {
    const rows = await asked(STEPS_OF, [idsOf(leaving.slice(0, due))]);
    return sum(rows.map(({ step }) => LAST - STEPS.indexOf(step as Step)));
  };
  /** The day of so many more comes. */
  const release = async (count: number): Promise<void> => {
    await asked(`UPDATE erasure.destruction SET not_before = now() WHERE scope = 'SPACE' AND space = ANY($1)`, [
      idsOf(leaving.slice(due, due + count)),
    ]);
    due += count;
  };
  /** That of traces is years away, and what keys may be remembered for is over where nobody works with them. */
  const letDaysCome = (): Promise<unknown> =>
    asked(
      `UPDATE erasure.destruction SET not_before = now() WHERE not_before > now() AND (step = 'SETTLE' OR (scope = 'TRACE' AND step = 'COLLECT'))`,
    );

  /** Kills it at an instant that finds it inside of a step; says of which. */
  const killInside = async (dice: Dice): Promise<string> => {
    for (;;) {
      await pause(dice.below(12));
      victim.freeze();
      const [held] = await asked(HELD);
      if (held !== undefined) {
        await victim.kill();
        return String(held['step']);
      }
      victim.thaw();
      await letDaysCome();
      if ((await left()) === 0) await release(1);
    }
  };

  it(
    `are finished by those who come after it, in ${KILLS} deaths`,
    async () => {
      const dice = new Dice(SEED);
      const began = performance.now();
      const destructions = leaving.flatMap(destructionsOf).length;
      const all = Array.from({ length: destructions }, () => ({ step: 'COLLECT' }));
      expect(await asked(STEPS_OF, [idsOf(leaving)])).toEqual(all);
      await asked(`UPDATE erasure.destruction SET not_before = now() + interval '1 day' WHERE scope = 'SPACE'`);
      victim.start();
      for (let n = 0; n < KILLS; n++) {
        await release(1 + (n % 2));
        // Any of the steps that wait is as likely as any other to be the one.
        const until = dice.below(await left());
        while ((await left()) > until + 1) await letDaysCome();
        cut.push(await killInside(dice));
      }
      await release(SPACES);
      await eventually(async () => {
        await letDaysCome();
        expect(await left()).toBe(0);
      }, LONG);
      expect(await victim.stop()).toBe(0);
      expect(victim.fallen).toEqual([]);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stdout.write(
        `destruction kills: seed ${SEED}, ${KILLS} deaths in ${seconds} s over ${destructions} destructions, inside of ${JSON.stringify(counted(cut))}\n`,
      );
    },
    LONG,
  );

  it('leave nothing of anybody', async () => {
    const done = await running.rows('SELECT DISTINCT step, streams, blobs, suppression FROM erasure.destruction');
    expect(done).toEqual([{ step: 'DONE', streams: [], blobs: [], suppression: null }]);
    for (const space of leaving)
      expect(await leftOf(platform, running.rows, space)).toEqual({
        events: 0,
        blobs: 0,
        keys: [3],
        rows: 0,
        address: null,
        suppressed: true,
        ledger: destructionsOf(space).map(([scope]) => scope),
      });
  });

  it('have one certificate each, over all that lay there, and no crash counts as a restore', async () => {
    await running.caughtUp();
    const events = await audited(platform);
    const told = certificatesAmong(events).map(({ scope, ground, parts }) => [scope, ground, sum(parts.map((part) => part.events))]);
    const expected = leaving.flatMap((space) =>
      destructionsOf(space).map(([scope], n) => [scope, space.ground, before.events.get(space)?.[n] ?? 0]),
    );
    expect(told.map(String).sort()).toEqual(expected.map(String).sort());
    expect(events.filter(({ type }) => type === 'StoreRestored')).toEqual([]);
  });

  it('leave every proof that was handed out as good as it was, and the log as it was sealed', async () => {
    const { seal } = running.system;
    await eventually(async () => expect((await seal.status()).behind).toBe('0'));
    for (const bundle of before.proofs) expect(verifyBundle(bundle, verifiers).size).toBeGreaterThan(bundle.index);
    const purged = sum([...before.events.values()].flat());
    const { size } = await seal.status();
    expect(await seal.check({}, { keys: [], progress: () => undefined })).toMatchObject({ count: 0, to: size, purged });
  });

  it('leave whoever stays as he was', async () => {
    expect(await leftOf(platform, running.rows, stays)).toEqual(before.stays);
  });

  it('tell each person who asked, once more at the most where a death fell between telling and writing it down', async () => {
    const ids = mail.mails.flatMap((bytes) => {
      const head = bytes.slice(0, bytes.indexOf('\r\n\r\n'));
      return subjectOf({ path: '', channel: 'email', head, text: '' }) === SPACE_ERASED
        ? [/^message-id:\s*(\S+)/im.exec(head)?.[1] ?? '']
        : [];
    });
    const asked = leaving.filter(({ ground }) => ground === 'ERASURE').length;
    expect(new Set(ids).size).toBe(asked);
    expect(ids.length - asked).toBeLessThanOrEqual(cut.filter((step) => step === 'SPACE COLLECT').length);
  });
});
