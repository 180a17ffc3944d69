import { policyOf, recounted, type Draft } from './draft.js';
import { packageOf } from './files.js';
import { SPACE_A } from './log.js';
import { CERTIFIED_LOG, LOG, purge, PURGED, withPurgedStream } from './samples.js';
import type { Json } from './sealing.js';
import { EVENTS, forged, KEYS, type Tampered, type Tampering } from './tampering.js';

/** The place of the n-th line from 0 that says that it is purged. */
const purgedAt = ({ lines }: Draft, n: number): Tampered['expected'] => {
  const index = lines.filter(({ closed }) => closed === 'purged')[n]?.['index'] as number;
  return { code: 'event/purged', file: EVENTS, line: lines.findIndex((line) => line['index'] === index) + 1, index };
};

/** How many events the certificate accounts for. */
const CERTIFIED = CERTIFIED_LOG.events.filter(({ h }) => PURGED.test(h.stream)).length;

/** A whole log with purged streams and their certificate, of which something is altered. */
const certified =
  (mode: Draft['wanted']['mode'], alter: (made: Draft, certificate: number) => Tampered['expected']): Tampering =>
  () => {
    const made = withPurgedStream(mode);
    const expected = alter(made, CERTIFIED_LOG.events.length - 1);
    return { files: packageOf(recounted(made)), expected, policy: policyOf('none') };
  };

const without = (line: Json | undefined, ...names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(line ?? {}).filter(([name]) => !names.includes(name)));

/** Streams that are said to be purged and are not: everything else fits, root and order of the leaves too. */
export const PURGE_TAMPERING: Readonly<Record<string, Tampering>> = {
  'streams left out as purged, without a certificate': forged('authority, whole log', (made) => purgedAt(purge(made, LOG, /^record-/), 0)),
  'streams left out as purged, without a certificate, where keys are': forged('pseudonymised, whole log', (made) =>
    purgedAt(purge(made, LOG, /^passage-/), 0),
  ),
  'more lines purged than are certified': certified('authority', (made) =>
    purgedAt(purge(made, CERTIFIED_LOG, /^(record|passage)-/), CERTIFIED),
  ),
  'more lines purged than are certified, pseudonymised': certified('pseudonymised', (made) =>
    purgedAt(purge(made, CERTIFIED_LOG, /^(record|actor)-/), CERTIFIED),
  ),
  'more lines purged than are certified, nominative': certified('nominative', (made) =>
    purgedAt(purge(made, CERTIFIED_LOG, /^(record|access)-/), CERTIFIED),
  ),
  'one line more than is certified, its header left': certified('authority', (made) => {
    made.lines[0] = { ...without(made.lines[0], 't', 'tv', 'm', 'd'), closed: 'purged' };
    return purgedAt(made, CERTIFIED);
  }),
  'a certificate that is not shown whole': certified('authority', (made, place) => {
    made.lines[place] = without(made.lines[place], 'm');
    return purgedAt(made, 0);
  }),
  'a certificate whose body is left out': certified('nominative', (made) => {
    made.keys.pop();
    return purgedAt(made, 0);
  }),
  'a certificate with another body': certified('nominative', (made, place) => {
    const other = CERTIFIED_LOG.events.findLast(({ plain }) => plain.t === 'SealHeadPublished')!;
    made.keys[made.keys.length - 1] = { index: place, body: other.body.toString('base64url') };
    return { code: 'key/body', file: KEYS, index: place };
  }),
  'a certificate for more than it was written for': certified('authority', (made, place) => {
    const [first] = (made.lines[place]?.['d'] as { parts: Json[] }).parts;
    made.lines[place] = { ...made.lines[place], d: { parts: [{ ...first, events: 30 }] } };
    purge(made, CERTIFIED_LOG, /^(record|passage)-/);
    return { code: 'opened/mismatch', index: place };
  }),
  'a certificate for more than it was written for, which leaves its lines': certified('authority', (made, place) => {
    made.lines[place] = { ...made.lines[place], d: { parts: [] } };
    return purgedAt(made, 0);
  }),
  'a purged line in an export of a space': forged('nominative, space', (made) => {
    purge(made, LOG, new RegExp(`^access-${SPACE_A}$`));
    return purgedAt(made, 0);
  }),
};
