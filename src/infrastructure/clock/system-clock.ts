import { Clock } from '../../application/shared/ports.js';
import { instantOf, type Instant } from '../../domain/shared/time.js';

/** The clock of the machine. */
export class SystemClock extends Clock {
  now(): Instant {
    return instantOf(Date.now());
  }
}
