import { PreviewClosure, type ClosurePreview, type LegalDate, type SpaceOverview } from '../../application/enrolment/space.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import { policy } from '../../domain/enrolment/policy.js';
import { deadlineAfter, type Instant } from '../../domain/shared/time.js';
import { lastDay } from '../shared/legal-date.js';
import { overviewOf } from './space-overview.js';

type Consequences = ClosurePreview['consequences'];

/** CSP R.1111-36, and what the CNIL asked to be said before a closure (deliberation 2016-258: another place for advance directives). */
const consequencesOf = ({ fr, en }: LegalDate): Consequences => [
  {
    fr: 'Vous n’aurez plus accès à votre espace, ni les personnes qui le consultent avec vous ou pour vous.',
    en: 'You will no longer have access to your space, nor will anybody who uses it with you or for you.',
  },
  {
    fr: 'Les professionnels de santé ne pourront plus le consulter ni y déposer de documents.',
    en: 'Health professionals will no longer be able to read it or to add documents to it.',
  },
  {
    fr: `Vos données seront archivées et inaccessibles jusqu’au ${fr}, puis détruites.`,
    en: `Your data will be archived and out of reach until ${en}, then destroyed.`,
  },
  {
    fr: `Vous pourrez rouvrir votre espace et retrouver vos données jusqu’au ${fr}.`,
    en: `You can reopen your space and find your data again until ${en}.`,
  },
  {
    fr: 'Vos directives anticipées ne seront plus consultables ici : pensez à les déposer ailleurs et à en informer vos proches.',
    en: 'Your advance directives can no longer be read here: think of depositing them elsewhere and of telling those close to you.',
  },
  {
    fr: 'Restent inchangés vos droits à l’assurance maladie, et les dossiers que vos professionnels de santé tiennent eux-mêmes.',
    en: 'Your health insurance rights stay the same, and so do the records that your health professionals keep themselves.',
  },
];

/** A space that is closed already keeps the date its archive ends. */
function preview({ space, status, archivedUntil }: SpaceOverview, now: Instant): ClosurePreview {
  const until = archivedUntil ?? lastDay(deadlineAfter(now, policy.archive).last);
  return { space, possible: status === 'OPENED' || status === 'ACTIVE', archivedUntil: until, consequences: consequencesOf(until) };
}

export const answerPreviewClosure = answerTo('PreviewClosure', PreviewClosure, async (sql, { space, now }) => {
  const overview = await overviewOf(sql, space);
  return overview && preview(overview, now);
});
