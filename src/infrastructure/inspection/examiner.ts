import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { threadProgram } from '../project-folder.js';
import type { TypeClaim } from './claim.js';
import type { Done, Task } from './examining-worker.js';
import type { Verdict } from './verdict.js';

/** How long one file may take, and how many may wait for it. */
export interface ExaminerLimits {
  readonly timeoutMs: number;
  readonly queue: number;
}
const LIMITS: ExaminerLimits = { timeoutMs: 10_000, queue: 64 };
/** What the parsers may take on the heap of their thread; beyond it the thread dies, not the server. */
const HEAP_MB = 768;

interface Waiting {
  readonly task: Task & { readonly bytes: Uint8Array<ArrayBuffer> };
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: StoreUnavailable) => void;
}

/**
 * Examines files one after the other in a thread of its own: the server goes on answering meanwhile, and a file that hangs or kills its reader takes
 * nobody along. After such a file the thread is made anew.
 */
export class Examiner {
  private readonly waiting: Waiting[] = [];
  private worker: Worker | null = null;
  private current: Waiting | null = null;
  private alarm: NodeJS.Timeout | undefined;
  private nextId = 1;
  private closed = false;

  constructor(
    private readonly limits: ExaminerLimits = LIMITS,
    private readonly program: URL = threadProgram('examining-worker'),
  ) {}

  /** Takes the bytes over: the caller must not use them, nor the memory they lie in, any more. Throws StoreUnavailable when there is no verdict. */
  examine(bytes: Uint8Array<ArrayBuffer>, claim: TypeClaim): Promise<Verdict> {
    if (this.closed) return Promise.reject(new StoreUnavailable('files are no longer examined'));
    if (this.waiting.length >= this.limits.queue) return Promise.reject(new StoreUnavailable('too many files wait to be examined'));
    const { mediaType, fileName, allowed } = claim;
    return new Promise((resolve, reject) => {
      this.waiting.push({ task: { id: this.nextId++, bytes, claim: { mediaType, fileName, allowed } }, resolve, reject });
      this.begin();
    });
  }

  /** Refuses what waits, and ends the thread. */
  async close(): Promise<void> {
    this.closed = true;
    const worker = this.worker;
    this.fail('files are no longer examined');
    for (const { reject } of this.waiting.splice(0)) reject(new StoreUnavailable('files are no longer examined'));
    await worker?.terminate();
  }

  private begin(): void {
    if (this.current !== null || this.closed) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.current = next;
    this.alarm = setTimeout(() => this.fail('a file took too long to examine'), this.limits.timeoutMs);
    try {
      this.worker ??= this.start();
      this.worker.ref();
      this.worker.postMessage(next.task, [next.task.bytes.buffer]);
    } catch {
      // The machine gives no thread now. Left in hand, this file would keep all others waiting for ever.
      this.fail('files cannot be examined now');
    }
  }

  private start(): Worker {
    const worker = new Worker(this.program, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB }, stdout: true, stderr: true });
    worker.on('message', (done: Done) => this.done(done));
    // An exit follows every error.
    worker.on('error', () => this.lost(worker));
    worker.on('exit', () => this.lost(worker));
    return worker;
  }

  private done({ id, verdict }: Done): void {
    if (this.current?.task.id !== id) return;
    if (verdict === null) return this.fail('a file could not be examined');
    const { resolve } = this.current;
    this.rest();
    resolve(verdict);
    this.begin();
  }

  private lost(worker: Worker): void {
    if (this.worker === worker) this.fail('the examination of a file ended early');
  }

  /** Gives up the file in hand and the thread that has it, and goes on with the next. */
  private fail(reason: string): void {
    const failed = this.current;
    const worker = this.worker;
    this.worker = null;
    this.rest();
    void worker?.terminate();
    failed?.reject(new StoreUnavailable(reason));
    this.begin();
  }

  /** A thread without work does not keep the process alive. */
  private rest(): void {
    clearTimeout(this.alarm);
    this.current = null;
    this.worker?.unref();
  }
}
