import { applyDecorators } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
  validateSync,
} from 'class-validator';
import { readFile } from 'node:fs/promises';
import { STAFF_ROLES, type StaffRole } from '../../domain/shared/actor.js';
import { StaffAccounts, type StaffAccount, type StaffList } from '../../application/registers/staff-accounts.js';
import type { LocalDate } from '../../domain/shared/time.js';

/** A day of the calendar, `2026-11-22`. */
const Day = () => applyDecorators(Matches(/^\d{4}-\d{2}-\d{2}$/), IsISO8601({ strict: true }));

class AccountEntry {
  @IsString() @Length(1, 300) readonly issuer: string;
  @IsString() @Length(1, 300) readonly sub: string;
  @IsIn(STAFF_ROLES) readonly role: StaffRole;
  @Day() readonly grantedOn: LocalDate;
  @IsString() @Length(1, 300) readonly grantedBy: string;
  @IsString() @Length(1, 500) readonly reason: string;
  @IsOptional() @Day() readonly until?: LocalDate;
  @IsOptional() @Day() readonly removedOn?: LocalDate;
  @IsOptional() @IsString() @Length(1, 300) readonly removedBy?: string;
  @IsOptional() @Day() readonly reviewedOn?: LocalDate;
}
/** The file that STAFF_ACCOUNTS_FILE names. */
class AccountsFile {
  @Day() readonly of: LocalDate;
  @IsArray() @ArrayMaxSize(100_000) @ValidateNested({ each: true }) @Type(() => AccountEntry) readonly accounts: readonly AccountEntry[];
}

const accountOf = ({ issuer, sub, role, grantedOn, grantedBy, reason, ...more }: AccountEntry): StaffAccount => ({
  ...{ subject: { issuer, sub }, role, grantedOn, grantedBy, reason },
  until: more.until ?? null,
  removedOn: more.removedOn ?? null,
  removedBy: more.removedBy ?? null,
  reviewedOn: more.reviewedOn ?? null,
});
const keyOf = ({ issuer, sub, role }: AccountEntry): string => JSON.stringify([role, issuer, sub]);

/** The list of accounts that the identity provider wrote, in a file that is read at every question. */
export class StaffAccountsFile extends StaffAccounts {
  constructor(
    /** Null: it never gave one. */
    private readonly path: string | null,
  ) {
    super();
  }

  async read(): Promise<StaffList | null> {
    if (this.path === null) return null;
    const file = plainToInstance(AccountsFile, JSON.parse(await readFile(this.path, 'utf8')) as object);
    const wrong = validateSync(file, { whitelist: true, forbidNonWhitelisted: true }).map(({ property }) => property);
    if (wrong.length > 0) throw new Error(`STAFF_ACCOUNTS_FILE cannot be used: ${wrong.join(', ')}`);
    if (new Set(file.accounts.map(keyOf)).size < file.accounts.length)
      throw new Error('STAFF_ACCOUNTS_FILE cannot be used: an account stands there twice in one role');
    return { of: file.of, accounts: file.accounts.map(accountOf) };
  }
}
