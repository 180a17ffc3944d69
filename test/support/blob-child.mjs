// A process that puts one object into a folder. argv: folder, name, what its source does after the first bytes: `hang` or `end`.
import { FileBlobStore } from '../../dist/infrastructure/blobs/file-blob-store.js';

const [, , folder, name, then] = process.argv;
async function* source() {
  yield Buffer.alloc(1024 * 1024, 7);
  if (then === 'end') return;
  process.stdout.write('writing\n');
  await new Promise(() => setInterval(() => undefined, 60_000));
}

const store = await FileBlobStore.open(folder);
const outcome = await store.put(name, source()).catch((error) => ({ error: error.constructor.name, message: error.message }));
process.stdout.write(`${JSON.stringify(outcome)}\n`);
