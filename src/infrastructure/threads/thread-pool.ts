import { Worker, type TransferListItem } from 'node:worker_threads';

/** Why a thread gave no answer: it ended, or the pool was closed. What it was asked for may be done elsewhere. */
export class ThreadLost extends Error {}

/** What a thread answers: the result, or the message of the defect that it met (never stored data). */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly defect?: string;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}
interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** Some threads that run the same program; each is started when it is first needed, and made anew when it ended by itself. */
export class ThreadPool {
  private readonly threads: (Thread | undefined)[];
  private nextId = 1;
  private closed = false;

  /** `size`: how many threads at most; with 0 everything is refused with ThreadLost. */
  constructor(
    private readonly program: URL,
    readonly size: number,
  ) {
    this.threads = Array.from({ length: size }, () => undefined);
  }

  /** The answer of the thread that has least to do. What is in `transfer` is handed over, not copied. Throws ThreadLost, or the defect of the program. */
  run(task: object, transfer: readonly TransferListItem[]): Promise<unknown> {
    if (this.closed || this.size === 0) return Promise.reject(new ThreadLost('there is no thread to work'));
    const thread = this.leastBusy();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { resolve, reject });
      thread.worker.ref();
      thread.worker.postMessage({ id, task }, transfer);
    });
  }

  /** Ends the threads; whoever still waits gets ThreadLost. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.threads.map(async (thread) => thread?.worker.terminate()));
  }

  private leastBusy(): Thread {
    const loads = this.threads.map((thread) => thread?.waiting.size ?? 0);
    const index = loads.indexOf(Math.min(...loads));
    return (this.threads[index] ??= this.start(index));
  }

  private start(index: number): Thread {
    const thread: Thread = { worker: new Worker(this.program), waiting: new Map() };
    thread.worker.on('message', (answer: Answer) => settle(thread, answer));
    // An exit follows every error.
    thread.worker.on('error', () => this.lost(index, thread));
    thread.worker.on('exit', () => this.lost(index, thread));
    return thread;
  }

  private lost(index: number, thread: Thread): void {
    if (this.threads[index] === thread) this.threads[index] = undefined;
    for (const { reject } of thread.waiting.values()) reject(new ThreadLost('a thread ended early'));
    thread.waiting.clear();
  }
}

/** A thread without work does not keep the process alive. */
function settle(thread: Thread, { id, result, defect }: Answer): void {
  const waiting = thread.waiting.get(id);
  thread.waiting.delete(id);
  if (thread.waiting.size === 0) thread.worker.unref();
  if (defect === undefined) waiting?.resolve(result);
  else waiting?.reject(new Error(defect));
}
