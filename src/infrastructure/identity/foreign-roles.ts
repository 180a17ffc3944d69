import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassageRecorder } from '../../application/shared/passage-recorder.js';
import type { Actor } from '../../domain/shared/actor.js';
import { Log } from '../log.js';

/** Told when a sound token claims a role that its issuer may not give, or that nobody has here: employers and insurers never do (CSP L.1111-18). */
export abstract class ForeignRoles {
  /** Resolves when it is remembered. Throws StoreUnavailable when that could not be done in time. */
  abstract met(issuer: string): Promise<void>;
}

const NOBODY: Actor = { role: 'bearer' };

/** Rings the alarm, and writes a line that lasts: one a minute at most, without a word on who it was. */
@Injectable()
export class RememberedForeignRoles extends ForeignRoles {
  constructor(
    private readonly recorder: PassageRecorder,
    private readonly log: Log,
  ) {
    super();
  }

  async met(issuer: string): Promise<void> {
    this.log.alarm(`a token of ${issuer} claimed a role that it cannot give`);
    const cause = randomUUID();
    const refusal = { action: 'Identify', target: '', reason: 'role-not-recognised' };
    await this.recorder.refuse(NOBODY, refusal, { who: NOBODY, cause, corr: cause });
  }
}
