import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import { AccessOrders } from '../../src/application/access/access.orders.js';
import { Patients } from '../../src/application/access/patients.js';
import { DeclareEligible } from '../../src/application/enrolment/space.commands.js';
import { SpaceOrders } from '../../src/application/enrolment/space.orders.js';
import type { Caller } from '../../src/application/shared/caller.js';
import { Refused } from '../../src/application/shared/refused.js';
import type { AccessEvent } from '../../src/domain/access/access-vocabulary.js';
import type { Beneficiary } from '../../src/domain/enrolment/beneficiary.js';
import { IMPORTER, type Actor } from '../../src/domain/shared/actor.js';
import type { Instant, LocalDate } from '../../src/domain/shared/time.js';
import * as p from '../personas/index.js';
import { allOf } from '../infrastructure/event-store/samples.js';
import * as s from '../support/access-stories.js';
import { openWorld, type Invited, type World } from '../support/world.js';

let world: World;
let orders: AccessOrders;
let patients: Patients;
let alice: Invited;
let invited: Invited;

const caller = (actor: Actor, messageId: string = randomUUID()): Caller => ({ actor, messageId, receivedAt: world.clock.now() });
const refusal = async (answer: Promise<unknown>): Promise<string> => {
  try {
    return JSON.stringify(await answer);
  } catch (error) {
    if (error instanceof Refused) return error.rejection.rejected;
    throw error;
  }
};
const accessOf = async ({ address }: Invited) =>
  (await world.log.journal.read<AccessEvent>(`access-${address.id}`)).facts.map(({ event }) => event);
const UNKNOWN = '287014499991255';

/** Somebody under eighteen, declared. */
const child = async (): Promise<string> => {
  const address = await world.log.registry.reserve('215067599990124');
  if (address === 'suppressed') throw new Error('nobody is suppressed here');
  const beneficiary: Beneficiary = { ...p.BRUNO, ins: '215067599990124', birthDate: '2015-06-02' as LocalDate };
  const wish = { beneficiary, handle: address.handle, campaign: 'test' };
  await world.app.get(CommandBus).execute(new DeclareEligible(address.id, wish, { actor: IMPORTER, messageId: randomUUID() }));
  return address.handle;
};

beforeAll(async () => {
  world = await openWorld();
  orders = world.app.get(AccessOrders);
  patients = world.app.get(Patients);
  alice = await world.invite();
  invited = await world.invite();
  const letter = { ...alice.letter, birthDate: alice.letter.birthDate as LocalDate };
  await world.app.get(SpaceOrders).activate(letter, p.TERMS, caller(p.alice));
});
afterAll(() => world.close());

describe('A professional who looks for a patient', () => {
  it('is told that there is a space, and which consent is missing', async () => {
    expect(await patients.find(alice.ins, caller(s.asking(s.doctor)))).toEqual({
      space: alice.address.handle,
      status: 'OPEN',
      access: { reading: false, missing: 'CONSENT' },
    });
    const work = await patients.find(alice.ins, caller(s.asking(s.workDoctor)));
    expect(work.access).toEqual({ reading: false, missing: 'EXPRESS_CONSENT' });
  });

  it('who is blocked looks like somebody without a consent, medicine at work too', async () => {
    const missing = async () => {
      const found = await Promise.all([s.doctor, s.workDoctor].map((one) => patients.find(alice.ins, caller(s.asking(one)))));
      return found.map(({ access }) => access);
    };
    const before = await missing();
    for (const { id } of [s.doctor, s.workDoctor]) await orders.blockProfessional(alice.address.handle, id, caller(p.alice));
    expect(await missing()).toEqual(before);
    for (const { id } of [s.doctor, s.workDoctor]) await orders.unblockProfessional(alice.address.handle, id, caller(p.alice));
  });

  it('gets one answer for somebody without a space and for nobody, after writing as many lines', async () => {
    const looked = async (ins: string) => {
      const before = await world.log.journal.head();
      const found = await patients.find(ins, caller(s.asking(s.doctor)));
      return { found, lines: (await allOf(world.log.store, before)).length };
    };
    await looked(UNKNOWN);
    const [somebody, nobody] = [await looked(invited.ins), await looked(UNKNOWN)];
    expect(nobody).toEqual(somebody);
    expect(nobody).toEqual({ found: { space: null, status: 'NONE', access: { reading: false, missing: null } }, lines: 1 });
    const { facts } = await world.log.journal.read(`passage-${invited.address.id}`);
    expect(facts.map(({ event }) => event)).toMatchObject([{ type: 'AccessGranted', action: 'FindPatient' }]);
  });

  it('must be one who may have to feed a record, and name a number that can be one', async () => {
    expect(await refusal(patients.find(alice.ins, caller(p.bruno)))).toBe('access/not-allowed');
    expect(await refusal(patients.find('not a number', caller(p.bruno)))).toBe('access/not-allowed');
    expect(await refusal(patients.find('287014499991256', caller(s.asking(s.doctor))))).toBe('identity/ins-wrong-key');
  });

  it('may be software, which is told of its consent to feed and never reads', async () => {
    const grantee = s.placeOf(s.CLINIC);
    const feeding = { grantee, basis: 'CARE_TEAM', scope: ['FEED'], means: 'ELECTRONIC', informed: true } as const;
    expect((await patients.find(alice.ins, caller(s.software()))).access).toEqual({ reading: false, missing: 'CONSENT' });
    await orders.recordConsent(alice.address.handle, feeding, caller(s.software()));
    expect((await patients.find(alice.ins, caller(s.software()))).access).toEqual({ reading: false, missing: null });
    expect((await patients.find(alice.ins, caller(s.insurer))).access).toEqual({ reading: false, missing: null });
  });
});

