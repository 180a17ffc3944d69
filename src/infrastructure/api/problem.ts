import { DocumentUnreadable } from '../../application/record/blob-store.js';
import { ConcurrencyConflict, KeyGone, StoreUnavailable, UnreadableEvent } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import { SPACE_QUARANTINED } from '../../application/shared/standstill.js';
import type { RejectionKind } from '../../domain/shared/rejection.js';
import { problemTexts } from './problem-texts.js';
import type { Language } from './said.js';

/** Refusals of the business, and those that only a door knows. */
export type AnswerKind = RejectionKind | 'no-such-method' | 'length-required' | 'range' | 'defect';

/** One table, two doors: a new kind of refusal does not compile until it has a line here. */
export const answers: Readonly<Record<AnswerKind, { readonly status: number; readonly title: string; readonly graphql: string }>> = {
  invalid: { status: 400, title: 'The request makes no sense', graphql: 'BAD_USER_INPUT' },
  unauthenticated: { status: 401, title: 'We do not know who you are', graphql: 'UNAUTHENTICATED' },
  forbidden: { status: 403, title: 'You may not do this', graphql: 'FORBIDDEN' },
  'not-found': { status: 404, title: 'There is nothing here for you', graphql: 'NOT_FOUND' },
  'no-such-method': { status: 405, title: 'This cannot be done with that', graphql: 'METHOD_NOT_ALLOWED' },
  conflict: { status: 409, title: 'The current situation does not allow this', graphql: 'CONFLICT' },
  gone: { status: 410, title: 'This is no more', graphql: 'GONE' },
  'length-required': { status: 411, title: 'Say how long the request is', graphql: 'LENGTH_REQUIRED' },
  stale: { status: 412, title: 'You decided on an old version', graphql: 'PRECONDITION_FAILED' },
  'too-large': { status: 413, title: 'The request is too large', graphql: 'TOO_LARGE' },
  'unsupported-media': { status: 415, title: 'We do not read this media type', graphql: 'UNSUPPORTED_MEDIA_TYPE' },
  range: { status: 416, title: 'There is no such part of it', graphql: 'RANGE_NOT_SATISFIABLE' },
  reused: { status: 422, title: 'The key was used for another request', graphql: 'KEY_REUSED' },
  locked: { status: 423, title: 'Locked after too many attempts', graphql: 'LOCKED' },
  'too-early': { status: 429, title: 'Too many requests, or too soon', graphql: 'TOO_EARLY' },
  defect: { status: 500, title: 'This is our fault', graphql: 'INTERNAL_SERVER_ERROR' },
  unavailable: { status: 503, title: 'Not possible at the moment', graphql: 'UNAVAILABLE' },
};

/** What is wrong with one input: where (RFC 6901 pointer) and what, never the value. */
export interface InputError {
  readonly pointer: string;
  readonly code: string;
}
/** A refusal as a door gives it. */
export interface Answer {
  readonly kind: AnswerKind;
  readonly code: string;
  /** Further refusals that hold at the same time. */
  readonly also?: readonly string[] | undefined;
  readonly errors?: readonly InputError[] | undefined;
}

/** A refusal of the door itself, before anything was asked of the application. */
export class DoorRefusal extends Error {
  constructor(readonly answer: Answer) {
    super(answer.code);
  }
}

const answer = (kind: AnswerKind, code: string): Answer => ({ kind, code });
const DEFECT = answer('defect', 'request/our-fault');

/** What Fastify and Nest say with a status alone. */
const byStatus: Readonly<Record<number, Answer>> = {
  400: answer('invalid', 'request/malformed'),
  // Of a path that would lead out of a folder of pages.
  403: answer('not-found', 'request/no-such-route'),
  404: answer('not-found', 'request/no-such-route'),
  405: answer('no-such-method', 'request/no-such-method'),
  413: answer('too-large', 'request/too-large'),
  414: answer('invalid', 'request/malformed'),
  415: answer('unsupported-media', 'request/unsupported-media-type'),
  429: answer('too-early', 'request/too-many'),
};

const statusOf = (error: unknown): number => {
  if (typeof error !== 'object' || error === null) return 500;
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  if ('getStatus' in error && typeof error.getStatus === 'function') return Number((error as { getStatus(): number }).getStatus());
  return 500;
};

/** The answer to whatever was thrown. An error that nobody foresaw is a defect: nothing of it is shown. */
export function answerTo(error: unknown): Answer {
  if (error instanceof Refused) {
    const { kind, rejected, also } = error.rejection;
    return { kind, code: rejected, also };
  }
  if (error instanceof DoorRefusal) return error.answer;
  if (error instanceof StoreUnavailable) return answer('unavailable', 'request/store-unavailable');
  if (error instanceof DocumentUnreadable) return answer('unavailable', 'record/bytes-unreadable');
  if (error instanceof UnreadableEvent) return answer('unavailable', SPACE_QUARANTINED);
  if (error instanceof KeyGone) return answer('gone', 'request/erased');
  if (error instanceof ConcurrencyConflict) return answer('conflict', 'request/too-busy');
  return byStatus[statusOf(error)] ?? DEFECT;
}

/** Seconds to wait before the same request makes sense again. */
const waits: Readonly<Record<string, number>> = {
  'enrolment/code-asked-too-soon': 30,
  'request/too-many': 60,
  'seal/not-yet': 5,
  // Somebody has to look at it first.
  [SPACE_QUARANTINED]: 600,
};
export const retryAfter = ({ kind, code }: Answer): number | undefined => waits[code] ?? (kind === 'unavailable' ? 10 : undefined);

/** RFC 9457, with our stable `code`; `detail` is a text by code in the language of the caller, never made of stored data. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly also?: readonly string[];
  readonly errors?: readonly InputError[];
}

const detailOf = (code: string, language: Language): string => problemTexts[code]?.[language] ?? answers.defect.title;

/** The body of a refusal over REST. `requestId` leads support to the logs. */
export const problemOf = ({ kind, code, also, errors }: Answer, requestId: string, language: Language): Problem => ({
  type: `urn:mon-espace-sante:problem:${code.replace('/', ':')}`,
  title: answers[kind].title,
  status: answers[kind].status,
  code,
  detail: detailOf(code, language),
  instance: `urn:uuid:${requestId}`,
  ...(also === undefined ? {} : { also }),
  ...(errors === undefined ? {} : { errors }),
});

/** The best of the two languages we speak for this Accept-Language (RFC 9110 §12.5.4); French when nothing is said. */
export function languageOf(header: string | undefined): Language {
  const weights = (header ?? '').split(',').map((range) => {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find((found) => found !== undefined);
    return { language: tag.split('-')[0], quality: Number(quality ?? 1) };
  });
  const weightOf = (language: Language) => Math.max(0, ...weights.filter((item) => item.language === language).map((item) => item.quality));
  return weightOf('en') > weightOf('fr') ? 'en' : 'fr';
}
