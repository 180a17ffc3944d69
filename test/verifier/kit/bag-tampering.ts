import { carelessly, EVENTS, fileIn, flipped, fromLines, linesIn, refiled, type Tampering } from './tampering.js';
import type { Files } from './files.js';

const LINED = /ndjson$|manifest-sha512\.txt$|coherence\.txt$/;
const pathsOf = (files: Files, form = /./): string[] =>
  [...files].filter(([path, { length }]) => form.test(path) && length > 0).map(([path]) => path);

/** What is listed in the manifest of the payload under another name. */
const relisted = (files: Files, from: string, to: string): void => {
  const manifest = fileIn(files, 'manifest-sha512.txt').toString().replace(`  ${from}\n`, `  ${to}\n`);
  files.set('manifest-sha512.txt', Buffer.from(manifest));
};

/** Alterations of a folder by somebody who does not make the lists fit, and of the lists themselves. */
export const BAG_TAMPERING: Readonly<Record<string, Tampering>> = {
  'a bit of any listed file': carelessly('nominative, space', (files, dice) => {
    const path = dice.of(pathsOf(files, /^data|bag/));
    files.set(path, flipped(fileIn(files, path), dice));
    return { code: 'bag/manifest', file: path };
  }),
  'a bit of a manifest': carelessly('authority, whole log', (files, dice) => {
    files.set('manifest-sha512.txt', flipped(fileIn(files, 'manifest-sha512.txt'), dice));
    return { code: 'bag/manifest', file: 'manifest-sha512.txt' };
  }),
  'a line removed': carelessly('nominative, space', (files, dice) => {
    const path = dice.of(pathsOf(files, /^data.*ndjson$/));
    const lines = linesIn(files.get(path));
    lines.splice(dice.below(lines.length), 1);
    files.set(path, fromLines(lines));
    return { code: 'bag/manifest', file: path };
  }),
  'a line doubled': carelessly('nominative, space, by proofs', (files, dice) => {
    const path = dice.of(pathsOf(files, LINED).filter((name) => name.startsWith('data/')));
    const lines = linesIn(files.get(path));
    const place = dice.below(lines.length);
    lines.splice(place, 0, lines[place] ?? '');
    files.set(path, fromLines(lines));
    return { code: 'bag/manifest', file: path };
  }),
  'a file removed': carelessly('authority, whole log', (files, dice) => {
    const path = dice.of(pathsOf(files));
    files.delete(path);
    return { code: 'bag/manifest', file: path };
  }),
  'a file that no list names': carelessly('pseudonymised, whole log', (files, dice) => {
    const path = dice.of(['data/notes.txt', 'data/preuves/x', 'run.sh', 'data/evenements/evenements-000009.ndjson', '.hidden']);
    files.set(path, Buffer.from('x\n'));
    return { code: 'bag/unlisted', file: path };
  }),
  'a name that would paint a terminal': carelessly('authority, whole log', (files) => {
    files.set('data/\u001b[31m\nrouge', Buffer.from('x'));
    return { code: 'bag/unlisted', file: 'data/?31m?rouge' };
  }),
  'a link instead of a file': (dice) => {
    const path = dice.of(['data/stats.json', EVENTS, 'data/preuves/policy.txt', 'bag-info.txt']);
    const made = carelessly('authority, whole log', (files) => {
      files.set('aside', fileIn(files, path));
      files.delete(path);
      return { code: 'bag/unlisted', file: path };
    })(dice);
    return { ...made, links: [[path, `${'../'.repeat(path.split('/').length - 1)}aside`]] };
  },
  'a link to a folder outside': (dice) => ({
    ...carelessly('authority, whole log', () => ({ code: 'bag/unlisted', file: 'data/autres' }))(dice),
    links: [['data/autres', dice.of(['/', '..', '/etc'])]],
  }),
  'a path that leaves the folder': carelessly('authority, whole log', (files, dice) => {
    const path = dice.of([
      'data/../../passwd',
      '/etc/passwd',
      'data/./stats.json',
      'data//stats.json',
      'data\\stats.json',
      'bag-info.txt',
      'data/',
    ]);
    relisted(files, 'data/stats.json', path);
    return { code: 'bag/manifest', file: 'manifest-sha512.txt' };
  }),
  'a file listed twice': carelessly('authority, whole log', (files) => {
    const lines = linesIn(files.get('manifest-sha512.txt'));
    files.set('manifest-sha512.txt', fromLines([...lines, lines[0] ?? '']));
    return { code: 'bag/manifest', file: 'manifest-sha512.txt', line: lines.length + 1 };
  }),
  'another number or size of files': carelessly('authority, period', (files, dice) => {
    const info = fileIn(files, 'bag-info.txt').toString();
    const oxum = dice.of(['Payload-Oxum: 1.1', 'Payload-Oxum: x', 'Payload-oxum: 0.0']);
    files.set('bag-info.txt', Buffer.from(info.replace(/Payload-Oxum: .*/, oxum)));
    return { code: 'bag/oxum', file: 'bag-info.txt' };
  }),
  'lines that end as elsewhere': carelessly('authority, period', (files, dice) => {
    const path = dice.of(['bag-info.txt', 'manifest-sha512.txt', 'bagit.txt']);
    files.set(path, Buffer.from(fileIn(files, path).toString().replaceAll('\n', '\r\n')));
    return { code: 'bag/manifest', file: path };
  }),
  'the numbers of files with a hole': refiled('authority, whole log', (payload) => {
    payload.set('data/evenements/evenements-000003.ndjson', fileIn(payload, 'data/evenements/evenements-000002.ndjson'));
    payload.delete('data/evenements/evenements-000002.ndjson');
    return { code: 'event/order', file: 'data/evenements/evenements-000003.ndjson' };
  }),
  'a file among the events that is none of them': refiled('authority, whole log', (payload) => {
    payload.set('data/evenements/zz.ndjson', Buffer.from('{}\n'));
    return { code: 'bag/unlisted', file: 'data/evenements/zz.ndjson' };
  }),
};
