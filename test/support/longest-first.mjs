import Sequencer from '@jest/test-sequencer';

/** Files that take half a minute and more, the longest first: begun last, one of them would keep a worker busy while the other has nothing to do. */
const LONGEST = [
  ...['acceptance/laws', 'cli/demo-once', 'cli/export-shell', 'attacks/bad-requests', 'acceptance/export-kills', 'attacks/masking'],
  ...['acceptance/replay.e2e', 'api/both-doors', 'acceptance/crash.e2e', 'system/killed-workers', 'acceptance/crash-drill.e2e'],
  ...['acceptance/replay-law', 'acceptance/hard-times', 'acceptance/erasure-drill'],
];
const placeOf = ({ path }) => {
  const place = LONGEST.findIndex((name) => path.includes(`/${name}`));
  return place < 0 ? LONGEST.length : place;
};

/** What takes long comes first, also where nobody knows yet how long anything takes; the others in jest's own order. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
