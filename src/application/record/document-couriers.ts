import type { CommandBus } from '@nestjs/cqrs';
import type { AnnouncementWish } from '../../domain/record/announcement.js';
import type { DestructionWish } from '../../domain/record/document-destruction.js';
import type { Courier, Couriers } from '../shared/wishes.js';
import type { DocumentDestruction } from './document-destruction.js';
import type { RevokedDeposits } from './revoked-deposits.js';
import { RemindUnderVeil, RevealUnderVeil } from './record.commands.js';

/** To a veil: what its stream does not say, whose space it is, the wish says. */
const toVeil =
  (bus: CommandBus, Command: typeof RemindUnderVeil | typeof RevealUnderVeil): Courier =>
  (id, wish, sender) => {
    const { document, space } = wish as AnnouncementWish;
    return bus.execute(new Command(id, { document }, { ...sender, space }));
  };

/** Who carries the wishes of the process `announcement`. */
export const announcementCouriers = (bus: CommandBus): Couriers => ({
  RemindOfAnnouncement: toVeil(bus, RemindUnderVeil),
  RevealDocument: toVeil(bus, RevealUnderVeil),
});

/** Who carries the wishes of the process `revoked-opening`. */
export const revocationCouriers = (deposits: RevokedDeposits): Couriers => ({
  DiscardDeposits: (space, _, sender) => deposits.discard(space, sender),
});

/** Who carries the wishes of the process `document-destruction`. */
export const destructionCouriers = (destruction: DocumentDestruction): Couriers => ({
  DestroyDocument: (_, wish) => destruction.destroy(wish as DestructionWish),
});
