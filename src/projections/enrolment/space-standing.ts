import type { SpaceStatus } from '../../domain/enrolment/space-vocabulary.js';
import type { RowOf } from '../shared/projection.js';

/**
 * Where a space stands, as marks that facts set and lift one by one: a projection sees one fact at a time and could not say, when an
 * opposition is withdrawn, whether an invitation had gone out before.
 */
export const standing = {
  invited: 'boolean',
  opposed: 'boolean',
  opened: 'boolean',
  activated: 'boolean',
  closed: 'boolean',
} as const;
export type Standing = RowOf<typeof standing>;

/** How every space begins: declared by its fund, nothing sent yet. */
export const eligible: Standing = { invited: false, opposed: false, opened: false, activated: false, closed: false };

/** The status that the marks add up to, the furthest first. */
export const statusSql = `CASE WHEN closed THEN 'CLOSED' WHEN activated THEN 'ACTIVE' WHEN opened THEN 'OPENED'
  WHEN opposed THEN 'OPPOSED' WHEN invited THEN 'INVITED' ELSE 'ELIGIBLE' END`;

/** What statusSql can say. */
export type ShownStatus = Exclude<SpaceStatus, 'NONE'>;
