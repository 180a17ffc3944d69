import { Antivirus } from '../../application/record/inspection.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { ClamdSession, type ClamdLimits } from './clamd-session.js';

/** Where clamd listens. */
export type ClamdAddress = { readonly host: string; readonly port: number } | { readonly path: string };

const LIMITS: ClamdLimits = { connectMs: 5_000, writeMs: 30_000, answerMs: 60_000 };

const CLEAN = 'stream: OK';
const FOUND = /^stream: (.+) FOUND$/;
/** The harmless file that every antivirus agrees to find (eicar.org), in two halves so that no antivirus finds this one. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'];

/**
 * Scans with clamd over its INSTREAM command. One connection for each scan. Whatever is not a plain answer to the whole stream (refused or cut connection,
 * silence, its size limit, words that we do not know) is StoreUnavailable: nothing passes unscanned.
 */
export class ClamdAntivirus extends Antivirus {
  constructor(
    private readonly address: ClamdAddress,
    private readonly limits: ClamdLimits = LIMITS,
  ) {
    super();
  }

  /** An error of the source comes out as it is. */
  async scan(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly clean: true } | { readonly clean: false; readonly found: string }> {
    const { answer, early } = await new ClamdSession(this.address, this.limits).scan(bytes);
    const found = FOUND.exec(answer)?.[1];
    if (found !== undefined) return { clean: false, found };
    if (answer === CLEAN && !early) return { clean: true };
    throw new StoreUnavailable('the antivirus could not scan the whole file');
  }

  /** Whether clamd answers and finds the test file: one whose signatures were not loaded calls everything clean. */
  async ready(): Promise<boolean> {
    try {
      return !(await this.scan(testFile())).clean;
    } catch (error) {
      if (error instanceof StoreUnavailable) return false;
      throw error;
    }
  }
}

async function* testFile(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(EICAR.join(''), 'latin1');
}
