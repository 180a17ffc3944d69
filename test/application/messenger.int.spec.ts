import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { Messenger } from '../../src/application/enrolment/messenger.js';
import { OpenAutomatically } from '../../src/application/enrolment/space.commands.js';
import { frenchDay } from '../../src/application/shared/paris-words.js';
import { policy } from '../../src/domain/enrolment/policy.js';
import type { SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import { idOf, type Recorded } from '../../src/domain/shared/fact.js';
import { deadlineAfter } from '../../src/domain/shared/time.js';
import {
  RefusedForNow,
  StoreUnavailable,
  Undeliverable,
  type Clock,
  type Message,
  type Outbox,
  Alarm,
} from '../../src/application/shared/ports.js';
import { codeIn, receivedBy, receivedIn } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { alone } from '../support/alone.js';
import { adult } from '../support/beneficiary-lines.js';
import { callerAs, campaignWorld, operator, type CampaignWorld } from '../support/campaign-world.js';

const ID = 'autumn';
const people = [...inventPeople({ count: 40, seed: 'mail', year: 2026, children: 0 })];

let world: CampaignWorld;
beforeEach(async () => {
  world = await campaignWorld();
  await world.open(ID);
});
afterEach(() => world.close());

/** Lets reaction and messenger take everything that lies in the log, and stops them. */
async function deliverAll(messenger?: Messenger): Promise<void> {
  await world.react();
  const follower = world.follower(messenger);
  await alone(world.log.pools.pool('mes_projector'), follower, await world.log.store.head());
}
const received = () => receivedIn(join(world.folder, 'outbox'));
const handleOf = async (ins: string) => (await world.log.registry.byIns(ins))?.handle ?? '';
const through = (outbox: Outbox, clock: Clock = world.clock) =>
  new Messenger(world.log.journal, world.log.secrets, outbox, world.module.get(CommandBus), clock, world.module.get(Alarm));
const lastInvitation = async (): Promise<Recorded<SpaceEvent>> => {
  const { id = '' } = (await world.log.registry.byIns(adult.ins)) ?? {};
  const sent = (await world.log.journal.read<SpaceEvent>(`space-${id}`)).facts.findLast(({ event }) => event.type === 'InvitationSent');
  if (sent === undefined) throw new Error('nobody was invited');
  return sent;
};

describe('the messenger', () => {
  it('brings each invited person one message, with a code that works', async () => {
    await world.import(ID, [adult, ...people]);
    await deliverAll();
    const messages = await received();
    expect(messages).toHaveLength(41);
    const [mine] = receivedBy(adult, messages);
    const code = (mine && codeIn(mine)) ?? '';
    const bearer = callerAs({ role: 'bearer' });
    await world.orders.oppose(
      { code: code.toLowerCase(), vitaleSerial: adult.vitale_serial, birthDate: adult.birth_date as never },
      bearer,
    );
    await deliverAll();
    expect(
      receivedBy(adult, await received())
        .map(({ text }) => text)
        .join(),
    ).toContain('Aucun espace ne sera ouvert');
  });

  it('that begins again from nothing writes the same files', async () => {
    await world.import(ID, people);
    await deliverAll();
    const before = await readdir(join(world.folder, 'outbox'), { recursive: true });
    await world.log.pools.pool('mes_projector').query('TRUNCATE process.checkpoint');
    await deliverAll();
    expect((await readdir(join(world.folder, 'outbox'), { recursive: true })).sort()).toEqual(before.sort());
  });

  it('goes on where it stopped', async () => {
    await world.import(ID, people);
    await deliverAll();
    const told: Message[] = [];
    await deliverAll(through({ deliver: async (message) => void told.push(message) }));
    expect(told).toEqual([]);
  });

  it('tries again what the outbox could not take, and loses nothing', async () => {
    await world.import(ID, people.slice(0, 3));
    let failures = 2;
    const outbox: Outbox = {
      deliver: async (message) => {
        if (failures-- > 0) throw new Error('the disk is full');
        await world.outbox.deliver(message);
      },
    };
    await deliverAll(through(outbox));
    expect(world.troubles).toHaveLength(2);
    expect(await received()).toHaveLength(3);
  });

  it('goes on by itself when events could not be opened for a while, and loses nothing', async () => {
    await world.import(ID, people.slice(0, 3));
    const follower = world.follower(world.module.get(Messenger), {
      decodeBatch: async (events) => {
        if (world.troubles.length === 0) throw new StoreUnavailable('the vault is away');
        return world.log.journal.decodeBatch(events);
      },
      standstill: () => world.log.journal.standstill(),
    });
    await alone(world.log.pools.pool('mes_projector'), follower, await world.log.store.head());
    expect(world.troubles).toHaveLength(1);
    expect(await received()).toHaveLength(3);
  });

  it('sends a letter, with a new code, after an e-mail that bounced', async () => {
    await world.import(ID, [adult]);
    await deliverAll();
    await world.orders.reportBounce(await handleOf(adult.ins), '550', callerAs(operator));
    await deliverAll();
    await deliverAll();
    const mine = receivedBy(adult, await received());
    expect(mine.map(({ channel }) => channel)).toEqual(['email', 'post']);
    expect(new Set(mine.map(codeIn)).size).toBe(2);
    expect((await world.events()).counts).toMatchObject({ InvitationBounced: 1, InvitationSent: 2 });
  });

  it('holds the letter back while the campaign is paused; the file run again after that sends it', async () => {
    await world.import(ID, [adult]);
    await world.campaigns.pause(ID, 'leaflet', callerAs(operator));
    await world.orders.reportBounce(await handleOf(adult.ins), '550', callerAs(operator));
    await deliverAll();
    expect((await world.events()).counts['InvitationSent']).toBe(1);
    await world.campaigns.resume(ID, callerAs(operator));
    await world.import(ID, [adult]);
    expect((await world.events()).counts['InvitationSent']).toBe(2);
  });

  it('takes an address that the mail server refuses for a bounce', async () => {
    await world.import(ID, [adult]);
    const outbox: Outbox = {
      deliver: async (message) => {
        if (message.channel === 'EMAIL') throw new Undeliverable('refused');
        await world.outbox.deliver(message);
      },
    };
    for (let round = 0; round < 3; round++) await deliverAll(through(outbox));
    expect(receivedBy(adult, await received()).map(({ channel }) => channel)).toEqual(['post']);
    expect((await world.events()).counts).toMatchObject({ InvitationBounced: 1, InvitationSent: 2 });
  });

  it('writes a letter to somebody whose e-mail was put off for five days, and waits until then', async () => {
    await world.hour(12);
    await world.import(ID, [adult]);
    const sending = through({
      deliver: async (message) => {
        if (message.channel === 'EMAIL') throw new RefusedForNow(true);
        await world.outbox.deliver(message);
      },
    });
    // Each day has an information of its own: one that is put off until the next is made anew.
    for (let day = 1; day <= 5; day++) {
      await world.hour(11, day);
      await sending.tell(await lastInvitation());
      await world.react();
      await expect(sending.tell(await lastInvitation())).rejects.toThrow(RefusedForNow);
    }
    await world.hour(13, 5);
    const takesNothing = through({ deliver: () => Promise.reject(new RefusedForNow(false)) });
    await expect(takesNothing.tell(await lastInvitation())).rejects.toThrow(RefusedForNow);
    await sending.tell(await lastInvitation());
    await deliverAll(sending);
    expect(receivedBy(adult, await received()).map(({ channel }) => channel)).toEqual(['post']);
    expect((await world.events()).counts).toMatchObject({ InvitationBounced: 1, InvitationDelayed: 5, InvitationSent: 7 });
  });

  it('sends no information after its day: another one is made, whose days are counted from its sending', async () => {
    await world.hour(12);
    await world.import(ID, [adult]);
    await world.hour(0, 1);
    await deliverAll();
    expect(await received()).toEqual([]);
    await deliverAll();
    const [mine, ...others] = receivedBy(adult, await received());
    expect(others).toEqual([]);
    const { event } = await lastInvitation();
    const { last } = deadlineAfter(world.clock.now(), policy.opposition);
    expect(event).toMatchObject({ channel: 'EMAIL', opposableUntil: last });
    expect(mine?.text).toContain(`jusqu’au ${frenchDay(last)} (inclus)`);
    expect((await world.events()).counts).toMatchObject({ InvitationDelayed: 1, InvitationSent: 2 });
    await deliverAll();
    expect((await world.events()).counts).toMatchObject({ InvitationDelayed: 1, InvitationSent: 2 });
  });

  it('counts what was under way at midnight from the day on which it has certainly left', async () => {
    await world.hour(23);
    await world.import(ID, [adult]);
    const overMidnight: Outbox = {
      deliver: async (message) => {
        await world.outbox.deliver(message);
        await world.hour(0, 1);
      },
    };
    await deliverAll(through(overMidnight));
    await deliverAll();
    expect(receivedBy(adult, await received())).toHaveLength(2);
    expect((await lastInvitation()).event).toMatchObject({ opposableUntil: deadlineAfter(world.clock.now(), policy.opposition).last });
  });

  it('says so once to operators where a space has opened on the strength of an information that had not left', async () => {
    await world.hour(12);
    await world.import(ID, [adult]);
    const { stream, position } = await lastInvitation();
    await world.hour(0, 43);
    const scheduler = { actor: { role: 'system', name: 'scheduler' }, messageId: randomUUID() } as const;
    await world.module.get(CommandBus).execute(new OpenAutomatically(idOf(stream), {}, scheduler));
    await deliverAll();
    await deliverAll();
    expect(world.alarms).toEqual([
      `a space opened by itself, whose information had not left on its day: the event at position ${position}`,
    ]);
    expect((await world.events()).counts).toMatchObject({ InvitationSent: 1, SpaceOpened: 1 });
    expect(receivedBy(adult, await received())).toHaveLength(1);
  });

  it('puts no name, number, address or code into what it complains about or how files are called', async () => {
    await world.import(ID, [adult]);
    await deliverAll();
    const [message] = await received();
    const raw = await readFile(message?.path ?? '', 'utf8');
    expect(raw).toContain('Garance');
    const path = (message?.path ?? '').slice(world.folder.length).toLowerCase();
    for (const canary of ['garance', 'essayan', adult.ins, adult.vitale_serial]) expect(path).not.toContain(canary);
  });
});
