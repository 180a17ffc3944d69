import { InvalidArgumentError } from 'commander';
import { isUuid } from '../uuid.js';

/** An argument that must be an id of ours, such as a handle: in whatever letters it is written (RFC 9562 section 4), as at the doors. */
export const anId = (text: string): string => {
  const small = text.toLowerCase();
  if (isUuid(small)) return small;
  throw new InvalidArgumentError('an id is such as 3f0c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10.');
};
