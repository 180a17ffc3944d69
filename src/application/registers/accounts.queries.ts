import { STAFF_ROLES, type Role } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Roles of accounts that a control asks about: everybody but the people whom the spaces belong to, and the software itself. */
export const ACCOUNT_ROLES = [...STAFF_ROLES, 'professional', 'facility'] as const satisfies readonly Role[];
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Who gave a role to an account, until when, and who took it away. */
export interface AccountGrant {
  /** `LOG`: a fact of ours (auditors); `IDENTITY_PROVIDER`: the list that the identity provider gave. */
  readonly source: 'LOG' | 'IDENTITY_PROVIDER';
  readonly since: Instant;
  readonly by: string;
  /** Why; of an auditor the authority he works for. */
  readonly reason: string;
  /** First instant at which it ends by itself; null: it does not. */
  readonly until: Instant | null;
  readonly removedOn: Instant | null;
  readonly removedBy: string | null;
  /** When somebody last looked whether it is still needed. */
  readonly reviewedOn: Instant | null;
}
/** `NOT_TOLD`: nobody told this installation about grants of this role; `WITHOUT_GRANT`: they are known, and there is none. */
export type AccountState = 'IN_FORCE' | 'ENDED' | 'REMOVED' | 'WITHOUT_GRANT' | 'NOT_TOLD';

/** An account with its role, what it did here, and who let it in (domain reference 8.4, point 4). Never a name of a person. */
export interface AccountLine {
  readonly role: AccountRole;
  /** `nameOf` who has it: role and account; of a professional his national identifier, of a software its facility too. */
  readonly actor: string;
  /** `<issuer>|<subject>`, or the client id of a software. */
  readonly account: string;
  /** First and last fact that it left; null: none. */
  readonly firstUse: Instant | null;
  readonly lastUse: Instant | null;
  /** Facts it left: looks at somebody or at a register, wishes carried out, refusals. */
  readonly looks: number;
  readonly acts: number;
  readonly refusals: number;
  readonly state: AccountState;
  readonly grant: AccountGrant | null;
  /** Facts from outside the time of its grant; null where nobody told us about grants of this role. */
  readonly outsideGrant: number | null;
  /** It holds, and nobody looked for a year whether it should. */
  readonly reviewDue: boolean;
}
export interface AccountPage {
  /** Fewer than were asked for, or none, also where others follow: a page looks at so many accounts and no more. */
  readonly accounts: readonly AccountLine[];
  /** Cursor of the next page; null: this was the last one. */
  readonly next: string | null;
}
/** Which accounts; every member narrows. */
export interface AccountFilter {
  readonly role: AccountRole | null;
  /** Only accounts that left nothing since then. */
  readonly unusedSince: Instant | null;
  /** Only what somebody must look into: facts from outside a grant, a review that is due. */
  readonly findingsOnly: boolean;
}
/** Which page of them, by `actor` and `account`. */
export interface AccountPlace {
  /** How many accounts at most, 1 to 100. */
  readonly first: number;
  /** `next` of the page before; null: from the beginning. Throws Refused (`query/cursor-unknown`) where it is none of ours. */
  readonly cursor: string | null;
}
/** A grant as the list of the identity provider has it, for one account. */
export interface ListedGrant extends AccountGrant {
  readonly role: AccountRole;
  readonly actor: string;
  readonly account: string;
  /** First instant at which it no longer holds. */
  readonly ends: Instant | null;
}

/** Accounts that left a fact or were given a role (domain reference 8.4, point 4), a page of them. */
export class ListAccounts extends SubjectQuery<AccountPage> {
  constructor(
    readonly filter: AccountFilter,
    readonly page: AccountPlace,
    /** Null: no list was given. */
    readonly listed: readonly ListedGrant[] | null,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
