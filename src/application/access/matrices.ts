import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import type { Instant } from '../../domain/shared/time.js';
import { StoreUnavailable } from '../shared/ports.js';

/** A version of the authorisation matrix, and from when it counts. */
export interface MatrixInForce {
  readonly from: Instant;
  readonly matrix: HabilitationMatrix;
}

/** The versions of the authorisation matrix, as they were published in the stream `matrix-habilitations`. */
export abstract class Matrices {
  /**
   * The version that is in force at this moment, past moments included: decisions are explained by the version of then. Throws NoMatrixInForce while there
   * is none, StoreUnavailable when the versions cannot be read: without a matrix nothing is decided.
   */
  abstract inForce(at: Instant): Promise<HabilitationMatrix>;
  /** Every published version with the moment from which it counts, in the order of publication: the newest whose moment has come is in force. */
  abstract versions(): Promise<readonly MatrixInForce[]>;
}

/** No version applied at that moment. */
export class NoMatrixInForce extends StoreUnavailable {
  constructor() {
    super('no version of the authorisation matrix is in force');
  }
}
