import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import type { Instant } from '../../domain/shared/time.js';

/** The versions of the authorisation matrix, as they were published in the stream `matrix-habilitations`. */
export abstract class Matrices {
  /** The version that is in force at this moment. Throws StoreUnavailable while no version is known: without a matrix nothing is decided. */
  abstract inForce(at: Instant): Promise<HabilitationMatrix>;
}
