import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { taken, trustPage } from './page.mjs';

/** `npm run trust`: takes what the last runs counted into docs/trust-figures.json, and writes docs/TRUST.md from it. */
const root = new URL('../../../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const folder = process.env.TRUST_FIGURES ?? at('.cache/trust');
const FIGURES = at('docs/trust-figures.json');
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

const known = existsSync(FIGURES) ? read(FIGURES) : {};
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const promises = read(at('test/support/trust/promises.json'));
const all = taken(
  promises,
  known,
  names.map((name) => read(`${folder}/${name}`)),
);
const drills = new Set(promises.promises.map(({ drill }) => drill));
const figures = Object.fromEntries(
  Object.entries(all)
    .filter(([drill]) => drills.has(drill))
    .sort(([one], [other]) => (one < other ? -1 : 1)),
);
const page = trustPage(promises, figures);
const formatted = async (path, text) => prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
writeFileSync(FIGURES, await formatted(FIGURES, JSON.stringify(figures)));
writeFileSync(at('docs/TRUST.md'), await formatted(at('docs/TRUST.md'), page));
process.stdout.write(`docs/TRUST.md: ${promises.promises.length} promises, ${names.length} figures found\n`);
