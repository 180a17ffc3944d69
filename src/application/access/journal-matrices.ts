import { Injectable } from '@nestjs/common';
import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import { HABILITATIONS, inForceFrom, matrixOf, type MatrixEvent } from '../../domain/access/matrix-version.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import { Clock, Journal, KeyGone, UnreadableEvent, StoreUnavailable } from '../shared/ports.js';
import { Matrices, NoMatrixInForce, type MatrixInForce } from './matrices.js';

/** How long what was read is good enough, milliseconds of the clock that decisions go by: every version is published longer than this before it applies. */
const FRESH = 1_000;

/** Reads the published versions from the log, and keeps them: they are few, and never change. */
@Injectable()
export class JournalMatrices extends Matrices {
  private known: readonly MatrixInForce[] = [];
  /** What lies before this moment is answered without reading again; empty before the first reading. */
  private knownUntil = '' as Instant;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {
    super();
  }

  async inForce(at: Instant): Promise<HabilitationMatrix> {
    // A reading that is under way may have begun before a version was there that counts at this moment.
    if (at >= this.knownUntil) await this.reading;
    if (at >= this.knownUntil) await this.readOnce();
    const version = this.known.findLast(({ from }) => from <= at);
    if (!version) throw new NoMatrixInForce();
    return version.matrix;
  }

  async versions(): Promise<readonly MatrixInForce[]> {
    await this.readOnce();
    return this.known;
  }

  /** However many ask at the same time. */
  private readOnce(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<void> {
    const begun = this.clock.now();
    const facts = await this.facts();
    this.known = facts.flatMap(({ event, at }) =>
      event.type === 'MatrixVersionPublished'
        ? [{ from: inForceFrom(event, at), matrix: this.alreadyRead(event.version) ?? matrixOf(event) }]
        : [],
    );
    // Without any version the next who asks looks again.
    this.knownUntil = this.known.length === 0 ? begun : instantOf(epochOf(begun) + FRESH);
  }

  /** What stops this stream concerns no space: nothing can be decided until somebody has mended it. */
  private async facts() {
    try {
      return (await this.journal.read<MatrixEvent>(`matrix-${HABILITATIONS}`)).facts;
    } catch (error) {
      if (error instanceof UnreadableEvent || error instanceof KeyGone)
        throw new StoreUnavailable('the authorisation matrix cannot be read', { cause: error });
      throw error;
    }
  }

  /** The same object for the same version: what is derived from it need not be derived again. */
  private alreadyRead(version: number): HabilitationMatrix | undefined {
    return this.known.find(({ matrix }) => matrix.version === version)?.matrix;
  }
}
