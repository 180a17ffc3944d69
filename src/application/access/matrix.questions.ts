import { Injectable } from '@nestjs/common';
import { mayRead, professionKey, type HabilitationMatrix } from '../../domain/access/habilitation.js';
import { MATRIX_RUBRICS } from '../../domain/access/matrix-version.js';
import type { Profession } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { CodeTables, type CodeList, type ListName } from '../record/code-tables.js';
import type { Caller } from '../shared/caller.js';
import { Gate } from '../shared/gate.js';
import { Clock } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { Matrices, NoMatrixInForce } from './matrices.js';

/** A code with the name that the lists of today give it; a code that they lost is its own name. */
export interface Named {
  readonly code: string;
  readonly name: string;
}
/** One cell as the holder's application shows it. */
export interface HabilitationCell {
  readonly profession: Named & { readonly system: string };
  /** Class of the document; null for a rubric of the health profile. */
  readonly category: Named | null;
  readonly type: Named;
  readonly consultationAllowed: boolean;
}
/** The version in force at a moment: every profession with every type of document, yes or no. */
export interface HabilitationMatrixView {
  readonly version: number;
  readonly at: Instant;
  readonly rows: readonly HabilitationCell[];
}

const RUBRIC_NAMES: Readonly<Record<(typeof MATRIX_RUBRICS)[number], string>> = {
  VACCINATIONS: 'Vaccinations',
  CARE_HISTORY: 'Historique des soins',
  WISHES: 'Entourage et volontés',
};

/** Questions about the authorisation matrix: GetHabilitationMatrix, for every door. */
@Injectable()
export class MatrixQuestions {
  constructor(
    private readonly gate: Gate,
    private readonly matrices: Matrices,
    private readonly tables: CodeTables,
    private readonly clock: Clock,
  ) {}

  /** At the moment that the caller asks for, now without one; one profession, or all of them. Throws Refused `access/no-matrix-then`. */
  async inForce(caller: Caller, only?: Profession): Promise<HabilitationMatrixView> {
    const { actor, messageId, asOf, purpose } = caller;
    await this.gate.pass({ actor, action: 'GetHabilitationMatrix', space: null, messageId, asOf, purpose });
    const at = asOf ?? this.clock.now();
    const matrix = await this.versionAt(at);
    const professions = [...matrix.professions].filter((key) => only === undefined || key === professionKey(only));
    const types = this.typesOf(matrix);
    return { version: matrix.version, at, rows: professions.flatMap((key) => this.rowOf(key, types, matrix)) };
  }

  private async versionAt(at: Instant): Promise<HabilitationMatrix> {
    try {
      return await this.matrices.inForce(at);
    } catch (error) {
      if (error instanceof NoMatrixInForce) throw new Refused(reject('not-found', 'access/no-matrix-then'));
      throw error;
    }
  }

  private rowOf(
    key: string,
    types: readonly Pick<HabilitationCell, 'category' | 'type'>[],
    matrix: HabilitationMatrix,
  ): HabilitationCell[] {
    const [system = '', code = ''] = key.split('|');
    const profession = { system, ...this.named('profession', code, system) };
    return types.map(({ category, type }) => ({
      profession,
      category,
      type,
      consultationAllowed: mayRead(matrix, { system, code }, type.code),
    }));
  }

  /** Those that are deposited today, those that only this version names, then the rubrics. */
  private typesOf({ allowed }: HabilitationMatrix): readonly Pick<HabilitationCell, 'category' | 'type'>[] {
    const today = this.tables.current('typeCode').rows.flatMap(({ code, classCode }) => (typeof classCode === 'string' ? [code] : []));
    const rubrics: readonly string[] = MATRIX_RUBRICS;
    const named = [...allowed].map((cell) => cell.slice(cell.indexOf(' ') + 1)).filter((type) => !rubrics.includes(type));
    const types = [...new Set([...today, ...named])].map((code) => ({
      category: this.categoryOf(code),
      type: this.named('typeCode', code),
    }));
    return [...types, ...MATRIX_RUBRICS.map((code) => ({ category: null, type: { code, name: RUBRIC_NAMES[code] } }))];
  }

  private categoryOf(type: string): Named | null {
    const classCode = this.tables.current('typeCode').rows.find(({ code }) => code === type)?.classCode;
    return typeof classCode === 'string' ? this.named('classCode', classCode) : null;
  }

  private named(list: ListName, code: string, system?: string): Named {
    return { code, name: nameIn(this.tables.current(list), code, system) ?? code };
  }
}

const nameIn = ({ rows }: CodeList, code: string, system: string | undefined): string | undefined =>
  rows.find((row) => row.code === code && (system === undefined || row.system === system))?.label;
