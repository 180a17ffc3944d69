// A process that starts the embedded server and then only waits, so that a test can kill it. argv: state folder.
import { startEmbeddedPostgres } from '../../dist/infrastructure/postgres/embedded/launcher.js';

const { url, pid, dataDirectory } = await startEmbeddedPostgres({ stateDir: process.argv[2], settings: { shared_buffers: '32MB' } });
process.stdout.write(`${JSON.stringify({ url, pid, dataDirectory })}\n`);
setInterval(() => undefined, 60_000);
