import type { ValidationError } from 'class-validator';
import { DoorRefusal, type InputError } from './problem.js';

/** What a broken rule is called in `errors[].code`. */
export const inputCodes: Readonly<Record<string, string>> = {
  arrayMaxSize: 'input/too-many',
  arrayNotEmpty: 'input/missing',
  arrayUnique: 'input/repeated',
  calendarDate: 'input/not-a-date',
  dayInRange: 'input/not-in-range',
  instant: 'input/not-an-instant',
  isArray: 'input/not-a-list',
  isIn: 'input/not-in-list',
  isLength: 'input/wrong-length',
  isInt: 'input/not-an-integer',
  isDefined: 'input/missing',
  isObject: 'input/not-an-object',
  isString: 'input/not-a-text',
  isUuid: 'input/not-a-uuid',
  matches: 'input/wrong-form',
  max: 'input/too-large',
  min: 'input/too-small',
  nestedValidation: 'input/not-an-object',
  noControlCharacters: 'input/control-characters',
  whitelistValidation: 'input/unknown-member',
};

const escaped = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');
/** An unknown member is told by its parent: its name is the caller's own text. */
const pointerOf = (parent: string, { property, constraints }: ValidationError): string =>
  constraints !== undefined && 'whitelistValidation' in constraints ? parent : `${parent}/${escaped(property)}`;

const errorsOf = (error: ValidationError, parent: string): readonly InputError[] => [
  ...Object.keys(error.constraints ?? {}).map((rule) => ({
    pointer: pointerOf(parent, error),
    code: inputCodes[rule] ?? 'input/invalid',
  })),
  ...(error.children ?? []).flatMap((child) => errorsOf(child, `${parent}/${escaped(error.property)}`)),
];

/** What ValidationPipe found, as a refusal: pointers and codes, never values. */
export const inputRefusal = (found: readonly ValidationError[]): DoorRefusal =>
  new DoorRefusal({ kind: 'invalid', code: 'request/invalid', errors: found.flatMap((error) => errorsOf(error, '')) });
