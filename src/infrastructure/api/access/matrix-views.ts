import { Int, ObjectType } from '@nestjs/graphql';
import type { HabilitationCell, HabilitationMatrixView } from '../../../application/access/matrix.questions.js';
import type { Instant } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';

@ObjectType('NamedCode')
export class NamedCodeView {
  @Shown(() => String) readonly code: string;
  @Shown(() => String) readonly name: string;
}
@ObjectType('MatrixProfession')
export class MatrixProfessionView extends NamedCodeView {
  @Shown(() => String, { description: 'OID of the code system.' }) readonly system: string;
}
@ObjectType('MatrixCell')
export class MatrixCellView implements HabilitationCell {
  @Shown(() => MatrixProfessionView) readonly profession: MatrixProfessionView;
  @Shown(() => NamedCodeView, { nullable: true, description: 'Class of documents; null for a rubric.' })
  readonly category: NamedCodeView | null;
  @Shown(() => NamedCodeView, { description: 'Type of documents, or a rubric.' }) readonly type: NamedCodeView;
  @Shown(() => Boolean) readonly consultationAllowed: boolean;
}
@ObjectType('HabilitationMatrix')
export class MatrixView implements HabilitationMatrixView {
  @Shown(() => Int) readonly version: number;
  @Shown(() => String) readonly at: Instant;
  @Shown(() => [MatrixCellView]) readonly rows: readonly MatrixCellView[];
}
