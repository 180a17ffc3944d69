import { setTimeout as pause } from 'node:timers/promises';
import { startServer, type RunningServer, type Site } from './server.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * A server that is started again, on the port it had, when it ends without having been told to: killed, out of memory, or its disk was full. Whoever is
 * connected finds it again by connecting anew.
 */
export class KeptServer {
  private readonly ending = new AbortController();
  private reviving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly site: Site,
    private server: RunningServer,
  ) {
    this.watch();
  }

  /** Throws with the end of the server's log when the first start fails; later ones are tried again until one succeeds. */
  static async start(site: Site): Promise<KeptServer> {
    return new KeptServer(site, await startServer(site));
  }

  /** Process id of the server that runs now, or ran last. */
  get pid(): number {
    return this.server.pid;
  }
  get port(): number {
    return this.server.port;
  }

  /** Waits for the end, which is then the last one. */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    this.ending.abort();
    await this.reviving;
    await this.server.end(signal);
  }

  private watch(): void {
    void this.server.ended.then((how) => {
      if (!this.ending.signal.aborted) this.reviving = this.revive(how);
    });
  }

  private async revive(how: string): Promise<void> {
    const { log, alarm } = this.site;
    alarm(`the embedded PostgreSQL ended by itself (${how}) and is being started again`);
    for (let wait = FIRST_PAUSE_MS; !this.ending.signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        this.server = await startServer(this.site, this.server.port);
        log(`PostgreSQL is back on 127.0.0.1:${this.server.port} (process ${this.server.pid})`);
        return this.watch();
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
        await pause(wait, undefined, { signal: this.ending.signal }).catch(() => undefined);
      }
    }
  }
}
