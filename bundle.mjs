// node bundle.mjs: makes one program, dist/program/mes.mjs, and one for each kind of thread, of what the compiler left in dist/ and of the packages that it
// uses. Loaded file by file these are some 4,000 modules, and a process, each command among them, takes twice as long to start (docs/adr/0050).
// The compiled files stay: tests load them.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';

const MADE = 'dist/program';
const ENTRIES = {
  mes: 'dist/infrastructure/cli/mes.js',
  'crypto-worker': 'dist/infrastructure/threads/crypto-worker.js',
  'examining-worker': 'dist/infrastructure/inspection/examining-worker.js',
};
/** What says which packages there are, and what is made of them. */
const RECIPES = ['package-lock.json', 'bundle.mjs'];
/** Packages that read files which lie beside them. */
const LEFT_ALONE = /^(typeorm|swagger-ui-dist|altair-static|pino|@aws-sdk)(\/|$)/;
/** Packages ask for others that may be there or not, and for each other in circles. */
const OF_PACKAGES = new Set(['UNRESOLVED_IMPORT', 'CIRCULAR_DEPENDENCY', 'EVAL', 'COMMONJS_VARIABLE_IN_ESM']);
/** A process that was started before may still ask for a part that it has not needed so far. */
const KEPT_MS = 86_400_000;

/** Errors name our own files and lines. Those of packages would make the maps, which are read at each start, many times as large. */
const mapsOfOurOwn = {
  name: 'maps-of-our-own',
  transform: { filter: { id: /\/node_modules\// }, handler: (code) => ({ code, map: { mappings: '' } }) },
};

const writtenAt = async (path) => (await stat(path)).mtimeMs;
const newest = async (paths) => Math.max(...(await Promise.all(paths.map(writtenAt))));

const files = await readdir('dist', { recursive: true });
const compiled = files.filter((path) => path.endsWith('.js') && !path.startsWith('program/')).map((path) => join('dist', path));
const made = await writtenAt(join(MADE, 'mes.mjs')).catch(() => 0);

if (made < (await newest([...compiled, ...RECIPES]))) {
  const { output } = await build({
    input: ENTRIES,
    platform: 'node',
    external: LEFT_ALONE,
    plugins: [mapsOfOurOwn],
    // Alarms and answers name classes.
    output: { dir: MADE, entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs', keepNames: true, sourcemap: true },
    onwarn: (warning, tell) => void (OF_PACKAGES.has(warning.code) || tell(warning)),
  });
  const current = new Set(output.map(({ fileName }) => fileName));
  for (const name of await readdir(MADE))
    if (!current.has(name) && (await writtenAt(join(MADE, name))) < Date.now() - KEPT_MS) await rm(join(MADE, name));
}
