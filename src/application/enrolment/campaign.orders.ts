import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { ImportCounts } from '../../domain/enrolment/campaign.js';
import { reject } from '../../domain/shared/rejection.js';
import type { LocalDate } from '../../domain/shared/time.js';
import { askingOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Clock } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import * as commands from './campaign.commands.js';
import { GetCampaignReport, ListDeadlinesDue, type CampaignReport, type DueDay } from './campaign.queries.js';

/** What operators wish and ask, through whatever door. A campaign id is theirs to choose: `2026-cpam-031`. */
@Injectable()
export class CampaignOrders {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  open(id: string, label: string, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.OpenCampaign(id, { label }, caller));
  }

  recordImport(id: string, counts: ImportCounts, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.RecordImport(id, { counts }, caller));
  }

  pause(id: string, reason: string, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.PauseCampaign(id, { reason }, caller));
  }

  resume(id: string, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.ResumeCampaign(id, {}, caller));
  }

  async report(id: string, caller: Caller): Promise<CampaignReport> {
    const report = await this.queries.execute(new GetCampaignReport(id, askingOf(caller, this.clock.now())));
    if (report === null) throw new Refused(reject('not-found', 'enrolment/no-such-campaign'));
    return report;
  }

  /** Counts per Paris day, both ends included, at most a year at a time. */
  async deadlines(from: LocalDate, to: LocalDate, caller: Caller): Promise<readonly DueDay[]> {
    return this.queries.execute(new ListDeadlinesDue(from, to, askingOf(caller, this.clock.now())));
  }
}
