import { campaign, type CampaignCommand, type CampaignEvent } from '../../../src/domain/enrolment/campaign.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(campaign);
const counts = { file: 'a'.repeat(64), lines: 5, declared: 1, known: 1, suppressed: 1, deferred: 1, rejected: 1 };
const opened: CampaignEvent = { type: 'CampaignOpened', v: 1, label: 'Autumn 2026' };
const paused: CampaignEvent = { type: 'CampaignPaused', v: 1, reason: 'printer down' };
const resumed: CampaignEvent = { type: 'CampaignResumed', v: 1 };
const imported: CampaignEvent = { type: 'CampaignFileImported', v: 1, ...counts };
const open: CampaignCommand = { type: 'OpenCampaign', label: 'Autumn 2026' };
const pause: CampaignCommand = { type: 'PauseCampaign', reason: 'printer down' };
const resume: CampaignCommand = { type: 'ResumeCampaign' };
const record: CampaignCommand = { type: 'RecordImport', counts };
const told = { at: p.DAY_0, by: p.operator };

describe('A mailing campaign', () => {
  it('is opened once', () => {
    given().when(open, told).then(opened);
    given(opened).when(open, told).thenNothing();
  });

  it('counts each file once, also while it is held back', () => {
    given(opened).when(record, told).then(imported);
    given(opened, paused).when(record, told).then(imported);
    given(opened, imported).when(record, told).thenNothing();
  });

  it('is held back and resumed', () => {
    given(opened).when(pause, told).then(paused);
    given(opened, paused).when(pause, told).thenNothing();
    given(opened, paused).when(resume, told).then(resumed);
    given(opened).when(resume, told).thenNothing();
  });

  it('that was never opened is fed with nothing, held back never, resumed never', () => {
    for (const wish of [record, pause, resume]) given().when(wish, told).thenRefused('enrolment/no-such-campaign');
  });
});
