import { agentsOf, isCoding } from './balp/codes.mjs';
import { rule } from './balp/slices.mjs';

/** Where the service is the server: it is the one that records. A client and a server that were exchanged pass the profiles; not this. */
const recordsItself = (server) => rule('the server is the observer', `${agentsOf(server)}.who = source.observer`);

/** What this service promises of its own resources beyond the profiles, by profile. */
export const byProfile = {
  PatientRead: [recordsItself('dcm#110153')],
  Read: [recordsItself('dcm#110153')],
  PatientDelete: [recordsItself('participant#custodian')],
  Delete: [recordsItself('participant#custodian')],
  ...Object.fromEntries(
    ['Create', 'Update', 'Query'].flatMap((name) => [name, `Patient${name}`]).map((name) => [name, [recordsItself('dcm#110152')]]),
  ),
};

/** Kinds of events for which IHE has no profile: the trail was used, somebody proved who he is, a role was refused, an export of many people. */
const WITHOUT_PROFILE = ['dcm#110101', 'dcm#110114', 'dcm#110106'];
export const ofEveryAuditEvent = [
  rule(
    'a profile is claimed where there is one',
    `meta.profile.exists() or type.where(${isCoding(...WITHOUT_PROFILE)}).exists() or subtype.where(${isCoding('authorisation#AuthZ-Role')}).exists()`,
  ),
  rule('a purpose is said', 'purposeOfEvent.exists()'),
  rule('somebody asked', 'agent.where(requestor = true).count() = 1'),
  rule(
    'no name and no free text',
    'agent.name.empty() and agent.altId.empty() and text.empty() and entity.name.empty() and entity.description.empty()',
  ),
];
/** Deposits and replacements. */
export const ofEveryProvenance = [
  rule('target is a document', `target.exists() and target.all(type = 'DocumentReference' and identifier.value.exists())`),
  rule('an agent is named', 'agent.exists() and agent.all(who.exists())'),
  rule('entities are sources or revisions', `entity.all(role = 'source' or role = 'revision')`),
  rule('said to be true not after it was written', 'occurredDateTime <= recorded'),
];
