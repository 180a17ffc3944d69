import type { AccessEvent } from '../../domain/access/access-vocabulary.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { categoryOf, trueOn, type Recorded } from '../../domain/shared/fact.js';
import type { EvidenceKind, EvidenceLine } from './controls.queries.js';

type Proving = SpaceEvent | EndingEvent | AccessEvent;
type Said = Pick<EvidenceLine, 'kind'> & Partial<Pick<EvidenceLine, 'channel' | 'text' | 'detail' | 'on'>>;
type Rows = { readonly [T in Proving['type']]?: (event: Of<Proving, T>) => Said };

const only = (kind: EvidenceKind) => (): Said => ({ kind });
const through =
  (kind: EvidenceKind) =>
  ({ channel }: { readonly channel: string }): Said => ({ kind, channel });

/** The facts that prove something to somebody outside; all others prove nothing of this kind. */
const EVIDENCE: Rows = {
  InvitationSent: ({ channel, letter, sentAt }) => ({ kind: 'INFORMATION', channel, text: letter, on: sentAt }),
  InvitationBounced: only('INFORMATION_NOT_DELIVERED'),
  InvitationDelayed: () => ({ kind: 'INFORMATION_NOT_DELIVERED', detail: 'NOT_CERTAINLY_SENT_ON_ITS_DAY' }),
  OppositionRegistered: through('OPPOSITION'),
  OppositionWithdrawn: through('OPPOSITION_WITHDRAWN'),
  AutomaticCreationBlocked: ({ reason }) => ({ kind: 'OPENING_BLOCKED', detail: reason }),
  SpaceOpened: ({ mode }) => ({ kind: 'OPENING', detail: mode }),
  TermsAccepted: ({ conditions, privacy }) => ({ kind: 'TERMS', text: `${conditions} / ${privacy}` }),
  SpaceClosed: ({ requestedBy }) => ({ kind: 'CLOSURE', detail: requestedBy }),
  SpaceReopened: only('REOPENING'),
  ErasureRequested: ({ requestedBy }) => ({ kind: 'ERASURE_REQUESTED', detail: requestedBy }),
  ErasureRequestCancelled: ({ cancelledBy }) => ({ kind: 'ERASURE_CANCELLED', detail: cancelledBy }),
  AccessConsentRecorded: ({ means, basis, until }) => ({ kind: 'CONSENT', channel: means, detail: `${basis}, until ${until}` }),
  AccessConsentWithdrawn: only('CONSENT_WITHDRAWN'),
  TemporaryAccessGranted: ({ minutes }) => ({ kind: 'TEMPORARY_CONSENT', detail: `${minutes} min` }),
};

/** The line that a fact gives; none when it proves nothing of what a person was told, opposed or agreed to. */
export function evidenceOf(fact: Recorded<Proving>): readonly EvidenceLine[] {
  const say = EVIDENCE[fact.event.type] as ((event: Proving) => Said) | undefined;
  if (say === undefined) return [];
  const { kind, channel = null, text = null, detail = null, on = trueOn(fact) } = say(fact.event);
  return [{ kind, at: fact.at, on, by: fact.meta.who.role, channel, text, detail, stream: categoryOf(fact.stream), rev: fact.rev }];
}
