import { Injectable } from '@nestjs/common';
import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import { matrixOf, type MatrixEvent } from '../../domain/access/matrix-version.js';
import type { Instant } from '../../domain/shared/time.js';
import { Journal, StoreUnavailable } from '../shared/ports.js';
import { Matrices } from './matrices.js';

/** How long what was read is good enough, milliseconds: a version is published longer than this before it applies. */
const FRESH = 1_000;

interface Version {
  readonly appliesFrom: Instant;
  readonly matrix: HabilitationMatrix;
}

/** Reads the published versions from the log, and keeps them: they are few, and never change. */
@Injectable()
export class JournalMatrices extends Matrices {
  private versions: readonly Version[] = [];
  private readAt = -Infinity;

  constructor(private readonly journal: Journal) {
    super();
  }

  async inForce(at: Instant): Promise<HabilitationMatrix> {
    if (performance.now() - this.readAt > FRESH) await this.read();
    const version = this.versions.findLast(({ appliesFrom }) => appliesFrom <= at);
    if (!version) throw new StoreUnavailable('no version of the authorisation matrix is in force');
    return version.matrix;
  }

  private async read(): Promise<void> {
    const { facts } = await this.journal.read<MatrixEvent>('matrix-habilitations');
    this.versions = facts.flatMap(({ event }) =>
      event.type === 'MatrixVersionPublished'
        ? [{ appliesFrom: event.appliesFrom, matrix: this.known(event.version) ?? matrixOf(event) }]
        : [],
    );
    this.readAt = performance.now();
  }

  /** The same object for the same version: what is derived from it need not be derived again. */
  private known(version: number): HabilitationMatrix | undefined {
    return this.versions.find(({ matrix }) => matrix.version === version)?.matrix;
  }
}
