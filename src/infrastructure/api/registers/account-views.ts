import { Float, Int, ObjectType } from '@nestjs/graphql';
import type { AccountAnswer } from '../../../application/registers/accounts.questions.js';
import type { AccountGrant, AccountLine, AccountRole, AccountState } from '../../../application/registers/accounts.queries.js';
import type { CatalogueFinding, ReleaseLine, ReleaseParty, ServicesAnswer } from '../../../application/registers/services.queries.js';
import type { Role } from '../../../domain/shared/actor.js';
import type { Instant } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';

@ObjectType('AccountGrant')
export class AccountGrantView implements AccountGrant {
  @Shown(() => String, { description: 'LOG: a fact of this service; IDENTITY_PROVIDER: the list it gave.' })
  readonly source: AccountGrant['source'];
  @Shown(() => String) readonly since: Instant;
  @Shown(() => String) readonly by: string;
  @Shown(() => String) readonly reason: string;
  @Shown(() => String, { nullable: true, description: 'First instant at which it ends by itself.' }) readonly until: Instant | null;
  @Shown(() => String, { nullable: true }) readonly removedOn: Instant | null;
  @Shown(() => String, { nullable: true }) readonly removedBy: string | null;
  @Shown(() => String, { nullable: true, description: 'When somebody last looked whether it is needed.' })
  readonly reviewedOn: Instant | null;
}
@ObjectType('Account')
export class AccountView implements AccountLine {
  @Shown(() => String) readonly role: AccountRole;
  @Shown(() => String, { description: 'Role and account; of a professional his national identifier.' }) readonly actor: string;
  @Shown(() => String, { description: 'Issuer and subject, or the client id of a software.' }) readonly account: string;
  @Shown(() => String, { nullable: true }) readonly firstUse: Instant | null;
  @Shown(() => String, { nullable: true }) readonly lastUse: Instant | null;
  @Shown(() => Int, { description: 'Facts it left: looks.' }) readonly looks: number;
  @Shown(() => Int, { description: 'Wishes carried out.' }) readonly acts: number;
  @Shown(() => Int, { description: 'Refusals.' }) readonly refusals: number;
  @Shown(() => String, { description: 'IN_FORCE, ENDED, REMOVED, WITHOUT_GRANT, or NOT_TOLD: nobody told us about grants of this role.' })
  readonly state: AccountState;
  @Shown(() => AccountGrantView, { nullable: true }) readonly grant: AccountGrantView | null;
  @Shown(() => Int, {
    nullable: true,
    description: 'Facts from outside the time of its grant; null: nobody told us about grants of this role.',
  })
  readonly outsideGrant: number | null;
  @Shown(() => Boolean, { description: 'It holds, and nobody looked for a year whether it should.' }) readonly reviewDue: boolean;
}
@ObjectType('AccountPage')
export class AccountPageView implements AccountAnswer {
  @Shown(() => [AccountView]) readonly accounts: readonly AccountView[];
  @Shown(() => String, {
    nullable: true,
    description: 'Cursor of the next page, which may be there behind a page with few accounts or none; null: this was the last one.',
  })
  readonly next: string | null;
  @Shown(() => String, { nullable: true, description: 'Day of the list of the identity provider; null: it gave none.' }) readonly listOf:
    string | null;
  @Shown(() => [String], { description: 'What this answer knows, and who must say the rest.' }) readonly fr: readonly string[];
}

@ObjectType('Release')
export class ReleaseView implements ReleaseLine {
  @Shown(() => String, { description: 'AUTHORITY, PROFESSIONAL, FACILITY_SOFTWARE, INSURER, ATTENDING_DOCTOR, HOLDER.' })
  readonly party: ReleaseParty;
  @Shown(() => String, { description: 'OUT: shown or handed to them; IN: put into a space by them.' })
  readonly direction: ReleaseLine['direction'];
  @Shown(() => String, { description: 'Name of the action, mode of the export, kind of notice, type of the fact they brought.' })
  readonly what: string;
  @Shown(() => String, { nullable: true, description: 'Ground of the decision, or the legal basis.' }) readonly purpose: string | null;
  /** Of everything that ever passed there is more than the integers of GraphQL go (2^31). */
  @Shown(() => Float) readonly count: number;
  @Shown(() => String) readonly first: Instant;
  @Shown(() => String) readonly last: Instant;
}
@ObjectType('MatrixThen')
export class MatrixThenView {
  @Shown(() => Int) readonly version: number;
  @Shown(() => Int, { description: 'Rows of it.' }) readonly professions: number;
}
@ObjectType('CatalogueFinding')
export class CatalogueFindingView implements CatalogueFinding {
  @Shown(() => [String], { description: 'Categories of facts about services that this version writes; none: it has no catalogue.' })
  readonly written: readonly string[];
  @Shown(() => [String], { description: 'Kinds of accounts that there are.' }) readonly roles: readonly Role[];
  @Shown(() => MatrixThenView, { nullable: true, description: 'The authorisation matrix of that moment.' })
  readonly matrix: MatrixThenView | null;
  @Shown(() => String, { description: 'The same in words.' }) readonly fr: string;
}
@ObjectType('Services')
export class ServicesView implements ServicesAnswer {
  @Shown(() => String) readonly at: Instant;
  @Shown(() => CatalogueFindingView) readonly catalogue: CatalogueFindingView;
  @Shown(() => [ReleaseView]) readonly releases: readonly ReleaseView[];
}