describe('A code of the holder', () => {
  it('is told once, to the holder, with its validity; used as it was read out it opens at once', async () => {
    const message = caller(p.alice);
    const { handle } = alice.address;
    const granted = await orders.grantTemporaryAccess(handle, undefined, message);
    expect(granted.code).toMatch(/^[2-9A-HJ-KMNP-TV-Z]{8}$/);
    expect(granted.minutes).toBe(24 * 60);
    expect(granted.usableUntil).toBe(p.later(message.receivedAt, 15 * 60_000));
    const again = await orders.grantTemporaryAccess(handle, undefined, { ...message, receivedAt: p.later(message.receivedAt, 60_000) });
    expect(again).toMatchObject({ code: granted.code, usableUntil: granted.usableUntil });

    const doctor = s.asking(s.stranger);
    expect(await refusal(orders.useTemporaryAccess(handle, 'WRONG234', caller(doctor)))).toBe('access/code-wrong');
    const readOut = `${granted.code.slice(0, 4).toLowerCase()} ${granted.code.slice(4)}`;
    await orders.useTemporaryAccess(handle, readOut, caller(doctor));
    expect((await patients.find(alice.ins, caller(doctor))).access).toEqual({ reading: true, missing: null });
    expect(JSON.stringify(await accessOf(alice))).not.toContain(granted.code);
  });
});

describe('What is taken away', () => {
  it('is gone with the very next question', async () => {
    const doctor = s.asking(s.colleague);
    const { handle } = alice.address;
    const consent = { grantee: s.oneOf(s.colleague), basis: 'EXPLICIT', scope: ['CONSULT'], means: 'ORAL', informed: true } as const;
    const reading = async () => (await patients.find(alice.ins, caller(doctor))).access.reading;
    await orders.recordConsent(handle, consent, caller(doctor));
    expect(await reading()).toBe(true);
    await orders.blockProfessional(handle, s.colleague.id, caller(p.alice));
    expect(await reading()).toBe(false);
    await orders.unblockProfessional(handle, s.colleague.id, caller(p.alice));
    expect(await reading()).toBe(true);
    await orders.withdrawConsent(handle, consent.grantee, caller(p.alice));
    expect(await reading()).toBe(false);
  });
});

describe('An emergency', () => {
  it('is opened in its own mode, and remembered with its reason', async () => {
    const emergency = { mode: 'bris_de_glace', reason: 'personne inconsciente' } as const;
    await orders.openEmergencyAccess(alice.address.handle, emergency, caller(s.asking(s.regulator)));
    expect(await accessOf(alice)).toContainEqual(
      expect.objectContaining({ type: 'BreakGlassUsed', professional: s.regulator.id, ...emergency }),
    );
    const samu = { ...emergency, mode: 'centre_15' } as const;
    expect(await refusal(orders.openEmergencyAccess(alice.address.handle, samu, caller(s.asking(s.doctor))))).toBe('access/not-regulating');
  });
});

