import type { Chain } from '../../src/application/shared/chained-orders.js';
import { CommandExecutor } from '../../src/application/shared/command-executor.js';
import { orderOf } from '../../src/application/shared/domain-command.js';
import { Inviter } from '../../src/application/enrolment/inviter.js';
import { judgeLine } from '../../src/application/enrolment/beneficiary-line.js';
import { Refused } from '../../src/application/shared/refused.js';
import { space } from '../../src/domain/enrolment/space.js';
import type { SpaceCommand } from '../../src/domain/enrolment/space-vocabulary.js';
import { IMPORTER } from '../../src/domain/shared/actor.js';
import { parisDay, type Instant } from '../../src/domain/shared/time.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { campaignWorld, type CampaignWorld } from '../support/campaign-world.js';

const ID = '2026-cpam-031';
const crowd = [...inventPeople({ count: 120, seed: 'chains', year: 2026, children: 0 })];

let world: CampaignWorld;
let executor: CommandExecutor;
beforeEach(async () => {
  world = await campaignWorld();
  await world.open(ID);
  executor = world.module.get(CommandExecutor);
});
afterEach(() => world.close());

/** Declares a person, then invites him. */
async function chainOf(person: (typeof crowd)[number]): Promise<Chain<SpaceCommand>> {
  const verdict = judgeLine(person, { today: parisDay('2026-06-01T12:00:00.000Z' as Instant), production: false });
  if (!verdict.accepted) throw new Error(verdict.code);
  const address = await world.log.registry.reserve(verdict.beneficiary.ins);
  if (address === 'suppressed') throw new Error('nobody asked for that');
  const wish = { beneficiary: verdict.beneficiary, handle: address.handle, campaign: ID };
  const invitation = world.module.get(Inviter).invitation(address.id, ID, IMPORTER, []);
  if (invitation === null) throw new Error('there is one for whoever has none');
  return [
    orderOf<SpaceCommand>('DeclareEligible', address.id, wish, { actor: IMPORTER, messageId: `declare-${address.id}` }),
    orderOf<SpaceCommand>('InviteHolder', address.id, invitation.wish, invitation.sender),
  ];
}
const chains = (): Promise<readonly Chain<SpaceCommand>[]> => Promise.all(crowd.map(chainOf));

describe('Many orders together', () => {
  it('write what they write one by one: each fact with the mark of its own order', async () => {
    const all = await chains();
    const [alone, ...together] = all;
    if (alone === undefined) throw new Error('nobody');
    for (const order of alone) await executor.execute(space, order);
    await executor.executeMany(space, together);
    const facts = async (chain: Chain<SpaceCommand>) =>
      (await world.log.journal.read(`space-${chain[0]?.id ?? ''}`)).facts.map(({ event, rev, meta: { cause } }) => [
        event.type,
        rev,
        cause,
      ]);
    for (const chain of all) {
      const [declare, invite] = chain.map(({ messageId }) => messageId);
      expect(await facts(chain)).toEqual([
        ['PersonDeclaredEligible', 0, declare],
        ['InvitationSent', 1, invite],
        ['ProvisionalCodeIssued', 2, invite],
      ]);
    }
  });

  it('done again change nothing, and have receipts again', async () => {
    const all = await chains();
    await executor.executeMany(space, all);
    const head = await world.log.store.head();
    const answers = (await executor.executeMany(space, all)).flat();
    expect(answers).toHaveLength(crowd.length * 2);
    expect(answers.every((answer) => !(answer instanceof Error))).toBe(true);
    expect(await world.log.store.head()).toBe(head);
  });

  it('give the receipt of the last fact that they brought about, so that whoever waits for it sees them all', async () => {
    const [chain] = await chains();
    const [answers] = await executor.executeMany(space, [chain as Chain<SpaceCommand>]);
    const positions = (answers ?? []).map((answer) => (answer instanceof Error ? null : world.log.secrets.positionOf(answer.position)));
    expect(positions).toEqual([await world.log.store.head(), await world.log.store.head()]);
  });

  it('end a chain at a refusal, and no other chain', async () => {
    const [first, second] = await chains();
    const stranger = { ...(first?.[1] as Chain<SpaceCommand>[number]), id: '00000000-0000-4000-8000-000000000001' };
    const answers = await executor.executeMany(space, [[stranger, stranger], second as Chain<SpaceCommand>]);
    expect(answers[0]).toEqual([expect.any(Refused), expect.any(Refused)]);
    expect(answers[1]?.some((answer) => answer instanceof Error)).toBe(false);
  });

  it('that meet somebody faster are decided anew, alone: both see the same facts, once', async () => {
    const all = await chains();
    const [left, right] = await Promise.all([executor.executeMany(space, all), executor.executeMany(space, all)]);
    expect([...left, ...right].flat().filter((answer) => answer instanceof Error)).toEqual([]);
    expect((await world.events()).counts).toMatchObject({
      PersonDeclaredEligible: crowd.length,
      InvitationSent: crowd.length,
      ProvisionalCodeIssued: crowd.length,
    });
  });
});
