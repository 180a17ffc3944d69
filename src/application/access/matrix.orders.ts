import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { accessPolicy } from '../../domain/access/access-policy.js';
import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import { HABILITATIONS, matrixOf } from '../../domain/access/matrix-version.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import { CodeTables } from '../record/code-tables.js';
import type { Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Clock } from '../shared/ports.js';
import { Matrices, NoMatrixInForce } from './matrices.js';
import { knownCodes, proposalOf, rowsOf, type MatrixFile } from './matrix-file.js';
import { ProposeMatrixVersion } from './matrix.commands.js';

/** What a file would change for one profession, `<system>|<code>`: types and rubrics. `row`: whether people of it take part in care at all. */
export interface MatrixChange {
  readonly profession: string;
  readonly row: 'KEPT' | 'GAINED' | 'LOST';
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** No version yet: every row of a file is gained. */
const NOTHING: HabilitationMatrix = { version: 0, professions: new Set(), allowed: new Set() };

/** Versions of the authorisation matrix, as operators bring them. */
@Injectable()
export class MatrixOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly matrices: Matrices,
    private readonly tables: CodeTables,
    private readonly clock: Clock,
  ) {}

  /** What this file would change of the version that is in force now: only professions with a change. Throws FaultyFile. */
  async rehearse(file: MatrixFile): Promise<readonly MatrixChange[]> {
    const after = matrixOf({ version: 0, rows: rowsOf(file, knownCodes(this.tables)) });
    return changesBetween(await this.now(), after);
  }

  /**
   * Proposes the file as the next version, in force from `from`, or as soon as notice allows. Throws FaultyFile before anything is written, Refused.
   * The reason is kept encrypted, with the name of who proposed it; what is published names nobody.
   */
  async propose(
    file: MatrixFile,
    { reason, from }: { readonly reason: string; readonly from?: Instant },
    caller: Caller,
  ): Promise<Receipt> {
    const appliesFrom = from ?? instantOf(epochOf(this.clock.now()) + 2 * accessPolicy.matrixNotice);
    return this.bus.execute(new ProposeMatrixVersion(HABILITATIONS, proposalOf(file, this.tables, { appliesFrom, reason }), caller));
  }

  private async now(): Promise<HabilitationMatrix> {
    try {
      return await this.matrices.inForce(this.clock.now());
    } catch (error) {
      if (error instanceof NoMatrixInForce) return NOTHING;
      throw error;
    }
  }
}

/** Types that one has and the other has not, by profession. */
const cellsOf = ({ allowed }: HabilitationMatrix, without: HabilitationMatrix): ReadonlyMap<string, readonly string[]> => {
  const cells = new Map<string, string[]>();
  for (const cell of allowed) {
    if (without.allowed.has(cell)) continue;
    const [profession = '', type = ''] = cell.split(' ');
    cells.set(profession, [...(cells.get(profession) ?? []), type]);
  }
  return cells;
};

function changesBetween(before: HabilitationMatrix, after: HabilitationMatrix): readonly MatrixChange[] {
  const gained = cellsOf(after, before);
  const lost = cellsOf(before, after);
  const rowOf = (profession: string): MatrixChange['row'] => {
    if (!before.professions.has(profession)) return 'GAINED';
    return after.professions.has(profession) ? 'KEPT' : 'LOST';
  };
  return [...new Set([...after.professions, ...before.professions])]
    .map((profession) => ({
      profession,
      row: rowOf(profession),
      gained: gained.get(profession) ?? [],
      lost: lost.get(profession) ?? [],
    }))
    .filter(({ row, gained: more, lost: less }) => row !== 'KEPT' || more.length > 0 || less.length > 0);
}
