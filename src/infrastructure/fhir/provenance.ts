import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { trueOn, type Recorded } from '../../domain/shared/fact.js';
import { whoOf } from './agents.js';
import { concept, dataOperation, factType, participant } from './codes.js';
import type { Refs, ThingType } from './refs.js';
import type { Provenance, Reference } from './resources.js';

/** What a fact says of where a document comes from. */
type Origin = Pick<Provenance, 'target' | 'activity' | 'agent' | 'entity'>;
type Told = 'DocumentDeposited' | 'DocumentReplaced';
type FactOf<T extends Told> = Recorded<Of<DocumentEvent, T>>;

const ENTERER = concept(participant('enterer'));
const CUSTODIAN = concept(participant('custodian'));
const thing = (refs: Refs, type: ThingType, id: string): Reference => ({ type, identifier: refs.thing(type, id) });
const entererOf = (fact: Recorded, refs: Refs) => ({ type: ENTERER, who: whoOf(fact, refs) });

/** Deposited: who brought it, for which place of care, with which submission. The depositor signed nothing, so there is no signature. */
function deposited(fact: FactOf<'DocumentDeposited'>, refs: Refs): Origin {
  const { document, submission, by, version } = fact.event;
  const place = by?.facility;
  return {
    target: [thing(refs, 'DocumentReference', document)],
    activity: concept(dataOperation(version === 1 ? 'CREATE' : 'UPDATE')),
    agent: [
      entererOf(fact, refs),
      ...(place === undefined ? [] : [{ type: CUSTODIAN, who: { type: 'Organization', identifier: refs.facility(place) } }]),
    ],
    entity: [{ role: 'source', what: thing(refs, 'List', submission) }],
  };
}

/** Replaced: the new one is a revision of the old. */
const replaced = (fact: FactOf<'DocumentReplaced'>, refs: Refs): Origin => ({
  target: [thing(refs, 'DocumentReference', fact.event.by)],
  activity: concept(dataOperation('UPDATE')),
  agent: [entererOf(fact, refs)],
  entity: [{ role: 'revision', what: thing(refs, 'DocumentReference', fact.event.document) }],
});

/** The facts that say where something comes from; all others say nothing of the kind. */
export const provenanceRows: { readonly [T in Told]: (fact: FactOf<T>, refs: Refs) => Origin } = {
  DocumentDeposited: deposited,
  DocumentReplaced: replaced,
};

/** Where a document comes from, as FHIR Provenance: of deposits and replacements; none of any other fact. */
export function provenanceOf(fact: Recorded, refs: Refs): readonly Provenance[] {
  const { stream, rev, at, event } = fact;
  if (!Object.hasOwn(provenanceRows, event.type)) return [];
  const origin = provenanceRows[event.type as Told] as (fact: Recorded, refs: Refs) => Origin;
  const { target, ...rest } = origin(fact, refs);
  return [
    {
      resourceType: 'Provenance',
      id: refs.resourceId('Provenance', stream, rev, 0),
      meta: { tag: [factType(event.type)] },
      target,
      occurredDateTime: trueOn(fact),
      recorded: at,
      ...rest,
    },
  ];
}
