import { BadPolicy, parsePolicy } from '../../../src/infrastructure/seal/witness/policy.js';
import { keyText, WITNESS_KEY, keyIdOf } from '../../../src/infrastructure/seal/note/note-key.js';
import { signerOf, verifierKey } from '../../../src/infrastructure/seal/note/signed-note.js';

const log = verifierKey(signerOf('log.example/essai', Buffer.alloc(32, 1)));
const key = (n: number, name = `w${n}.example`): string => {
  const { key: raw } = signerOf(name, Buffer.alloc(32, n));
  return keyText({ name, id: keyIdOf(name, WITNESS_KEY, raw), key: raw }, WITNESS_KEY);
};
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

/** The example of the specification. */
const TWO_LEVELS = lines(
  `log ${log}`,
  '',
  ...[1, 2, 3].map((n) => `witness X${n} ${key(n)}`),
  'group X-witnesses 2 X1 X2 X3',
  '',
  '# others',
  ...[1, 2, 3].map((n) => `  witness\tY${n} ${key(n + 3)} https://y.example/${n}/`),
  'group Y-witnesses any Y1 Y2 Y3',
  'group X-and-Y all X-witnesses Y-witnesses',
  'quorum X-and-Y',
);

describe('A policy of witnesses (C2SP tlog-policy)', () => {
  it('names logs, witnesses, their addresses, and who suffices, over groups of groups', () => {
    const { logs, witnesses, suffices } = parsePolicy(TWO_LEVELS);
    expect(logs.map(({ name }) => name)).toEqual(['log.example/essai']);
    expect(witnesses.map(({ label, url }) => [label, url])).toEqual([
      ...[1, 2, 3].map((n) => [`X${n}`, null]),
      ...[1, 2, 3].map((n) => [`Y${n}`, `https://y.example/${n}`]),
    ]);
    const enough = (...labels: string[]): boolean => suffices(new Set(labels));
    expect([enough('X1', 'X3', 'Y2'), enough('X1', 'X2', 'X3', 'Y1', 'Y2')]).toEqual([true, true]);
    expect([enough(), enough('X1', 'Y1', 'Y2', 'Y3'), enough('X1', 'X2', 'X3'), enough('X-and-Y')]).toEqual([false, false, false, false]);
  });

  it('may want nobody', () => {
    expect(parsePolicy('quorum none\n').suffices(new Set())).toBe(true);
  });

  it.each([
    ['no quorum', lines(`log ${log}`)],
    ['two quorums', lines('quorum none', 'quorum none')],
    ['an unknown word', lines('witnesses X', 'quorum none')],
    ['a quorum of nobody known', lines('quorum X')],
    ['a group before its member', lines('group G 1 X', `witness X ${key(1)}`, 'quorum G')],
    ['a group of none', lines('group G any none', 'quorum G')],
    ['a group without a member', lines('group G all', 'quorum G')],
    ['more than there are', lines(`witness X ${key(1)}`, 'group G 2 X', 'quorum G')],
    ['zero of them', lines(`witness X ${key(1)}`, 'group G 0 X', 'quorum G')],
    ['a member twice', lines(`witness X ${key(1)}`, 'group G 1 X X', 'quorum G')],
    ['a name twice', lines(`witness X ${key(1)}`, `witness X ${key(2)}`, 'quorum X')],
    ['a witness called none', lines(`witness none ${key(1)}`, 'quorum none')],
    ['one key under two names', lines(`witness X ${key(1)}`, `witness Y ${key(1, 'other.example')}`, 'quorum none')],
    ['a log twice', lines(`log ${log}`, `log ${log}`, 'quorum none')],
    ['the key of a log for a witness', lines(`witness X ${log}`, 'quorum none')],
    ['the key of a witness for a log', lines(`log ${key(1)}`, 'quorum none')],
    ['an address that is none', lines(`witness X ${key(1)} file:///etc`, 'quorum none')],
    ['a control character', 'quorum none\r\n'],
  ])('is refused with %s', (_, text) => expect(() => parsePolicy(text)).toThrow(BadPolicy));

  it('says on which line it is wrong', () => {
    expect(() => parsePolicy(lines('# first', 'quorum X'))).toThrow('line 2: ');
  });
});
