import { nothing, type Decider, type Event, type Intent } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** Counts of one import; never anything about one person. */
export interface ImportCounts {
  /** SHA-256 of the file, hex. */
  readonly file: string;
  readonly lines: number;
  readonly declared: number;
  readonly known: number;
  readonly suppressed: number;
  readonly deferred: number;
  readonly rejected: number;
}
export type CampaignEvent =
  | Event<'CampaignOpened', 1, { label: string }>
  | Event<'CampaignFileImported', 1, ImportCounts>
  | Event<'CampaignPaused', 1, { reason: string }>
  | Event<'CampaignResumed', 1>;

export type CampaignCommand =
  | Intent<'OpenCampaign', { label: string }>
  | Intent<'RecordImport', { counts: ImportCounts }>
  | Intent<'PauseCampaign', { reason: string }>
  | Intent<'ResumeCampaign'>;

export type Campaign = { readonly status: 'NONE' } | { readonly status: 'RUNNING' | 'PAUSED'; readonly files: readonly string[] };

/** Ids of campaigns are chosen by operators and are part of stream names: no spaces, nothing of a person. */
export const CAMPAIGN_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

const unknown = reject('not-found', 'enrolment/no-such-campaign');

/** A mailing campaign: opened, fed with files, held back and resumed. Paused, it sends no invitation; deadlines that run go on running. */
export const campaign: Decider<CampaignCommand, Campaign, CampaignEvent> = {
  category: 'campaign',
  initial: { status: 'NONE' },

  decide: {
    OpenCampaign: ({ label }, state) => (state.status === 'NONE' ? [{ type: 'CampaignOpened', v: 1, label }] : nothing),
    RecordImport: ({ counts }, state) => {
      if (state.status === 'NONE') return unknown;
      return state.files.includes(counts.file) ? nothing : [{ type: 'CampaignFileImported', v: 1, ...counts }];
    },
    PauseCampaign: ({ reason }, state) => {
      if (state.status === 'NONE') return unknown;
      return state.status === 'PAUSED' ? nothing : [{ type: 'CampaignPaused', v: 1, reason }];
    },
    ResumeCampaign: (_, state) => {
      if (state.status === 'NONE') return unknown;
      return state.status === 'RUNNING' ? nothing : [{ type: 'CampaignResumed', v: 1 }];
    },
  },

  evolve: {
    CampaignOpened: () => ({ status: 'RUNNING', files: [] }),
    CampaignFileImported: (state, { file }) => (state.status === 'NONE' ? state : { ...state, files: [...state.files, file] }),
    CampaignPaused: (state) => (state.status === 'NONE' ? state : { ...state, status: 'PAUSED' }),
    CampaignResumed: (state) => (state.status === 'NONE' ? state : { ...state, status: 'RUNNING' }),
  },
};
