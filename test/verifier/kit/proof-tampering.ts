import { FORK, SINCE_OF_FORK, LOG } from './samples.js';
import { draftOf, headOf, leavesOf, policyOf, WITNESSES, type Draft, type Wanted } from './draft.js';
import { packageOf } from './files.js';
import { KINDS } from './samples.js';
import { checkpointText, cosignature, logKey, signature, witnessKey } from './sealing.js';
import { fileIn, flipped, forged, refiled, type Tampered, type Tampering } from './tampering.js';

const CHECKPOINT = 'data/preuves/checkpoint';
const leaves = leavesOf(LOG.events);
const other = logKey('log.example/essai', 99);

const noted = (change: (text: string) => string): Tampering =>
  forged('nominative, space', (made) => {
    made.checkpoint = change(made.checkpoint);
    return { code: 'note/signature', file: CHECKPOINT };
  });

/** The note with these signatures under its text. */
const resigned = (made: Draft, lines: (text: string) => readonly string[]): void => {
  const text = made.checkpoint.slice(0, made.checkpoint.indexOf('\n\n') + 1);
  made.checkpoint = `${text}\n${lines(text).join('')}`;
};
const ours = (text: string): string => signature(logKey('log.example/essai', 7), text);

/** A whole package of another history, signed by the same log. */
const ofFork =
  (kind: string, expected: Tampered['expected'], more: Partial<Tampered>): Tampering =>
  (): Tampered => ({ files: packageOf(draftOf(FORK, KINDS[kind] as Wanted)), expected, policy: policyOf('none'), ...more });

