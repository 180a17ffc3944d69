import { dayAfter, startOfDay, type Instant } from '../../../domain/shared/time.js';
import { frenchDay, frenchTime } from '../../../application/shared/paris-words.js';
import type { System } from '../system.js';
import { countEvents } from './event-count.js';
import { letterOf, mailOf, spaceOf, today } from './stage.js';
import { TERMS, type Step } from './steps-inviting.js';

const passing: Step = {
  title: 'Six weeks pass',
  async play({ clock, system }) {
    const sent = today({ clock });
    const lines: string[] = [];
    for (const days of [7, 14, 21, 28, 35, 42]) {
      await clock.advanceTo(startOfDay(dayAfter(sent, { days })));
      lines.push(`day ${days}, ${frenchDay(clock.now())}: ${await system.fireDue()} openings due, there is still time to say no`);
    }
    return lines;
  },
};

const openings = async ({ eventStore }: System): Promise<number> => (await countEvents(eventStore)).byType.get('SpaceOpened') ?? 0;

const opening: Step = {
  title: 'Day 43, 00:00 in Paris: where nobody said no, the space opens by itself',
  async play({ clock, system }) {
    const before = await openings(system);
    await clock.advanceTo(startOfDay(dayAfter(today({ clock }), { days: 1 })));
    await system.fireDue();
    await system.waitUntilCaughtUp();
    const opened = (await openings(system)) - before;
    return [`${opened} spaces opened by themselves on ${frenchDay(clock.now())}; whoever said no has none`];
  },
};

const activatingLate: Step = {
  title: 'Somebody activates a space that opened by itself, with a new code',
  async play(stage) {
    const { account, person } = stage.cast.late;
    const card = { ins: person.ins, vitaleSerial: person.vitale_serial, birthDate: person.birth_date, channel: 'EMAIL' };
    await stage.door.ask({ method: 'POST', path: 'provisional-codes', body: card });
    const before = { ...letterOf(person, await mailOf(stage)), terms: TERMS };
    await stage.door.ask({ method: 'POST', path: 'activations', as: account, body: before });
    return [`the old code had expired; ${account} asked for a new one with the card and activated`];
  },
};

const closing: Step = {
  title: 'Alice closes her space, after she has seen what that means',
  async play(stage) {
    await stage.system.waitUntilCaughtUp();
    const space = await spaceOf(stage, 'alice');
    const { etag } = await stage.door.ask({ method: 'GET', path: `spaces/${space}`, as: 'alice' });
    const { body: preview } = await stage.door.ask<{ archivedUntil: { fr: string }; consequences: readonly { fr: string }[] }>({
      method: 'GET',
      path: `spaces/${space}/closure-preview`,
      as: 'alice',
    });
    const unchanged = etag === null ? {} : { ifMatch: etag };
    await stage.door.ask({ method: 'PUT', path: `spaces/${space}/closure`, as: 'alice', body: {}, ...unchanged });
    return [...preview.consequences.map(({ fr }) => `  · ${fr}`), `1 space closed, archived until ${preview.archivedUntil.fr}`];
  },
};

const reopening: Step = {
  title: 'Ten days later she opens it again',
  async play(stage) {
    await stage.clock.advanceTo(startOfDay(dayAfter(today(stage), { days: 10 })));
    await stage.system.waitUntilCaughtUp();
    const space = await spaceOf(stage, 'alice');
    await stage.door.ask({ method: 'PUT', path: `spaces/${space}/reopening`, as: 'alice', body: {} });
    return ['1 space reopened, with its history'];
  },
};

const remembering: Step = {
  title: 'Her history, as she reads it',
  async play(stage) {
    await stage.system.waitUntilCaughtUp();
    const path = `spaces/${await spaceOf(stage, 'alice')}/history`;
    const { body } = await stage.door.ask<{ lines: readonly { on: Instant; fr: string }[] }>({ method: 'GET', path, as: 'alice' });
    return body.lines.map(({ on, fr }) => `  ${frenchDay(on)}, ${frenchTime(on)}  ${fr}`);
  },
};

export const livingSteps: readonly Step[] = [passing, opening, activatingLate, closing, reopening, remembering];
