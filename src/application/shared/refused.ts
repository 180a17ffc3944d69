import type { Rejection } from '../../domain/shared/rejection.js';

/** The one place where a refusal becomes an exception: from here up, Nest filters speak HTTP and GraphQL. */
export class Refused extends Error {
  constructor(readonly rejection: Rejection<unknown>) {
    super(rejection.rejected);
  }
}

/** Whether asking again would give the same answer: not when something was away, nor when others were faster. */
export const isFinal = ({ rejected, kind }: Rejection<unknown>): boolean => kind !== 'unavailable' && rejected !== 'request/too-busy';
