import { describe, it } from '@jest/globals';
import { realignment } from '../../../src/domain/audit/realignment.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(realignment);
const told = { at: p.day(4), by: p.operator };
const found = { addresses: 2, codes: 3, deadlines: 4, quarantines: 1, rings: 6, readers: 5 };

describe('What an operator took out because the log does not hold it any more', () => {
  it('is written each time, also by a run that goes on with another: each says what it found', () => {
    given()
      .when({ type: 'RealignStore', ...found }, told)
      .thenEachTime({ type: 'StoreRealigned', v: 1, ...found });
    given({ type: 'StoreRealigned', v: 1, ...found })
      .when({ type: 'RealignStore', ...found, addresses: 0 }, told)
      .thenEachTime({ type: 'StoreRealigned', v: 1, ...found, addresses: 0 });
  });
});
