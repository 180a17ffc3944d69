import { ID, Int, ObjectType } from '@nestjs/graphql';
import type {
  NoticePage,
  NoticeView,
  ProfessionalNoticePage,
  ProfessionalNoticeView,
} from '../../../application/notices/notices.queries.js';
import type { NoticeBy, NoticeKind } from '../../../domain/notices/notice-vocabulary.js';
import type { Facility, Profession } from '../../../domain/shared/actor.js';
import { Shown } from '../fields.js';

@ObjectType('NoticeProfession', { description: 'A profession: code and code system.' })
export class ProfessionView implements Profession {
  @Shown(() => String, { description: 'OID of the code system.' }) readonly system: string;
  @Shown(() => String) readonly code: string;
}
@ObjectType('NoticeFacility', { description: 'A place of care, by its FINESS number.' })
export class FacilityView implements Facility {
  @Shown(() => ID) readonly id: string;
  @Shown(() => String) readonly name: string;
}
@ObjectType('NoticeBy', { description: 'Who did it, as he stated himself.' })
export class NoticeByView implements NoticeBy {
  @Shown(() => String, { description: 'PROFESSIONAL, FACILITY, INSURER, SUPPORT or SERVICE.' }) readonly kind: NoticeBy['kind'];
  @Shown(() => ID, { nullable: true }) readonly id: string;
  @Shown(() => String, { nullable: true }) readonly name: string;
  @Shown(() => ProfessionView, { nullable: true }) readonly profession: ProfessionView;
  @Shown(() => FacilityView, { nullable: true }) readonly facility: FacilityView;
}

@ObjectType('Notice')
export class NoticeViewOfHolder implements NoticeView {
  @Shown(() => ID) readonly notice: string;
  @Shown(() => String) readonly kind: NoticeKind;
  @Shown(() => String, { description: 'When what it tells was true.' }) readonly on: string;
  @Shown(() => NoticeByView, { nullable: true }) readonly who: NoticeByView | null;
  @Shown(() => ID, { nullable: true, description: 'The document it is about.' }) readonly document: string | null;
  @Shown(() => Boolean, { description: 'No preference switches it off.' }) readonly mandatory: boolean;
  @Shown(() => Boolean, { description: 'By the account that asks.' }) readonly read: boolean;
  @Shown(() => String) readonly fr: string;
  @Shown(() => String) readonly en: string;
}
@ObjectType('NoticePreferences')
export class NoticePreferencesView {
  @Shown(() => Boolean) readonly document: boolean;
  @Shown(() => Boolean, { description: 'Accesses after the first one of a professional.' }) readonly access: boolean;
}
@ObjectType('NoticePage')
export class NoticePageView implements NoticePage {
  @Shown(() => [NoticeViewOfHolder]) readonly notices: readonly NoticeViewOfHolder[];
  @Shown(() => Int, { description: 'Not read by this account, on all pages.' }) readonly unread: number;
  @Shown(() => NoticePreferencesView) readonly preferences: NoticePreferencesView;
  @Shown(() => String, { nullable: true, description: '`cursor` of the next, older page.' }) readonly next: string | null;
}

@ObjectType('ProfessionalNotice')
export class ProfessionalNoticeViewOfDoor implements ProfessionalNoticeView {
  @Shown(() => ID) readonly notice: string;
  @Shown(() => String) readonly kind: 'EMERGENCY_ACCESS';
  @Shown(() => ID, { description: 'Handle of the space.' }) readonly space: string;
  @Shown(() => String, { description: 'When it happened.' }) readonly on: string;
  @Shown(() => NoticeByView) readonly who: NoticeByView;
  @Shown(() => String) readonly fr: string;
  @Shown(() => String) readonly en: string;
}
@ObjectType('ProfessionalNoticePage')
export class ProfessionalNoticePageView implements ProfessionalNoticePage {
  @Shown(() => [ProfessionalNoticeViewOfDoor]) readonly notices: readonly ProfessionalNoticeViewOfDoor[];
  @Shown(() => String, { nullable: true, description: '`cursor` of the next, older page.' }) readonly next: string | null;
}
