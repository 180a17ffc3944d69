import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { nothingHere } from '../../domain/shared/rejection.js';
import type { PageRequest } from '../record/record.queries.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import { endsTooEarly } from '../../domain/access/mask-rules.js';
import { Refused } from '../shared/refused.js';
import { ListMyActs, ListMyPatients, type MyActPage, type MyPatientPage } from './practice.queries.js';
import { GetDossier, ListRights, PreviewMask, type Dossier, type MaskPreview, type MaskWish, type Rights } from './rights.queries.js';

/** Every question about rights, and what professionals ask about themselves, that reaches us through a door. */
@Injectable()
export class AccessQuestions {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
  ) {}

  /** Who has access to a space and why. */
  async rights(handle: string, caller: Caller): Promise<Rights> {
    return this.bus.execute(new ListRights(await this.registry.idOf(handle), this.asking(caller)));
  }

  /** Who would lose sight of what. Throws Refused when the mask would end before it begins, as the mask itself would be. */
  async previewMask(handle: string, wish: MaskWish, caller: Caller): Promise<MaskPreview> {
    const asking = this.asking(caller);
    if (wish.kind === 'SETS' && wish.until !== null && wish.until <= (wish.from ?? this.clock.now())) throw new Refused(endsTooEarly);
    return this.bus.execute(new PreviewMask(await this.registry.idOf(handle), asking, wish));
  }

  async dossier(handle: string, caller: Caller): Promise<Dossier> {
    const dossier = await this.bus.execute(new GetDossier(await this.registry.idOf(handle), this.asking(caller)));
    if (dossier === null) throw new Refused(nothingHere);
    return dossier;
  }

  async myPatients(page: PageRequest, caller: Caller): Promise<MyPatientPage> {
    return this.bus.execute(new ListMyPatients(this.asking(caller), page));
  }

  async myActs(page: PageRequest, caller: Caller): Promise<MyActPage> {
    return this.bus.execute(new ListMyActs(this.asking(caller), page));
  }

  private asking(caller: Caller) {
    return askingOf(caller, this.clock.now());
  }
}
