import type { LocalDate } from '../../domain/shared/time.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Counts of one campaign; people in it are counted where they stand now. */
export interface CampaignReport {
  readonly campaign: string;
  readonly label: string;
  readonly status: 'RUNNING' | 'PAUSED';
  readonly files: number;
  readonly declared: number;
  readonly rejected: number;
  readonly invitedByEmail: number;
  readonly invitedByPost: number;
  /** Invited people whose last information came back, or did not leave on its day, and who were not sent another yet: nothing opens for them meanwhile. */
  readonly awaitingAnother: number;
  /** People by status of their space now. */
  readonly byStatus: Readonly<Record<string, number>>;
}
/** How many spaces open by themselves, and how many archives end, on a Paris day. */
export interface DueDay {
  readonly day: LocalDate;
  readonly openings: number;
  readonly archiveEnds: number;
}

export class GetCampaignReport extends SubjectQuery<CampaignReport | null> {
  constructor(
    readonly campaign: string,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
export class ListDeadlinesDue extends SubjectQuery<readonly DueDay[]> {
  constructor(
    readonly from: LocalDate,
    readonly to: LocalDate,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
