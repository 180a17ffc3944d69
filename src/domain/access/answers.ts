import { nothingHere, reject, type Rejection } from '../shared/rejection.js';
import type { Denial } from './receipt.js';

/** A document that is masked, hidden, not for his profession, or not there at all are the same answer. */
const noSuchDocument = reject('not-found', 'record/nothing-here');

/** What the refused is told: the reason where it helps him to do right, and nothing where knowing it would itself tell something. */
export const answers: Readonly<Record<Denial, Rejection>> = {
  'not-allowed': reject('forbidden', 'access/not-allowed'),
  'nothing-here': nothingHere,
  'not-open': reject('conflict', 'access/space-not-open'),
  'never-allowed': reject('forbidden', 'access/profession-without-access'),
  blocked: nothingHere,
  'no-consent': reject('forbidden', 'access/no-consent'),
  'consent-withdrawn': reject('forbidden', 'access/no-consent'),
  'express-consent-needed': reject('forbidden', 'access/express-consent-needed'),
  'emergency-refused': reject('forbidden', 'access/emergency-refused'),
  'emergency-not-open': reject('forbidden', 'access/emergency-not-open'),
  'not-regulating': reject('forbidden', 'access/not-regulating'),
  'consult-only': reject('forbidden', 'access/consult-only'),
  matrix: noSuchDocument,
  masked: noSuchDocument,
  'masked-from-you': noSuchDocument,
  'hidden-from-holder': noSuchDocument,
  'hidden-from-representatives': noSuchDocument,
  'no-such-document': noSuchDocument,
};
