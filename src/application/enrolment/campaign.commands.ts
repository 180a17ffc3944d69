import { campaign, type CampaignCommand } from '../../domain/enrolment/campaign.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends CampaignCommand['type']> = Of<CampaignCommand, T>;

export class OpenCampaign extends DomainCommand<Wish<'OpenCampaign'>> {}
export class RecordImport extends DomainCommand<Wish<'RecordImport'>> {}
export class PauseCampaign extends DomainCommand<Wish<'PauseCampaign'>> {}
export class ResumeCampaign extends DomainCommand<Wish<'ResumeCampaign'>> {}

export const campaignCommands = { OpenCampaign, RecordImport, PauseCampaign, ResumeCampaign } as const;

export const campaignHandlers = handlersOf(campaign, campaignCommands);
