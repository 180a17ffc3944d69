import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { normaliseIns, refusalOfIns } from '../../domain/enrolment/beneficiary.js';
import { nothingHere, reject } from '../../domain/shared/rejection.js';
import { GetActivityHistory, type HistoryPage, type HistoryRequest } from '../history/history.queries.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry, Secrets, type Revision } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { standsStill } from '../shared/wishes.js';
import type { Asking } from '../shared/subject-query.js';
import * as queries from './space.queries.js';
import type { ClosurePreview, SpaceOverview } from './space.queries.js';

/** What a door shows of a space: the overview without what is ours alone, and its ETag. */
export type SpaceView = Omit<SpaceOverview, 'revision'>;
export interface TaggedView {
  readonly view: SpaceView;
  /** HMAC of what the caller sees, quoted as RFC 9110 8.8.3 wants it; never a revision. */
  readonly etag: string;
}

/** Every question about a space that reaches us through a door. */
@Injectable()
export class SpaceQuestions {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  async overview(handle: string, caller: Caller): Promise<TaggedView> {
    return this.tagged(await this.overviewOf(handle, caller));
  }

  async history(handle: string, page: HistoryRequest, caller: Caller): Promise<HistoryPage> {
    return this.bus.execute(new GetActivityHistory(await this.registry.idOf(handle), this.asking(caller), page));
  }

  async closurePreview(handle: string, caller: Caller): Promise<ClosurePreview> {
    // As of a past moment: what closing would have meant then.
    const now = caller.asOf ?? this.clock.now();
    const preview = await this.bus.execute(new queries.PreviewClosure(await this.registry.idOf(handle), this.asking(caller), now));
    if (preview === null) throw new Refused(nothingHere);
    return preview;
  }

  /**
   * The index of today says which spaces an account may hold, whatever moment is asked about: rights are those of today. Each is then asked for
   * as any other, through the gate, with its own line in its history; one that was not there yet, or that stands still, is left out.
   */
  async mine(caller: Caller): Promise<readonly SpaceView[]> {
    const held = await this.bus.execute(new queries.ListMySpaces({ ...this.asking(caller), asOf: undefined }));
    const views: SpaceView[] = [];
    for (const { space } of held) {
      const shown = await this.overview(space, caller).catch(notShown);
      if (shown) views.push(shown.view);
    }
    return views;
  }

  /** The 3422 agent looks a caller up by what he says; who agreed to be found nowhere is not found. */
  async findByIdentity(ins: string, caller: Caller): Promise<SpaceView> {
    const normalised = normaliseIns(ins);
    const refused = refusalOfIns(normalised);
    if (refused) throw new Refused(refused);
    const address = await this.registry.byIns(normalised);
    // Through the gate also when there is nobody: who may not look anybody up must not learn who exists.
    const found = await this.bus.execute(new queries.FindSpaceByIdentity(address?.id ?? null, this.asking(caller)));
    if (found === null) throw new Refused(reject('not-found', 'enrolment/nobody-recognised'));
    return this.tagged(found).view;
  }

  /** The revision behind the ETag the caller decided on. Refuses (412) when it is not the one he saw. */
  async revisionBehind(handle: string, caller: Caller): Promise<Revision> {
    const overview = await this.overviewOf(handle, caller);
    if (this.tagged(overview).etag !== caller.ifMatch) throw new Refused(reject('stale', 'request/changed-meanwhile'));
    return overview.revision;
  }

  private async overviewOf(handle: string, caller: Caller): Promise<SpaceOverview> {
    const overview = await this.bus.execute(new queries.GetSpaceOverview(await this.registry.idOf(handle), this.asking(caller)));
    if (overview === null) throw new Refused(nothingHere);
    return overview;
  }

  private tagged({ revision: _ours, ...view }: SpaceOverview): TaggedView {
    return { view, etag: `"${this.secrets.digest('etag', JSON.stringify(view))}"` };
  }

  private asking(caller: Caller): Asking {
    return askingOf(caller, this.clock.now());
  }
}

/** The index may lag behind the log, and runs ahead of a past moment: a space that went to another account meanwhile, or was not there then, is not shown. */
function notShown(error: unknown): null {
  if (standsStill(error) || (error instanceof Refused && error.rejection.kind === 'not-found')) return null;
  throw error;
}
