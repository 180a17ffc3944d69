import { pause } from '../../../src/application/shared/pause.js';
import { Program, type FileLimit } from '../program.js';

const SERVING = /"roles"/;
/** As supervisors of operating systems do, only sooner. */
const BEFORE_NEXT_TRY_MS = 100;
const LOOK_AGAIN_MS = 5;

/** One process of an installation under a supervisor: whatever ends it, it is started again until it is stopped. */
export class Ward {
  private program: Program | null = null;
  private since: number | null = null;
  private killed = false;
  private stopped = false;
  private limit: FileLimit = 'unlimited';
  private life: Promise<void> = Promise.resolve();
  /** What it had said each time it ended by itself while it served. */
  readonly fallen: string[] = [];
  /** For how long it had served each time it was killed, milliseconds; null where it was still starting. */
  readonly ages: (number | null)[] = [];

  /** `line`: what follows `mes serve`. */
  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly line: readonly string[],
  ) {}

  start(): void {
    this.life = this.live();
  }

  /** All that it said since it was last started. */
  get output(): string {
    return this.program?.output ?? '';
  }

  /** Resolves when it serves. */
  async ready(): Promise<void> {
    while (this.since === null) await pause(LOOK_AGAIN_MS);
  }

  /** Stands still while somebody looks where it stands, and goes on unless it is killed. */
  freeze(): void {
    this.program?.freeze();
  }
  thaw(): void {
    this.program?.thaw();
  }

  /** Ends it as a power cut would, whatever it is at; it is then started again. */
  async kill(): Promise<void> {
    this.killed = true;
    this.ages.push(this.since === null ? null : performance.now() - this.since);
    this.since = null;
    await this.program?.kill();
  }

  /** Starts it anew under this limit on each of its files, in KiB, or under none. Resolves when it serves. */
  async restart(limit: FileLimit): Promise<void> {
    this.limit = limit;
    await this.kill();
    await this.ready();
  }

  /** Ends it in good order and for good. Resolves with its exit code. */
  async stop(): Promise<number | string | null> {
    this.stopped = true;
    const code = (await this.program?.stop()) ?? null;
    await this.life;
    return code;
  }

  private async live(): Promise<void> {
    while (!this.stopped) {
      const program = Program.limited(this.limit, this.environment, 'serve', ...this.line);
      this.program = program;
      this.killed = false;
      // It does not come to serve when it is killed before, and while the database is away.
      const served = await program.says(SERVING).then(
        () => true,
        () => false,
      );
      this.since = served ? performance.now() : null;
      await program.exit();
      this.since = null;
      if (served && !this.killed && !this.stopped) this.fallen.push(program.output);
      if (!served) await pause(BEFORE_NEXT_TRY_MS);
    }
  }
}
