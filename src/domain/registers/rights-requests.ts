import { nothing, type Decider, type Decision, type Event, type Intent, type Issued, type Of } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { deadlineAfter, type Instant } from '../shared/time.js';
import { registersPolicy } from './registers-policy.js';

/** Which right somebody calls upon: GDPR art. 15 to 21, and what heirs may know (CSP L.1111-18). */
export const RIGHTS = ['ACCESS', 'RECTIFICATION', 'ERASURE', 'RESTRICTION', 'PORTABILITY', 'OBJECTION', 'HEIRS'] as const;
export type Right = (typeof RIGHTS)[number];
export const REQUEST_CHANNELS = ['WEB', 'PHONE', 'POST', 'FUND'] as const;
export type RequestChannel = (typeof REQUEST_CHANNELS)[number];
/** `NOTHING_HELD`: there is nothing about this person here. */
export const ANSWERS = ['GRANTED', 'PARTLY_GRANTED', 'REFUSED', 'NOTHING_HELD'] as const;
export type Answer = (typeof ANSWERS)[number];

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `request-<id>`: a request about one's rights, from its receipt to its answer. */
export type RightsRequestEvent =
  | Event<
      'RightsRequestReceived',
      1,
      {
        right: Right;
        channel: RequestChannel;
        /** Stream id of the space it is about; null where there is none. */ space: string | null;
        /** Where the letter or mail is kept: a number of the office, never a name. */ reference: string;
        receivedOn: Instant;
        /** First instant at which the answer is late. */ dueOn: Instant;
      }
    >
  | Event<'RightsRequestExtended', 1, { reason: string; dueOn: Instant }>
  | Event<'RightsRequestAnswered', 1, { answer: Answer; /** Why not, or not all: the article. */ ground: string; late: boolean }>;

export type RightsRequestCommand =
  | Intent<
      'ReceiveRightsRequest',
      { right: Right; channel: RequestChannel; space: string | null; reference: string; receivedOn?: Instant | undefined }
    >
  | Intent<'ExtendRightsRequest', { reason: string }>
  | Intent<'AnswerRightsRequest', { answer: Answer; ground: string }>;

export type RightsRequest =
  | { readonly status: 'NONE' }
  | {
      readonly status: 'OPEN' | 'ANSWERED';
      readonly receivedOn: Instant;
      readonly dueOn: Instant;
      /** Why it was extended. */
      readonly extension: string | null;
      readonly answer: { readonly answer: Answer; readonly ground: string } | null;
    };

type Rule<T extends RightsRequestCommand['type']> = (
  command: Issued<Of<RightsRequestCommand, T>>,
  request: RightsRequest,
) => Decision<RightsRequestEvent>;

const unknown = reject('not-found', 'registers/no-such-request');
const answered = reject('conflict', 'registers/already-answered');

const receive: Rule<'ReceiveRightsRequest'> = ({ right, channel, space, reference, receivedOn, at }, request) => {
  if (request.status !== 'NONE') return nothing;
  const on = receivedOn ?? at;
  if (on > at) return reject('invalid', 'registers/not-yet');
  const { over } = deadlineAfter(on, registersPolicy.answer);
  return [{ type: 'RightsRequestReceived', v: 1, right, channel, space, reference, receivedOn: on, dueOn: over }];
};

/** Once, and said while the first month still runs. */
const extend: Rule<'ExtendRightsRequest'> = ({ reason, at }, request) => {
  if (request.status === 'NONE') return unknown;
  if (request.status === 'ANSWERED') return answered;
  if (request.extension === reason) return nothing;
  if (request.extension !== null) return reject('conflict', 'registers/already-extended');
  if (at >= request.dueOn) return reject('conflict', 'registers/too-late-to-extend');
  if (reason.trim() === '') return reject('invalid', 'registers/reason-needed');
  const { months } = registersPolicy.answer;
  const { over } = deadlineAfter(request.receivedOn, { months: months + registersPolicy.extension.months });
  return [{ type: 'RightsRequestExtended', v: 1, reason, dueOn: over }];
};

/** Late is late: the answer is written all the same, and the register shows it. */
const answer: Rule<'AnswerRightsRequest'> = ({ answer: said, ground, at }, request) => {
  if (request.status === 'NONE') return unknown;
  if (request.status === 'ANSWERED') return request.answer?.answer === said && request.answer.ground === ground ? nothing : answered;
  if (said !== 'GRANTED' && ground.trim() === '') return reject('invalid', 'registers/ground-needed');
  return [{ type: 'RightsRequestAnswered', v: 1, answer: said, ground, late: at >= request.dueOn }];
};

/** A request about one's rights (GDPR art. 12 to 22). */
export const rightsRequests: Decider<RightsRequestCommand, RightsRequest, RightsRequestEvent> = {
  category: 'request',
  initial: { status: 'NONE' },
  decide: { ReceiveRightsRequest: receive, ExtendRightsRequest: extend, AnswerRightsRequest: answer },
  evolve: {
    RightsRequestReceived: (_, { receivedOn, dueOn }) => ({ status: 'OPEN', receivedOn, dueOn, extension: null, answer: null }),
    RightsRequestExtended: (request, { dueOn, reason }) => (request.status === 'NONE' ? request : { ...request, dueOn, extension: reason }),
    RightsRequestAnswered: (request, { answer: said, ground }) =>
      request.status === 'NONE' ? request : { ...request, status: 'ANSWERED', answer: { answer: said, ground } },
  },
};
