import { agentsOf, entitiesOf, isCoding } from './codes.mjs';
import * as slices from './slices.mjs';

/**
 * The profiles of IHE ITI Basic Audit Log Patterns (BALP) 1.1.4, https://profiles.ihe.net/ITI/BALP (CC-BY-4.0), as FHIRPath: one rule for each
 * line of their definitions that can be broken. Slices are told apart by `agent.type` and `entity.type`, as the profiles say.
 */
const WRITERS = ['participation#AUT', 'participation#INF', 'participation#CST'];
const READERS = ['participation#IRCP'];
const interactions = (...names) => names.map((name) => `restful#${name}`);

/** StructureDefinition-IHE.BasicAudit.{Create,Read,Update,Delete,Query}. */
const RESTFUL = {
  Create: { action: 'C', subtype: interactions('create'), client: 'dcm#110153', server: 'dcm#110152', users: WRITERS, about: slices.data },
  // The client is where the data go: the other way round than everywhere else.
  Read: {
    action: 'R',
    subtype: interactions('read', 'vread'),
    client: 'dcm#110152',
    server: 'dcm#110153',
    users: READERS,
    about: slices.data,
  },
  Update: {
    action: 'U',
    subtype: interactions('update', 'patch'),
    client: 'dcm#110153',
    server: 'dcm#110152',
    users: WRITERS,
    about: slices.data,
  },
  // Codes of its own for client and server.
  Delete: {
    action: 'D',
    subtype: interactions('delete'),
    client: 'dcm#110150',
    server: 'participant#custodian',
    users: WRITERS,
    about: slices.data,
  },
  Query: {
    action: 'E',
    subtype: interactions('search', 'search-type', 'search-system'),
    client: 'dcm#110153',
    server: 'dcm#110152',
    users: READERS,
    about: slices.query,
  },
};

/** With a patient (`Patient…`), who is one more entity, and without. */
const restful = ({ action, subtype, client, server, users, about }, isAboutPatient) => [
  ...slices.kind({ type: 'auditEventType#rest', subtype, action, outcome: '0' }),
  slices.agents(2),
  ...slices.machine('client', client),
  ...slices.machine('server', server),
  ...slices.user(users),
  slices.entities(isAboutPatient ? 2 : 1),
  ...(isAboutPatient ? slices.patient : []),
  ...about,
  ...slices.transaction,
];

/** StructureDefinition-IHE.BasicAudit.PrivacyDisclosure.{Source,Recipient}. */
const disclosure = ({ type, action, observer }) => [
  slices.noModifier,
  ...slices.kind({ type, subtype: ['lifecycle#disclose'], action }),
  slices.agents(2),
  ...slices.machine('source', 'dcm#110153', { media: true }),
  ...slices.machine('recipient', 'dcm#110152', { media: true }),
  slices.isObserver(...observer),
  ...slices.party('custodian', 'snomed#159541003', { least: 0 }),
  ...slices.party('authorizer', 'snomed#429577009', { least: 0 }),
  slices.entities(2),
  ...slices.patient,
];

const CONSENT = entitiesOf('resourceTypes#Consent');
const TOKEN = `entity.where(type.where(code = 'UserOauthAgent').exists())`;
/** StructureDefinition-IHE.BasicAudit.AuthZconsent. Its entities are a closed list. */
const authorisation = [
  slices.noModifier,
  slices.rule('type dcm#110113', `type.where(${isCoding('dcm#110113')}).count() = 1`),
  slices.rule('subtype', `subtype.exists() and subtype.all(${isCoding('authorisation#AuthZ-Consent', 'authorisation#AuthZ-Role')})`),
  slices.rule('action E', `action = 'E'`),
  slices.rule('recorded', 'recorded.exists()'),
  slices.rule('outcome', 'outcome.exists()'),
  slices.agents(2),
  ...slices.machine('client', 'dcm#110150'),
  slices.rule('agent client bare', `${agentsOf('dcm#110150')}.all((role | altId | name | location | purposeOfUse).empty())`),
  ...slices.user(READERS, 1, 1),
  ...slices.party('userorg', 'roleClass#PROV', { requestor: false }),
  ...slices.party('authorizer', 'securityRole#authserver', { requestor: false }),
  slices.rule(
    'agent authorizer bare',
    `${agentsOf('securityRole#authserver')}.all((role | altId | name | location | policy | media | network | purposeOfUse).empty())`,
  ),
  slices.isObserver('authorizer', 'securityRole#authserver'),
  slices.entities(2),
  ...slices.patient,
  slices.rule('consent entity 1..*', `${CONSENT}.exists()`),
  slices.rule('consent entity what', `${CONSENT}.all(what.exists())`),
  slices.rule('token entity 0..1', `${TOKEN}.count() <= 1`),
  slices.rule('token entity jti', `${TOKEN}.all(what.identifier.value.startsWith('urn:ietf:params:oauth:jti:'))`),
  slices.rule('entities closed', `entity.count() = ${entitiesOf('entityType#1')}.count() + ${CONSENT}.count() + ${TOKEN}.count()`),
];

const kinds = Object.entries(RESTFUL);
/** Name of the profile, as after `IHE.BasicAudit.`, and its rules. */
export const profiles = {
  ...Object.fromEntries(kinds.map(([name, kind]) => [name, restful(kind, false)])),
  ...Object.fromEntries(kinds.map(([name, kind]) => [`Patient${name}`, restful(kind, true)])),
  'PrivacyDisclosure.Source': disclosure({ type: 'dcm#110106', action: 'R', observer: ['source', 'dcm#110153'] }),
  'PrivacyDisclosure.Recipient': disclosure({ type: 'dcm#110107', action: 'C', observer: ['recipient', 'dcm#110152'] }),
  AuthZconsent: authorisation,
};