describe('A legal representative', () => {
  const reason = 'jugement';
  it('is the account of a space of his own, until the eighteenth birthday of the child', async () => {
    const handle = await child();
    const link = (representative: string, actor: Actor = p.agent) => orders.linkLegalRepresentative(handle, representative, caller(actor));
    expect(await refusal(link(alice.address.handle, p.alice))).toBe('access/not-allowed');
    expect(await refusal(link(invited.address.handle))).toBe('access/representative-without-account');
    expect(await refusal(link(randomUUID()))).toBe('access/nothing-here');
    await link(alice.address.handle);
    const address = await world.log.registry.byHandle(handle);
    const { facts } = await world.log.journal.read<AccessEvent>(`access-${address?.id ?? ''}`);
    const until = '2033-06-01T22:00:00.000Z' as Instant;
    expect(facts.map(({ event }) => event)).toEqual([{ type: 'LegalRepresentativeLinked', v: 1, subject: p.alice.subject, until }]);
    await orders.endLegalRepresentation(handle, { representative: alice.address.handle, reason }, caller(p.agent));
  });

  it('is none any more under the account that his space had then, when he came back with another one', async () => {
    const handle = await child();
    await orders.linkLegalRepresentative(handle, alice.address.handle, caller(p.agent));
    const { id } = alice.address;
    const { revision } = await world.log.journal.read(`space-${id}`);
    const meta = { who: p.alice, cause: 'c', corr: 'c', command: { id: 'c', digest: '' } };
    const back = { ...p.reopened, subject: p.bruno.subject };
    await world.log.journal.append({
      stream: `space-${id}`,
      expected: revision,
      facts: [p.closedByHolder, back],
      at: world.clock.now(),
      meta,
    });
    const ending = caller(p.agent);
    await orders.endLegalRepresentation(handle, { representative: alice.address.handle, reason }, ending);
    await orders.endLegalRepresentation(handle, { representative: alice.address.handle, reason }, ending);
    const address = await world.log.registry.byHandle(handle);
    const { facts } = await world.log.journal.read<AccessEvent>(`access-${address?.id ?? ''}`);
    const ended = { type: 'LegalRepresentationEnded', v: 1, subject: p.alice.subject, reason: 'jugement' };
    expect(facts.slice(-2).map(({ event }) => event)).toEqual([expect.objectContaining({ type: 'LegalRepresentativeLinked' }), ended]);
  });

  it('whose own space is gone is one no more when the links of the child end', async () => {
    const handle = await child();
    await orders.linkLegalRepresentative(handle, alice.address.handle, caller(p.agent));
    expect(await refusal(orders.endLegalRepresentation(handle, { representative: randomUUID(), reason }, caller(p.agent)))).toBe(
      'access/nothing-here',
    );
    expect(await refusal(orders.endLegalRepresentation(handle, { all: true, reason }, caller(p.alice)))).toBe('access/not-allowed');
    for (const unclear of [{ reason }, { all: false, reason }, { all: true, representative: alice.address.handle, reason }])
      expect(await refusal(orders.endLegalRepresentation(handle, unclear, caller(p.agent)))).toBe('access/representative-or-all');
    await orders.endLegalRepresentation(handle, { all: true, reason }, caller(p.agent));
    const address = await world.log.registry.byHandle(handle);
    const { facts } = await world.log.journal.read<AccessEvent>(`access-${address?.id ?? ''}`);
    expect(facts.slice(-2).map(({ event }) => event.type)).toEqual(['LegalRepresentativeLinked', 'LegalRepresentationEnded']);
  });

  it('is not linked to an adult, nor to himself', async () => {
    const link = (handle: string) => orders.linkLegalRepresentative(handle, alice.address.handle, caller(p.agent));
    expect(await refusal(link(invited.address.handle))).toBe('access/already-adult');
    expect(await refusal(link(alice.address.handle))).toBe('access/not-yourself');
  });
});
