import type { Role } from '../../domain/shared/actor.js';
import { WRITERS } from '../fhir/agents.js';
import { everyRow, type KnownType } from '../fhir/every-row.js';
import { looks } from '../fhir/passage-rows.js';
import { provenanceRows } from '../fhir/provenance.js';
import { EMERGENCIES, PURPOSES } from '../fhir/purpose.js';
import type { PlainRow, Row } from '../fhir/rows.js';
import { knownFacts } from '../system/known-facts.js';

const line = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const head = (...cells: readonly string[]): readonly string[] => [line(...cells), `|${'---|'.repeat(cells.length)}`];
/** Categories whose streams are about one space; the others have the profile without a patient. */
const OF_PATIENTS: readonly string[] = ['space', 'access', 'record', 'veil', 'passage', 'notices', 'actor'];
/** Of the service, and yet about one space. */
const NAMES_A_SPACE: readonly string[] = ['ArchiveOpened'];

/** Kind of event or profile, and what it is about, in words. */
function saidOf(row: PlainRow<never>, patient: string): readonly [profile: string, about: string] {
  if ('on' in row) return [`${patient}${row.as}`, `${row.on}${row.labels ? ', labelled' : ''}`];
  switch (row.as) {
    case 'None':
      return ['none', row.because];
    case 'Query':
      return [`${patient}Query`, 'the question in base64'];
    case 'Refusal':
      return ['AuthZconsent', 'outcome 8; without a space AuthZ-Role, no profile'];
    case 'Disclosure':
      return ['PrivacyDisclosure.Source', 'of one space; of many people DCM 110106 without a profile'];
    case 'Proof':
      return ['no profile: DCM 110114', `User Authentication, outcome ${row.outcome}`];
    case 'Trail':
      return ['no profile: DCM 110101', 'Audit Log Used'];
  }
}

function factLine(category: string, type: KnownType): string {
  const row = everyRow[type] as Row<never>;
  const patient = OF_PATIENTS.includes(category) || NAMES_A_SPACE.includes(type) ? 'Patient' : '';
  const [profile, about] = row.as === 'Varies' ? ['see below', row.says] : saidOf(row, patient);
  return line(`\`${category}\``, `\`${type}\``, profile, about, type in provenanceRows ? 'yes' : '');
}

const factLines = (): readonly string[] =>
  Object.entries(knownFacts)
    // A veil holds what would otherwise lie in the record and among the passages, and is told the same.
    .filter(([category]) => category !== 'veil')
    .flatMap(([category, types]) => Object.keys(types).map((type) => factLine(category, type as KnownType)));

const actorLine = (role: Role): string => line(role, WRITERS[role] ?? 'none: the part is the client', PURPOSES[role]);

/** `docs/reference/fhir-mapping.md`: the rows of the mapping. */
export const fhirReference = (): string =>
  [
    '# Facts as FHIR',
    '',
    'Generated from the tables in `src/infrastructure/fhir`; do not edit. Why it is so: [decision 0040](../adr/0040-facts-as-audit-events.md).',
    '',
    'Every fact is told as AuditEvent (FHIR R4) after IHE Basic Audit Log Patterns 1.1.4; profiles are named without `IHE.BasicAudit.`. One event for each thing a fact',
    'touches. `meta.tag` has the type of the fact, `recorded` when it was written, `period` when it was true where that differs. References are logical: kind and',
    'identifier. What the log does not hold (network address and software of people) is marked as absent. `npm run conformance -- <folder>` checks the files of an export.',
    '',
    ...head('Streams', 'Fact', 'Profile', 'About', 'Provenance'),
    ...factLines(),
    '',
    '## Who looked',
    '',
    '`AccessGranted`, by the question. A question that is not asked any more is told as a read of the space.',
    '',
    ...head('Question', 'Profile', 'About'),
    ...Object.entries(looks).map(([action, row]) => line(`\`${action}\``, ...saidOf(row, 'Patient'))),
    line('`GetActivityHistory`, asked by compliance', 'no profile: DCM 110101', 'Audit Log Used'),
    '',
    '## Who acted, and for what',
    '',
    'Type of the user where something is written (where it is read: `IRCP`), and purpose (v3-ActReason) when no emergency says otherwise. In an emergency:',
    `${Object.entries(EMERGENCIES)
      .map(([mode, purpose]) => `\`${mode}\` is \`${purpose}\``)
      .join(', ')}. A purpose that somebody words freely is never written.`,
    '',
    ...head('Actor', 'Writes as', 'Purpose'),
    ...(Object.keys(PURPOSES) as Role[]).map(actorLine),
    '',
  ].join('\n');
