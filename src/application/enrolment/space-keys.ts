import { Injectable } from '@nestjs/common';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { KeyVault } from '../shared/key-vault.js';
import { Journal, KeyGone } from '../shared/ports.js';

/** The keys of a space follow its status: what lies in a closed space is archived, what lies in a reopened one is in use again. */
@Injectable()
export class SpaceKeys {
  constructor(
    private readonly journal: Journal,
    private readonly vault: KeyVault,
  ) {}

  /**
   * Brings the keys level with the stream of the space, whoever else does so at the same moment: who wrote last has looked last. Doing it again changes
   * nothing. A space that is being destroyed stays shut. Throws StoreUnavailable.
   */
  async settle(space: string): Promise<void> {
    for (let seen = await this.look(space); seen !== null;) {
      await this.vault.moveContent(space, seen.open ? 'active' : 'archived');
      const again = await this.look(space);
      if (again?.revision === seen.revision) return;
      seen = again;
    }
  }

  private async look(space: string): Promise<{ readonly open: boolean; readonly revision: number } | null> {
    try {
      const { facts, revision } = await this.journal.read<SpaceEvent>(`space-${space}` as StreamName);
      const last = facts.findLast(({ event: { type } }) => type === 'SpaceClosed' || type === 'SpaceReopened');
      return last ? { open: last.event.type === 'SpaceReopened', revision } : null;
    } catch (error) {
      if (error instanceof KeyGone) return null;
      throw error;
    }
  }
}
