import type { Tagged } from '../../domain/shared/decider.js';
import { idOf } from '../../domain/shared/fact.js';
import { askerOf, serverOf } from './agents.js';
import { absent, concept, dcm, lifecycle, sourceType } from './codes.js';
import { dataEntity, patientEntity } from './entities.js';
import { BALP, RECEIVER } from './profiles.js';
import type { Disclosure } from './rows.js';
import type { Body, Telling } from './telling.js';

const SOURCE = concept(dcm('110153'));
const RECIPIENT = concept(dcm('110152'));

/** Data leave: of one space with the profile of IHE, which wants a patient; of many people without it. */
export function disclosureBody({ recipient }: Disclosure<Tagged>, { fact, refs, space }: Telling): Body {
  const to = { type: 'Organization', identifier: refs.thing('Basic', recipient(fact.event)) };
  const what = dataEntity('Basic', { type: 'Basic', identifier: refs.thing('Basic', idOf(fact.stream)) }, []);
  return {
    ...(space === null ? {} : { profile: `${BALP}.PrivacyDisclosure.Source` }),
    type: dcm('110106'),
    subtype: [lifecycle('disclose')],
    action: 'R',
    outcome: '0',
    agent: [
      serverOf(refs, SOURCE),
      { type: RECIPIENT, who: to, requestor: false, network: absent('not-applicable') },
      ...askerOf(fact, refs, RECEIVER),
    ],
    recorder: sourceType('4'),
    entity: [...(space === null ? [] : [patientEntity(space, refs)]), what],
  };
}
