import { access, constants, statfs } from 'node:fs/promises';
import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Settings } from '../../settings/settings.js';
import { ForEverybody } from '../caller.js';
import { Metrics } from './metrics.js';
import { Vitals } from './vitals.js';

/** Below this the process still answers, and asks not to be sent more work, bytes. */
const LEAST_FREE_SPACE = 64 * 1024 * 1024;
/** A check that takes longer has failed, milliseconds. */
const PATIENCE = 2_000;
/** Whoever asks within so many milliseconds gets the same answer: nobody has a token here, and each look costs every part of the system a question. */
const FRESH = 1_000;

type Verdict = 'ok' | 'failed';
interface Readiness {
  readonly status: Verdict;
  readonly checks: Readonly<Record<'database' | 'eventStore' | 'projections' | 'disk' | 'antivirus' | 'quarantine' | 'sealing', Verdict>>;
}

/** What supervisors and load balancers ask. Says what is wrong in a word; the logs say why. */
@ApiExcludeController()
@ForEverybody()
@Controller()
export class HealthController {
  private looked: { readonly at: number; readonly what: Promise<Readiness> } | null = null;

  constructor(
    private readonly vitals: Vitals,
    private readonly settings: Settings,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.fresh();
    reply.status(readiness.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return readiness;
  }

  @Get('metrics')
  async exposition(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.metrics.contentType);
    return this.metrics.exposition();
  }

  private fresh(): Promise<Readiness> {
    const now = performance.now();
    if (this.looked === null || now - this.looked.at >= FRESH) this.looked = { at: now, what: this.look() };
    return this.looked.what;
  }

  private async look(): Promise<Readiness> {
    const [database, eventStore, projections, disk, antivirus, quarantine, sealing] = await Promise.all([
      verdict(this.vitals.database().then(() => true)),
      verdict(this.vitals.eventStore().then(() => true)),
      verdict(this.vitals.projections().then((all) => all.every(({ failed }) => !failed))),
      verdict(roomIn(this.settings.stateDir)),
      verdict(this.vitals.antivirus()),
      verdict(this.vitals.quarantine().then((places) => places === 0)),
      verdict(this.vitals.seal().then(({ trouble, findings }) => trouble === null && findings === 0)),
    ]);
    // Without an antivirus deposits are refused, what is in quarantine is one space's trouble, a log that is not as it was sealed is a matter for
    // people: everything else goes on, so they are shown, but no reason to send nobody here.
    const status: Verdict = [database, eventStore, projections, disk].every((check) => check === 'ok') ? 'ok' : 'failed';
    return { status, checks: { database, eventStore, projections, disk, antivirus, quarantine, sealing } };
  }
}

async function roomIn(folder: string): Promise<boolean> {
  await access(folder, constants.W_OK);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize > LEAST_FREE_SPACE;
}

async function verdict(check: Promise<boolean>): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => (timer = setTimeout(resolve, PATIENCE, false)));
  const fine = await Promise.race([check, tooLate]).catch(() => false);
  clearTimeout(timer);
  return fine ? 'ok' : 'failed';
}
