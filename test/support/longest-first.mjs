import Sequencer from '@jest/test-sequencer';

/** Files that take half a minute and more, the longest first: begun last, one of them would keep a worker busy while the other has nothing to do. */
const LONGEST = [
  ...['acceptance/erasure-drill', 'acceptance/export-kills', 'acceptance/crash-drill.e2e', 'attacks/bad-requests', 'acceptance/laws'],
  ...['attacks/masking', 'acceptance/crash.e2e', 'cli/demo-once', 'api/both-doors', 'acceptance/replay.e2e', 'inspection/any-file'],
  ...['acceptance/replay-law', 'cli/export-shell', 'system/killed-workers', 'acceptance/hard-times'],
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
