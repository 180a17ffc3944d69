import type { Operation, Scene } from './operations.js';

const ofSpace = ({ address }: Scene) => ({ space: address.handle });
const somebodyElse = { as: 'bruno', status: 404, code: 'access/nothing-here' } as const;

/** Copies of the data of a space; their bytes come over REST alone. */
export const copyOperations: readonly Operation[] = [
  {
    field: 'requestCopy',
    route: ['POST', '/spaces/{space}/copies'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    select: 'position',
    refused: somebodyElse,
  },
  {
    field: 'copies',
    route: ['GET', '/spaces/{space}/copies'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    select: 'copy status askedAt readyAt until size sha256 documents lines why',
    refused: somebodyElse,
  },
];
