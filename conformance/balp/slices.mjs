import { agentsOf, entitiesOf, isCoding } from './codes.mjs';

/** A rule: its name, as findings say it, and a FHIRPath expression that must be true. */
export const rule = (name, holds) => ({ name, holds });

/** `type`, `subtype`, `action` and `outcome` as a profile fixes them. */
export const kind = ({ type, subtype, action, outcome }) => [
  rule(`type ${type}`, `type.where(${isCoding(type)}).count() = 1`),
  rule('subtype', `subtype.where(${isCoding(...subtype)}).count() = 1`),
  rule(`action ${action}`, `action = '${action}'`),
  rule('recorded', 'recorded.exists()'),
  ...(outcome === undefined ? [rule('outcome', 'outcome.exists()')] : [rule(`outcome ${outcome}`, `outcome = '${outcome}'`)]),
];

/** Client and server: one each, with who and network. */
export const machine = (name, code, { media = false } = {}) => [
  rule(`agent ${name} 1..1`, `${agentsOf(code)}.count() = 1`),
  rule(`agent ${name} who`, `${agentsOf(code)}.who.exists()`),
  rule(`agent ${name} network`, `${agentsOf(code)}.network.exists()`),
  ...(media ? [] : [rule(`agent ${name} no media`, `${agentsOf(code)}.media.empty()`)]),
];

/** Whoever asked: at most one, and he asked. */
export const user = (codes, most = 1, least = 0) => [
  rule(`agent user ${least}..${most}`, `${agentsOf(...codes)}.count() >= ${least} and ${agentsOf(...codes)}.count() <= ${most}`),
  rule('agent user who', `${agentsOf(...codes)}.all(who.exists())`),
  rule('agent user requestor', `${agentsOf(...codes)}.all(requestor = true)`),
  rule('agent user no media', `${agentsOf(...codes)}.media.empty()`),
  rule('agent user no network', `${agentsOf(...codes)}.network.empty()`),
];

/** An agent that is neither who asked nor a machine with a network. */
export const party = (name, code, { least = 1, requestor } = {}) => [
  rule(`agent ${name} ${least}..1`, `${agentsOf(code)}.count() >= ${least} and ${agentsOf(code)}.count() <= 1`),
  rule(`agent ${name} who`, `${agentsOf(code)}.all(who.exists())`),
  ...(requestor === undefined ? [] : [rule(`agent ${name} not requestor`, `${agentsOf(code)}.all(requestor = ${requestor})`)]),
];

const PATIENT = entitiesOf('entityType#1');
/** The patient: one, in the role of a patient, as a reference to a Patient. */
export const patient = [
  rule('patient entity 1..1', `${PATIENT}.count() = 1`),
  rule('patient entity role', `${PATIENT}.all(role.where(${isCoding('objectRole#1')}).exists())`),
  rule('patient entity what', `${PATIENT}.all(what.type = 'Patient' or what.reference.startsWith('Patient/'))`),
];

const OBJECT = entitiesOf('entityType#2');
/** What was made, read or changed: one. */
export const data = [
  rule('data entity 1..1', `${OBJECT}.count() = 1`),
  rule('data entity role', `${OBJECT}.all(role.where(${isCoding('objectRole#4', 'objectRole#3', 'objectRole#20')}).exists())`),
  rule('data entity what', `${OBJECT}.all(what.exists())`),
];
/** What was asked: one, the raw request in base64, and nothing that it gave. */
export const query = [
  rule('query entity 1..1', `${OBJECT}.count() = 1`),
  rule('query entity role', `${OBJECT}.all(role.where(${isCoding('objectRole#24')}).exists())`),
  rule(
    'query entity query',
    `${OBJECT}.all(query.exists() and query.matches('^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'))`,
  ),
  rule('query entity no what', `${OBJECT}.what.empty()`),
  rule('query entity no lifecycle', `${OBJECT}.lifecycle.empty()`),
  rule('query entity no detail', `${OBJECT}.detail.empty()`),
];

const TRANSACTION = entitiesOf('entityTypeOfBalp#XrequestId');
/** X-Request-Id, if there is one. */
export const transaction = [
  rule('transaction entity 0..1', `${TRANSACTION}.count() <= 1`),
  rule('transaction entity value', `${TRANSACTION}.all(what.identifier.value.exists())`),
];
export const agents = (least) => rule(`agent>=${least}`, `agent.count() >= ${least}`);
export const entities = (least) => rule(`entity>=${least}`, `entity.count() >= ${least}`);
/** Invariant val-audit-source: whoever recorded it is this agent. */
export const isObserver = (name, code) => rule(`agent ${name} is the observer`, `${agentsOf(code)}.who = source.observer`);
export const noModifier = rule('no modifierExtension', 'modifierExtension.empty()');
