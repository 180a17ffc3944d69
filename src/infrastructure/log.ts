import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { classOf } from '../application/shared/class-of.js';

/** What must never be logged, should somebody log an object that holds it. One level of wildcard each: pino has no deep ones. */
const FORBIDDEN = [
  'ins',
  'email',
  'familyName',
  'givenNames',
  'birthDate',
  'vitaleSerial',
  'code',
  'address',
  'token',
  'authorization',
  'body',
];
const paths = [
  'req.headers',
  'res.headers',
  'headers',
  ...FORBIDDEN.filter((name) => name !== 'code'),
  ...FORBIDDEN.map((name) => `*.${name}`),
];

/** The pino logger of the process: JSON lines, never a payload, an identifier of a person or a header. */
export const pinoFor = (level: string, to?: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '…' } }, to ?? pino.destination(1));

/** Where an error was thrown, without its message: messages of drivers quote values. */
const framesOf = (error: Error): readonly string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim());

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The log of the process, as our own code uses it and as Nest does. */
export class Log implements LoggerService {
  constructor(readonly pino: Logger) {}

  /** Something of ours failed: kind, place and request, never the message. */
  defect(error: unknown, answer: string, requestId: string): void {
    const frames = error instanceof Error ? framesOf(error) : [];
    this.pino.error({ requestId, answer, error: classOf(error), errorCode: codeOf(error), frames }, 'failed');
  }

  /** Somebody should look at this now: no data of anybody in the reason. */
  alarm(reason: string): void {
    this.pino.error({ alarm: reason }, 'alarm');
  }

  /** One line per answered request: the template of the route, never the path. */
  answered(line: { requestId: string; method: string; route: string; status: number; ms: number }): void {
    this.pino.info(line, 'answered');
  }

  /** What the framework says of itself: of interest to whoever looks for a fault in it. */
  log(message: unknown, context?: string): void {
    this.pino.debug({ context }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) return this.defect(message, 'none', 'none');
    this.pino.error({ context: rest.at(-1) }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.pino.warn({ context }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.pino.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.pino.trace({ context }, String(message));
  }
}
