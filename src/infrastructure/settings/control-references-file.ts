import { plainToInstance, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches, ValidateNested, validateSync } from 'class-validator';
import { readFile } from 'node:fs/promises';
import { ControlReferences, type Processor, type Reference, type References } from '../../application/registers/references.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

class ReferenceEntry {
  @IsString() @Length(1, 200) readonly reference: string;
  @Matches(DAY) readonly date: string;
  @IsOptional() @Matches(DAY) readonly validUntil?: string;
}
class ProcessorEntry {
  @IsString() @Length(1, 200) readonly name: string;
  @IsString() @Length(1, 500) readonly purpose: string;
  @IsString() @Length(1, 200) readonly contract: string;
  @IsOptional() @Matches(DAY) readonly until?: string;
}
/** The file that CONTROL_REFERENCES_FILE names. */
class ReferencesFile {
  @IsOptional() @ValidateNested() @Type(() => ReferenceEntry) readonly dpia?: ReferenceEntry;
  @IsOptional() @ValidateNested() @Type(() => ReferenceEntry) readonly securityPolicy?: ReferenceEntry;
  @IsOptional() @ValidateNested() @Type(() => ReferenceEntry) readonly hostingCertificate?: ReferenceEntry;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => ProcessorEntry)
  readonly processors?: readonly ProcessorEntry[];
}

const referenceOf = (entry: ReferenceEntry | undefined): Reference | null =>
  entry === undefined ? null : { reference: entry.reference, date: entry.date, validUntil: entry.validUntil ?? null };
const processorOf = ({ name, purpose, contract, until = undefined }: ProcessorEntry): Processor => ({
  name,
  purpose,
  contract,
  until: until ?? null,
});

/** References in a file, read at every question: whoever renews a certificate edits the file. */
export class ControlReferencesFile extends ControlReferences {
  constructor(
    /** Null: nobody has written anything down. */
    private readonly path: string | null,
  ) {
    super();
  }

  async read(): Promise<References> {
    const { dpia, securityPolicy, hostingCertificate, processors = [] } = await this.file();
    return {
      dpia: referenceOf(dpia),
      securityPolicy: referenceOf(securityPolicy),
      hostingCertificate: referenceOf(hostingCertificate),
      processors: processors.map(processorOf),
    };
  }

  private async file(): Promise<ReferencesFile> {
    if (this.path === null) return new ReferencesFile();
    const file = plainToInstance(ReferencesFile, JSON.parse(await readFile(this.path, 'utf8')) as object);
    const wrong = validateSync(file, { whitelist: true, forbidNonWhitelisted: true }).map(({ property }) => property);
    if (wrong.length > 0) throw new Error(`CONTROL_REFERENCES_FILE cannot be used: ${wrong.join(', ')}`);
    return file;
  }
}
