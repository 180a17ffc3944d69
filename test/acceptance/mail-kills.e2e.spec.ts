import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import { pause } from '../../src/application/shared/pause.js';
import type { SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import type { Of } from '../../src/domain/shared/decider.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { MOST_AT_ONCE } from '../../src/infrastructure/outbox/smtp-outbox.js';
import { Dice } from '../attacks/dice.js';
import { Ward } from '../support/crash/ward.js';
import { lifeOn } from '../support/life.js';
import { mailServer } from '../support/mail-server.js';
import { eventually } from '../support/read-side.js';
import { sameInstallation } from '../support/same-installation.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';

/** MAIL_KILLS=50 is the long drill; CRASH_SEED repeats a run as far as after how many messages who sends them is killed. */
const KILLS = Number(process.env['MAIL_KILLS'] ?? 4);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** So many people come in for each death, so that every one of them falls into the work. */
const PEOPLE_PER_DEATH = 45;
const LONG = 120_000 + KILLS * 15_000;

const headOf = (mail: string): string => mail.slice(0, mail.indexOf('\r\n\r\n'));
const idOf = (mail: string): string => /^message-id:\s*(\S+)/im.exec(headOf(mail))?.[1] ?? '';
const addressOf = (mail: string): string => /^to:[^<]*<([^>]+)>/im.exec(headOf(mail))?.[1] ?? '';

/** A mail server takes twice what it is given twice: it has no memory, so that every copy counts. */
describe('Messages to a mail server, whose sender is killed while they leave', () => {
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let running: RunningSystem;
  let sender: Ward;
  let people: readonly LineFields[];
  const copies = (): ReadonlyMap<string, readonly string[]> => {
    const byId = new Map<string, string[]>();
    for (const one of mail.mails) byId.set(idOf(one), [...(byId.get(idOf(one)) ?? []), one]);
    return byId;
  };

  beforeAll(async () => {
    mail = await mailServer();
    running = await openSystem({ LEASE_SECONDS: '1' }, undefined, ['api', 'projections', 'processes', 'timers']);
    people = [...inventPeople({ count: KILLS * PEOPLE_PER_DEATH, seed: 'letters', year: 2026, children: 0, withoutCard: 0 })];
    sender = new Ward({ ...sameInstallation(running), SMTP_URL: mail.url, LEASE_SECONDS: '1' }, ['--roles', 'outbox']);
  }, LONG);
  afterAll(async () => {
    await sender?.stop();
    await running?.close();
    await mail?.close();
  }, LONG);

  it(
    `are all taken, in ${KILLS} deaths, and at most one of each connection twice for each death`,
    async () => {
      const dice = new Dice(SEED);
      const life = lifeOn(running);
      sender.start();
      for (let n = 0; n < KILLS; n++) {
        const before = copies().size;
        const leaving = people.slice(n * PEOPLE_PER_DEATH, (n + 1) * PEOPLE_PER_DEATH);
        const importing = life.importing(leaving);
        // Not all of them have an address for e-mail.
        const enough = before + 1 + dice.below(PEOPLE_PER_DEATH / 3);
        await eventually(async () => expect(copies().size).toBeGreaterThanOrEqual(enough), LONG);
        await pause(dice.below(10));
        await sender.kill();
        await importing;
      }
      const facts = await running.inside((platform) => factsIn(platform, 0n, ['space']));
      const channels = facts.flatMap(({ event }) =>
        event.type === 'InvitationSent' ? [(event as Of<SpaceEvent, 'InvitationSent'>).channel] : [],
      );
      expect(channels).toHaveLength(people.length);
      const byMail = channels.filter((channel) => channel === 'EMAIL').length;
      await eventually(async () => expect(copies().size).toBe(byMail), LONG);
      await eventually(async () => expect(await receivedIn(running.settings.outboxDir)).toHaveLength(people.length - byMail), LONG);
      // Whoever would send again does it now.
      await sender.ready();
      expect(await sender.stop()).toBe(0);
      expect(sender.fallen).toEqual([]);
      const doubled = mail.mails.length - byMail;
      process.stdout.write(`mail kills: seed ${SEED}, ${KILLS} deaths, ${byMail} messages taken, ${doubled} of them once more\n`);
      expect(copies().size).toBe(byMail);
      expect(doubled).toBeLessThanOrEqual(KILLS * MOST_AT_ONCE);
    },
    LONG,
  );

  it('reach each person under one Message-ID, by which a second copy is known, and a second copy is the first to the byte', () => {
    const idsOf = new Map<string, Set<string>>();
    for (const one of mail.mails) idsOf.set(addressOf(one), (idsOf.get(addressOf(one)) ?? new Set()).add(idOf(one)));
    expect([...idsOf.values()].filter((ids) => ids.size > 1)).toEqual([]);
    expect(idsOf.size).toBe(copies().size);
    for (const its of copies().values()) expect(new Set(its).size).toBe(1);
  });
});
