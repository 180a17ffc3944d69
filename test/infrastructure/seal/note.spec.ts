import fc from 'fast-check';
import { openCheckpoint, signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { cosignaturesBy, parseWitnessKey } from '../../../src/infrastructure/seal/note/cosignature.js';
import { BadNote, openNote, parseVerifierKey, signerOf, signNote, verifierKey } from '../../../src/infrastructure/seal/note/signed-note.js';
import { leavesOf } from '../../support/planted-tree.js';

/** Published with the specification of signed notes. */
const FOO = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
const FOO_NOTE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const seed = (n: number): Buffer => Buffer.alloc(32, n);
const ours = signerOf('log.example/essai', seed(1));
const next = signerOf('log.example/essai', seed(2));
const other = signerOf('other.example/essai', seed(3));
const [root = Buffer.alloc(0)] = leavesOf(1);
const checkpoint = { origin: 'log.example/essai', size: 42, root };

describe('A signed note', () => {
  it('of the specification holds under its key, and its text comes back', () => {
    expect(openNote(FOO_NOTE, [FOO]).text).toBe('This is an example message.\n');
    expect(verifierKey(FOO)).toBe('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  });

  it('of another published key is read as well: PeterNeumann of the Go checksum database', () => {
    expect(parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')).toMatchObject({
      name: 'PeterNeumann',
      id: 'c74f20a3',
    });
    const published =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const peter = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    expect(openNote(published, [peter]).text).toContain('your problem');
  });

  it('holds when one known key signed it; strangers are passed over, up to sixty-four of them', () => {
    const strangers = Array.from({ length: 62 }, (_, n) => signerOf(`stranger-${n}`, seed(n + 4)));
    const note = signNote('a text\n', [...strangers, other, ours]);
    expect(openNote(note, [ours]).by).toEqual([ours]);
    expect(openNote(note, [parseVerifierKey(verifierKey(other))]).text).toBe('a text\n');
    expect(() => openNote(note, [next])).toThrow(BadNote);
    expect(() => openNote(signNote('a text\n', [...strangers, other, next, ours]), [ours])).toThrow(BadNote);
  });

  it('is refused whole when a known key stands under it and did not sign it, whoever else did', () => {
    const [, line] = signNote('another text\n', [ours]).split('\n\n');
    const note = `${signNote('a text\n', [other])}${line ?? ''}`;
    expect(openNote(note, [other]).by).toEqual([other]);
    expect(() => openNote(note, [other, ours])).toThrow(BadNote);
  });

  it('is refused when any character is another', () => {
    const note = signNote('a text\nof two lines\n', [ours]);
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.constantFrom('x', '\n', ' ', '\t', '=', '+', '—'), (place, character) => {
        fc.pre(note[place] !== character);
        expect(() => openNote(note.slice(0, place) + character + note.slice(place + 1), [ours])).toThrow(BadNote);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['', 'a text', 'a text\n\n', 'a text\n\n— name\n', 'a text\n\n— name AA==\n', '\u0000\n\n— n AAAAAAAA\n'])(
    '%j is none',
    (note) => {
      expect(() => openNote(note, [ours])).toThrow(BadNote);
    },
  );

  it.each(['', 'two words', 'a+b'])('no key is called %j', (name) => expect(() => signerOf(name, seed(1))).toThrow(BadNote));

  it.each([
    '',
    'example.com/foo',
    'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    'example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  ])('%j is no verifier key', (text) => expect(() => parseVerifierKey(text)).toThrow(BadNote));

  it('does not sign a text that would read as another', () => {
    for (const text of ['', 'a text', 'a\ttext\n', 'a\r\n']) expect(() => signNote(text, [ours])).toThrow(BadNote);
  });
});

describe('A cosignature', () => {
  /** Made with openssl from the text of the specification: Ed25519 over `cosignature/v1`, the time, and the note. */
  const KEY = 'witness.example/w9+57641280+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY';
  const TEXT = 'log.example/essai\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const LINE =
    '— witness.example/w9 V2QSgAAAAABkGFDLTolKe+sANr2gCt81u0HJZCOjtiq+MGxXNVpIl57v/+QjWU17JrvYZ9RPdYPudNtFZzFYbxB+broAoFiunXT2BQ==\n';
  const witness = parseWitnessKey(KEY);

  it('of another implementation holds, with its time; lines by others are passed over', () => {
    const other = `— stranger ${LINE.split(' ')[2] ?? ''}`;
    expect(cosignaturesBy(witness, other + LINE, TEXT)).toMatchObject([{ time: 1679315147n, line: LINE }]);
    expect(cosignaturesBy(witness, other, TEXT)).toEqual([]);
  });

  it('does not hold over another text, at another time, or cut short', () => {
    const bytes = Buffer.from(LINE.trim().split(' ')[2] ?? '', 'base64');
    const lineOf = (changed: Uint8Array): string => `— witness.example/w9 ${Buffer.from(changed).toString('base64')}\n`;
    const later = Buffer.from(bytes);
    later[11]! += 1;
    expect(() => cosignaturesBy(witness, LINE, TEXT.replace('42', '43'))).toThrow(BadNote);
    for (const changed of [later, bytes.subarray(0, -1), bytes.subarray(0, 68)])
      expect(() => cosignaturesBy(witness, lineOf(changed), TEXT)).toThrow(BadNote);
  });

  it('is no signature of a log, nor the other way round', () => {
    expect(() => parseVerifierKey(KEY)).toThrow(BadNote);
    expect(() => parseWitnessKey(verifierKey(FOO))).toThrow(BadNote);
  });
});

describe('A checkpoint', () => {
  it('is origin, size and root, signed by keys of the name of the log', () => {
    const note = signCheckpoint(checkpoint, [ours]);
    expect(note.split('\n').slice(0, 4)).toEqual(['log.example/essai', '42', root.toString('base64'), '']);
    expect(openCheckpoint(note, [ours])).toEqual(checkpoint);
  });

  it('is believed under the old key and under the new one while both sign', () => {
    const note = signCheckpoint(checkpoint, [next, ours]);
    expect(next.id).not.toBe(ours.id);
    for (const verifier of [ours, next]) expect(openCheckpoint(note, [parseVerifierKey(verifierKey(verifier))])).toEqual(checkpoint);
  });

  it('of one log is not believed under the key of another', () => {
    expect(() => openCheckpoint(signCheckpoint(checkpoint, [other]), [other])).toThrow(BadNote);
  });

  it('may be followed by extension lines', () => {
    const note = signNote(`log.example/essai\n42\n${root.toString('base64')}\nmore\n`, [ours]);
    expect(openCheckpoint(note, [ours])).toEqual(checkpoint);
  });

  it.each(['log.example/essai\n042\n', 'log.example/essai\n-1\n', 'log.example/essai\n9007199254740993\n', '\n42\n'])(
    '%j does not begin one',
    (start) => {
      expect(() => openCheckpoint(signNote(`${start}${root.toString('base64')}\n`, [ours]), [ours])).toThrow(BadNote);
      expect(() => openCheckpoint(signNote('log.example/essai\n42\nAAAA\n', [ours]), [ours])).toThrow(BadNote);
    },
  );
});
