// A process that starts the embedded server and then only waits, so that a test can kill it, end it in good order (SIGTERM), or let it cut the power of the server (SIGINT). argv: state folder.
import { startEmbeddedPostgres } from '../../dist/infrastructure/postgres/embedded/launcher.js';

const server = await startEmbeddedPostgres({ stateDir: process.argv[2], settings: { shared_buffers: '32MB' } });
const { url, pid, dataDirectory } = server;
process.on('SIGTERM', () => void server.stop().then(() => process.exit()));
process.on('SIGINT', () => void server.kill().then(() => process.exit()));
process.stdout.write(`${JSON.stringify({ url, pid, dataDirectory })}\n`);
setInterval(() => undefined, 60_000);
