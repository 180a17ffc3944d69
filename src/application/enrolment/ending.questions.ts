import { Injectable } from '@nestjs/common';
import type { DestructionGround } from '../../domain/shared/destruction-ground.js';
import { nothingHere } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';

/** How a space stands, or stood, with regard to its end. */
export interface EndingPreview {
  readonly archivedUntil: Instant | null;
  /** From when on it is destroyed because its holder asked for it. */
  readonly erasureOn: Instant | null;
  /** Legal holds that stand. */
  readonly holds: readonly string[];
  /** On which ground its destruction was requested; null while it was not. */
  readonly requested: DestructionGround | null;
  /** Why it may be destroyed; null when it may not. */
  readonly due: DestructionGround | null;
  /** What would be destroyed. */
  readonly streams: number;
  readonly events: number;
}

/** What would come of destroying a space. */
export abstract class EndingPreviews {
  /** At this moment; null when there is no such space, or nothing of it can be read any more. */
  abstract preview(handle: string, moment: Instant): Promise<EndingPreview | null>;
}

/** Questions about the end of a space: of those who keep archives, and of those who watch over them. */
@Injectable()
export class EndingQuestions {
  constructor(
    private readonly gate: Gate,
    private readonly registry: IdentityRegistry,
    private readonly previews: EndingPreviews,
    private readonly clock: Clock,
  ) {}

  /** Through the gate first, whoever asks and whether or not there is such a space: who may not ask learns nothing. */
  async ending(handle: string, caller: Caller): Promise<EndingPreview> {
    const { actor, messageId, purpose, asOf } = askingOf(caller, this.clock.now());
    const address = await this.registry.byHandle(handle);
    const { moment } = await this.gate.pass({ actor, action: 'PreviewEnding', space: address?.id ?? null, messageId, purpose, asOf });
    const preview = await this.previews.preview(handle, moment);
    if (preview === null) throw new Refused(nothingHere);
    return preview;
  }
}