/** Alterations of notes, trees and proofs. */
export const PROOF_TAMPERING: Readonly<Record<string, Tampering>> = {
  'a bit of the signed head': refiled('nominative, space', (payload, dice) => {
    const note = fileIn(payload, CHECKPOINT);
    // Behind the signature of the log come witnesses of which the policy asks for two: a stranger's name there is nobody's business.
    payload.set(CHECKPOINT, flipped(note, dice, 0, note.indexOf('\n— witness')));
    return { code: 'note/signature', file: CHECKPOINT };
  }),
  'signed by another key of the same name': forged('authority, whole log', (made) => {
    made.checkpoint = headOf(leaves, { log: other });
    return { code: 'note/signature', file: CHECKPOINT };
  }),
  'signed by a known log of another name': forged(
    'authority, whole log',
    (made) => {
      resigned(made, (text) => [signature(logKey('log.example/autre', 5), text)]);
      return { code: 'note/signature', file: CHECKPOINT };
    },
    { policy: policyOf('none', logKey('log.example/autre', 5)) },
  ),
  'a false signature beside the true one': forged('authority, whole log', (made) => {
    resigned(made, (text) => [ours(text), ours(`${text}x\n`)]);
    return { code: 'note/signature', file: CHECKPOINT };
  }),
  'no signature': noted((note) => `${note.slice(0, note.indexOf('\n\n'))}\n\n`),
  'a hyphen for a dash': noted((note) => note.replace('—', '-')),
  'a control character': noted((note) => note.replace('essai', 'ess\tai')),
  'a size with a zero in front': noted((note) => note.replace(/\n(\d)/, '\n0$1')),
  'a root of 31 bytes': forged('authority, whole log', (made) => {
    const text = checkpointText('log.example/essai', leaves.length, Buffer.alloc(31));
    made.checkpoint = `${text}\n${ours(text)}`;
    return { code: 'note/signature', file: CHECKPOINT };
  }),
  'a cosignature missing': forged('nominative, space', (made, dice) => {
    const [one, two, three] = WITNESSES.map((witness) => (text: string) => cosignature(witness, text, 1_767_600_000n));
    const some = dice.of([[], [one], [two, three]]);
    resigned(made, (text) => [ours(text), ...some.map((sign) => sign?.(text) ?? '')]);
    return { code: 'note/quorum', file: CHECKPOINT };
  }),
  'a cosignature of another time': forged('nominative, space', (made) => {
    const [one] = WITNESSES;
    resigned(made, (text) => {
      const line = cosignature(one!, text, 1n);
      const blob = Buffer.from(line.split(' ')[2] ?? '', 'base64');
      blob.writeUInt8(9, 11);
      return [ours(text), `— ${one!.name} ${blob.toString('base64')}\n`];
    });
    return { code: 'note/signature', file: CHECKPOINT };
  }),
  'a cosignature from beyond the end of time': forged('nominative, space', (made) => {
    resigned(made, (text) => [ours(text), ...WITNESSES.map((witness) => cosignature(witness, text, 1n << 63n))]);
    return { code: 'note/signature', file: CHECKPOINT };
  }),
  'cosignatures by strangers': forged('nominative, space', (made) => {
    resigned(made, (text) => [
      ours(text),
      ...Array.from({ length: 20 }, (_, n) => cosignature(witnessKey(`stranger-${n}`, n + 30), text, 5n)),
      ...WITNESSES.map(({ name }) => cosignature(witnessKey(name, 77), text, 5n)),
    ]);
    return { code: 'note/quorum', file: CHECKPOINT };
  }),
  'leaves cut off': refiled('authority, whole log', (payload, dice) => {
    const cut = fileIn(payload, 'data/preuves/feuilles.bin');
    payload.set('data/preuves/feuilles.bin', cut.subarray(0, cut.length - 1 - dice.below(400)));
    return { code: 'tree/root', file: 'data/preuves/feuilles.bin' };
  }),
  'leaves added': refiled('authority, whole log', (payload, dice) => {
    const longer = Buffer.concat([fileIn(payload, 'data/preuves/feuilles.bin'), Buffer.alloc(1 + dice.below(64))]);
    payload.set('data/preuves/feuilles.bin', longer);
    return { code: 'tree/root', file: 'data/preuves/feuilles.bin' };
  }),
  'a bit of the leaves': refiled('pseudonymised, whole log', (payload, dice) => {
    payload.set('data/preuves/feuilles.bin', flipped(fileIn(payload, 'data/preuves/feuilles.bin'), dice));
    return { code: 'tree/root', file: 'data/preuves/feuilles.bin' };
  }),
  'neither leaves nor proofs': refiled('authority, whole log', (payload) => {
    payload.delete('data/preuves/feuilles.bin');
    return { code: 'tree/inclusion', file: 'data/preuves/inclusion.ndjson' };
  }),
  'a hash of a proof': forged('nominative, space, by proofs', (made, dice) => {
    const line = dice.of(made.inclusion!) as { index: number; proof: string[] };
    const at = dice.below(line.proof.length);
    line.proof[at] = flipped(Buffer.from(line.proof[at] ?? '', 'base64'), dice).toString('base64');
    return { code: 'tree/inclusion', index: line.index };
  }),
  'a proof shorter, longer, or of another event': forged('nominative, space, by proofs', (made, dice) => {
    const line = dice.of(made.inclusion!) as { index: number; proof: string[] };
    const neighbour = made.inclusion!.find(({ index }) => index !== line.index) as { proof: string[] };
    line.proof = dice.of([line.proof.slice(1), line.proof.slice(0, -1), [...line.proof, line.proof[0] ?? ''], neighbour.proof]);
    return { code: 'tree/inclusion', index: line.index };
  }),
  'a proof missing': forged('nominative, space, by proofs', (made, dice) => {
    const [gone] = made.inclusion!.splice(dice.below(made.inclusion!.length), 1);
    return { code: 'tree/inclusion', index: gone?.['index'] as number };
  }),
  'a proof of no line': forged('nominative, space, by proofs', (made) => {
    const known = new Set(made.inclusion!.map(({ index }) => index));
    const index = LOG.events.findIndex((_, place) => !known.has(place));
    made.inclusion!.push({ ...made.inclusion![0], index });
    made.inclusion!.sort((one, two) => Number(one['index']) - Number(two['index']));
    return { code: 'tree/inclusion', file: 'data/preuves/inclusion.ndjson', index };
  }),
  'a bit of the way from the earlier head': refiled('nominative, space', (payload, dice) => {
    const path = 'data/preuves/coherence.txt';
    payload.set(path, flipped(fileIn(payload, path), dice));
    return { code: 'tree/consistency', file: path };
  }),
  'the way from the earlier head left out': refiled('nominative, space', (payload) => {
    payload.delete('data/preuves/coherence.txt');
    return { code: 'tree/consistency', file: 'data/preuves/coherence.txt' };
  }),
  'an earlier head of another history': forged('pseudonymised, whole log', (made) => {
    made.earlier = headOf(leavesOf(FORK.events), { size: 17 });
    return { code: 'tree/consistency', file: 'data/preuves/coherence.txt' };
  }),
  'an earlier head that nobody signed': forged('pseudonymised, whole log', (made) => {
    made.earlier = headOf(leaves, { size: 17, log: other });
    return { code: 'note/signature', file: 'data/preuves/checkpoint-precedent' };
  }),
  'an empty tree as the earlier head': forged('pseudonymised, whole log', (made) => {
    made.earlier = headOf(leaves, { size: 0 });
    made.consistency = '';
    return { code: 'tree/consistency', file: 'data/preuves/coherence.txt' };
  }),
  'another history, shown to who has an earlier head': ofFork(
    'authority, whole log',
    { code: 'tree/consistency', file: '(since)' },
    { since: headOf(leaves, { size: 20 }) },
  ),
  'another history, without leaves, shown to who has an earlier head': ofFork(
    'nominative, space, by proofs',
    { code: 'tree/consistency', file: '(since)' },
    { since: headOf(leaves, { size: 1 }) },
  ),
  'another history, which no witness saw': ofFork(
    'authority, whole log',
    { code: 'note/quorum', file: CHECKPOINT },
    { policy: policyOf('all') },
  ),
  'this history, shown to who was shown another': forged('authority, whole log', () => ({ code: 'tree/consistency', file: '(since)' }), {
    since: SINCE_OF_FORK,
  }),
  'a log that became shorter': forged('authority, whole log', () => ({ code: 'tree/consistency', file: '(since)' }), {
    since: headOf([...leaves, Buffer.alloc(32, 3)]),
  }),
  'an earlier head of a stranger': forged('authority, whole log', () => ({ code: 'note/signature', file: '(since)' }), {
    since: headOf(leaves, { size: 9, log: other }),
  }),
};
