import { nameOf, type StaffRole, type Subject } from '../../domain/shared/actor.js';
import { dayAfter, startOfDay, type Instant, type LocalDate } from '../../domain/shared/time.js';
import type { ListedGrant } from './accounts.queries.js';

/** An account with a role, as the identity provider says: days are Paris days, the last ones included. */
export interface StaffAccount {
  readonly subject: Subject;
  readonly role: StaffRole;
  readonly grantedOn: LocalDate;
  readonly grantedBy: string;
  readonly reason: string;
  readonly until: LocalDate | null;
  readonly removedOn: LocalDate | null;
  readonly removedBy: string | null;
  readonly reviewedOn: LocalDate | null;
}
export interface StaffList {
  /** Day on which the identity provider wrote it. */
  readonly of: LocalDate;
  readonly accounts: readonly StaffAccount[];
}

/** Who was given which role. Roles are given and taken at the identity provider, so only it can say. */
export abstract class StaffAccounts {
  /** As it was last given; null: never. Throws Error, which names the member and never a value, when it cannot be used. */
  abstract read(): Promise<StaffList | null>;
}

const NEXT_DAY = { days: 1 };
const startOf = (day: LocalDate | null): Instant | null => (day === null ? null : startOfDay(day));
const overAfter = (day: LocalDate): Instant => startOfDay(dayAfter(day, NEXT_DAY));

/** What of the list was already so at this moment; what came later was not yet known. */
export function grantsAt({ accounts }: StaffList, moment: Instant): readonly ListedGrant[] {
  return accounts.map((one) => grantAt(one, moment)).filter(({ since }) => since <= moment);
}

function grantAt({ subject, role, grantedOn, grantedBy, reason, until, ...later }: StaffAccount, moment: Instant): ListedGrant {
  const removed = later.removedOn !== null && startOfDay(later.removedOn) <= moment ? later.removedOn : null;
  const reviewed = later.reviewedOn !== null && startOfDay(later.reviewedOn) <= moment ? later.reviewedOn : null;
  const last = [until, removed].filter((day) => day !== null).sort()[0];
  return {
    role,
    actor: nameOf({ role, subject, assurance: 'substantial' }),
    account: `${subject.issuer}|${subject.sub}`,
    source: 'IDENTITY_PROVIDER',
    since: startOfDay(grantedOn),
    by: grantedBy,
    reason,
    until: until === null ? null : overAfter(until),
    removedOn: startOf(removed),
    removedBy: removed === null ? null : later.removedBy,
    reviewedOn: startOf(reviewed),
    ends: last === undefined ? null : overAfter(last),
  };
}
