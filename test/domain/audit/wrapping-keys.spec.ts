import { describe, it } from '@jest/globals';
import { wrappingKeys, type WrappingKeyCommand, type WrappingKeyEvent } from '../../../src/domain/audit/wrapping-keys.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(wrappingKeys);
const told = { at: p.day(4), by: p.operator };
const acts: readonly (readonly [WrappingKeyCommand, WrappingKeyEvent])[] = [
  [
    { type: 'BeginKekEpoch', epoch: 2 },
    { type: 'KekEpochBegun', v: 1, epoch: 2 },
  ],
  [
    { type: 'RewrapKeys', epoch: 2, keys: 12 },
    { type: 'KeysRewrapped', v: 1, epoch: 2, keys: 12 },
  ],
  [
    { type: 'RetireKekEpoch', epoch: 1 },
    { type: 'KekEpochRetired', v: 1, epoch: 1 },
  ],
];

describe('What an operator does with a key that wraps keys', () => {
  it.each(acts)('is written once, whoever goes on with it: %j', (command, fact) => {
    given().when(command, told).then(fact);
    given(fact).when(command, told).thenNothing();
  });

  it('is written of each epoch on its own', () => {
    given({ type: 'KekEpochBegun', v: 1, epoch: 2 })
      .when({ type: 'BeginKekEpoch', epoch: 3 }, told)
      .then({ type: 'KekEpochBegun', v: 1, epoch: 3 });
    given({ type: 'KekEpochRetired', v: 1, epoch: 1 })
      .when({ type: 'RetireKekEpoch', epoch: 2 }, told)
      .then({ type: 'KekEpochRetired', v: 1, epoch: 2 });
  });
});
