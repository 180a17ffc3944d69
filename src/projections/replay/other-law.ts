import type { ChangedDecision, WhatIfCounts } from '../../application/replay/could-see.queries.js';
import type { OtherLaw } from '../../application/replay/foresights.js';
import { possibleDocuments } from '../../domain/access/alternatives.js';
import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import { foreseen, UNKNOWN_DOCUMENT, type Foresight } from '../../domain/access/could-see.js';
import { decideAgain, type Recalled } from '../../domain/access/decide-again.js';
import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import type { DocumentFacts } from '../../domain/access/policy.js';
import type { ActorEvent, PassageEvent } from '../../domain/access/passage.js';
import type { DecisionReceipt } from '../../domain/access/receipt.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import { categoryOf } from '../../domain/shared/fact.js';
import type { MatrixInForce } from '../../application/access/matrices.js';
import { lineId, shownReceipt, type Reading } from '../history/history-lines.js';
import { timelineAt } from './foresee.js';
import { shownForesight } from './shown-foresight.js';
import { Timeline, type KnownDocument } from './timeline.js';

type Look = Recorded<PassageEvent | Of<ActorEvent, 'AccessDenied'>>;
/** A recorded decision: a look, or a refusal. */
const isLook = (fact: Recorded): fact is Look => fact.event.type === 'AccessGranted' || fact.event.type === 'AccessDenied';

/** One decision of the past beside what another matrix makes of it. */
export interface Compared {
  readonly look: Look;
  readonly ground: RecordedGround;
  readonly document: KnownDocument | null;
  /** Null: the rules of today do not give what was decided then. */
  readonly otherwise: Foresight | null;
}

const placesIn = ({ facts }: Pick<RecordedGround, 'facts'>): string => facts.map(({ stream, rev }) => `${stream} ${rev}`).join();
const isSame = (one: DecisionReceipt | null, other: RecordedGround): boolean =>
  one !== null &&
  one.outcome === other.outcome &&
  one.rule === other.rule &&
  one.reason === other.reason &&
  placesIn(one) === placesIn(other);

/** Every alternative of a document whose description is gone; the document itself where it is not, undefined where none was asked for. */
function alternativesOf({ event, meta: { who } }: Look, known: KnownDocument | null, matrix: HabilitationMatrix) {
  if (event.document === undefined) return [undefined];
  if (known === null || known.described) return [known?.facts ?? null];
  return possibleDocuments(known.facts, who.role === 'professional' ? who.professional.id : null, { matrix }).alternatives;
}

function decidedBy(
  look: Look,
  mode: string,
  timeline: Timeline,
  known: KnownDocument | null,
  matrix: HabilitationMatrix,
): Foresight | null {
  const { event, at, meta } = look;
  const recalled = { actor: meta.who, action: event.action, mode: mode as AccessMode, at, access: timeline.access };
  const receipts = alternativesOf(look, known, matrix).map((document) =>
    decideAgain({ ...recalled, document } satisfies Recalled, { matrix }),
  );
  return receipts.includes(null) ? null : foreseen(receipts as readonly DecisionReceipt[], ['DOCUMENT_TYPE']);
}

/** The document as the request saw it: at its moment, or at the past moment that it asked for, under the mask of its own moment all the same. */
function documentOf({ event, at }: Look, timeline: Timeline, facts: readonly Recorded[]): KnownDocument | null {
  if (event.document === undefined) return null;
  const asOf = 'asOf' in event ? (event.asOf as typeof at | undefined) : undefined;
  const now = timeline.document(event.document, at);
  if (asOf === undefined) return now;
  const then = timelineAt(facts, asOf).document(event.document, asOf);
  return then && { ...then, facts: underMaskOf(now?.facts ?? then.facts, then.facts) };
}

const underMaskOf = ({ masked, maskedBecause }: DocumentFacts, facts: DocumentFacts): DocumentFacts => ({
  ...facts,
  masked,
  ...(maskedBecause === undefined ? {} : { maskedBecause }),
});

const isHis = ({ meta: { who } }: Look, professional: string | null): boolean =>
  professional === null || (who.role === 'professional' && who.professional.id === professional);
const isWithin = (look: Look, { from, until, professional, within }: OtherLaw): boolean =>
  from <= look.at &&
  look.at < until &&
  isHis(look, professional) &&
  (within === undefined || (within.after < look.position && look.position <= within.upTo));

/** The recorded decisions of a period, one after the other, each decided again on the facts that lay before it. */
export function* compare({ facts, ...beside }: Omit<Beside, 'timeline'>): Generator<Compared> {
  const timeline = new Timeline();
  for (const fact of facts) {
    const ground = fact.meta.ground;
    if (isLook(fact) && ground !== undefined && isWithin(fact, beside.other))
      yield comparedOf(fact, ground, { ...beside, timeline, facts });
    timeline.take(fact);
  }
}

interface Beside {
  readonly timeline: Timeline;
  /** In the order of writing. */
  readonly facts: readonly Recorded[];
  /** True when documents of the space lie under keys that are shut. */
  readonly shut: boolean;
  readonly versions: readonly MatrixInForce[];
  readonly other: OtherLaw;
}
function comparedOf(look: Look, ground: RecordedGround, { timeline, facts, shut, versions, other }: Beside): Compared {
  const document = documentOf(look, timeline, facts);
  if (shut && document === null && look.event.document !== undefined) return { look, ground, document, otherwise: UNKNOWN_DOCUMENT };
  const read =
    ground.matrix === null
      ? versions.findLast(({ from }) => from <= look.at)
      : versions.find(({ matrix }) => matrix.version === ground.matrix);
  const then = read && decidedBy(look, ground.mode, timeline, document, read.matrix);
  const otherwise = decidedBy(look, ground.mode, timeline, document, other.matrix);
  const isReproduced = then != null && (then.receipt === null ? then.possible.includes(ground.outcome) : isSame(then.receipt, ground));
  return { look, ground, document, otherwise: isReproduced ? otherwise : null };
}

export const NOTHING_COUNTED: WhatIfCounts = {
  decisions: 0,
  same: 0,
  allowedNow: 0,
  deniedNow: 0,
  otherReason: 0,
  notRecorded: 0,
  notReproduced: 0,
};

/** Under which count a comparison falls. */
export function kindOf({ ground, otherwise }: Compared): Exclude<keyof WhatIfCounts, 'decisions'> {
  if (otherwise === null) return 'notReproduced';
  const { receipt } = otherwise;
  if (receipt === null) return 'notRecorded';
  if (receipt.outcome !== ground.outcome) return receipt.outcome === 'ALLOW' ? 'allowedNow' : 'deniedNow';
  return isSame(receipt, ground) ? 'same' : 'otherReason';
}

/** A decision that changes, as it is shown. `space`: handle; `reading.space`: stream id. */
export function changeOf(
  { look, ground, document, otherwise }: Compared,
  space: string,
  reading: Pick<Reading, 'secrets' | 'space'>,
): ChangedDecision | null {
  if (otherwise === null) return null;
  const { event, stream, rev, at, meta } = look;
  const place = stream === `${categoryOf(stream)}-${reading.space}` ? categoryOf(stream) : stream;
  const veil = document !== null && categoryOf(document.stream) === 'veil' ? document.stream : null;
  return {
    line: lineId(reading, place, rev),
    ...{ space, at, action: event.action, document: event.document ?? null },
    professional: meta.who.role === 'professional' ? meta.who.professional.id : null,
    recorded: shownReceipt(ground, veil, reading),
    otherwise: shownForesight(otherwise, document, reading),
  };
}
