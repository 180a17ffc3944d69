import { Injectable } from '@nestjs/common';
import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import { HIDING } from '../../domain/access/decide-again.js';
import type { AccessFacts } from '../../domain/access/facts.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import { matrix, type Action } from '../../domain/access/matrix.js';
import type { DocumentFacts, Law, Viewer } from '../../domain/access/policy.js';
import type { DecisionReceipt } from '../../domain/access/receipt.js';
import type { PassageEvent } from '../../domain/access/passage.js';
import type { LookedAt } from '../../domain/audit/compliance-look.js';
import { isMinor } from '../../domain/record/confidentiality.js';
import { nameOf, type Actor, type Role } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Tagged } from '../../domain/shared/decider.js';
import { belongsTo, type Knowledge } from '../../domain/shared/knowledge.js';
import type { Circumstances, Recorded, StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { Matrices } from '../access/matrices.js';
import { PassageRecorder } from './passage-recorder.js';
import { Clock, Journal, NO_STREAM, Secrets } from './ports.js';
import { Quarantine } from './quarantine.js';
import { aimOf } from './refusals.js';
import { Refused } from './refused.js';
import { SPACE_QUARANTINED, type Standstill } from './standstill.js';

/** One request as the gate sees it. `messageId` names the request in the whole chain of causes. */
export interface Passing {
  readonly actor: Actor;
  readonly action: Action;
  /** Stream id of the space; null for a question about no space. */
  readonly space: string | null;
  readonly messageId: string;
  readonly purpose?: string | undefined;
  readonly asOf?: Instant | undefined;
  readonly knowledge?: Knowledge | undefined;
  /** Absent: normal. */
  readonly mode?: AccessMode | undefined;
  /** The one document that is asked for (null: there is none with that id), and the veil it lies under. */
  readonly document?: { readonly id: string; readonly facts: DocumentFacts | null } | undefined;
  readonly veil?: StreamName | undefined;
  /** Said to be under the secret of a minor: then not for his representatives (CSP R.1111-50). */
  readonly secret?: boolean | undefined;
  /** Whom a question about no space is about. */
  readonly about?: LookedAt | undefined;
}

/** The history of one stream, as it was read. */
export interface Known {
  readonly stream: StreamName;
  readonly facts: readonly Recorded<Tagged>[];
}

/** What the gate found, for whoever composes the answer: the same facts, the same moment, the same law. */
export interface Admission {
  readonly facts: AccessFacts;
  /**
   * The facts he may be told of: those of the past moment that was asked for (of now when none was), without what was done under the secret of a
   * minor where a representative asks. The decision never rests on them.
   */
  readonly then: AccessFacts;
  readonly at: Instant;
  /** What is asked about: the past moment that was asked for, or the one of the decision. */
  readonly moment: Instant;
  readonly law: Law;
  /** As whom he looks at documents; null for those who never look at any. */
  readonly viewer: Viewer | null;
  readonly receipt: DecisionReceipt;
  /** Whether it counts as done under the secret of a minor. */
  readonly secret: boolean;
  /** Which spaces no answer may tell of. */
  readonly standstill: Standstill;
}

/** Who cares for a minor keeps his secret; nobody hides his own looks under it. */
const KEEP_SECRETS: readonly Role[] = ['professional', 'facility'];
/** Only a minor has representatives to keep one from: over the space of an adult the word counts for nothing. */
const isSecret = ({ secret, actor }: Passing, { birthDate }: AccessFacts, at: Instant): boolean =>
  secret === true && KEEP_SECRETS.includes(actor.role) && isMinor(birthDate, at);
/** What the decision itself found. */
type Found = Omit<Admission, 'then' | 'moment' | 'standstill'>;
interface SecretVeil {
  readonly stream: StreamName;
  /** What comes first under it. */
  readonly opening: Tagged;
}

/** Whose rights stand in the access stream; for all others the role alone decides. */
export const WITH_RIGHTS: readonly Role[] = ['person', 'professional', 'facility', 'insurer'];
/** Who looks by office and not for anybody's care says why, and leaves a line of a question about no space too. */
const SAY_WHY: readonly Role[] = ['compliance', 'auditor'];
/** Questions about the rights of others rest on these, whoever asks. */
const ABOUT_RIGHTS: readonly Action[] = ['ListRights', 'PreviewMask'];
type Facts = readonly Recorded<Tagged>[];
const NO_LAW: Law = { matrix: { version: 0, professions: new Set(), allowed: new Set() } };

/**
 * The only place that authorises, for REST, GraphQL, command line and timers alike. It folds the streams of the space at that
 * moment, so a right given or taken counts for the very next request, and it writes who saw what before anything is shown.
 */
@Injectable()
export class Gate {
  private readonly folded = new WeakMap<Facts, { readonly space: number; readonly facts: AccessFacts }>();

  constructor(
    private readonly journal: Journal,
    private readonly recorder: PassageRecorder,
    private readonly clock: Clock,
    private readonly matrices: Matrices,
    private readonly secrets: Secrets,
    private readonly quarantine: Quarantine,
  ) {}

  /**
   * For commands: `known` is the stream that was read already; one in which there is nothing is not read again, so that it takes no longer.
   * Throws Refused after the refusal has been remembered. A space that stands still is out of reach for everybody, whatever his rights: nothing of it is
   * read, so nothing is remembered.
   */
  async admit(passing: Passing, known?: Known): Promise<Admission> {
    const standstill = await this.quarantine.now();
    if (passing.space !== null && standstill.isClosed(passing.space)) throw new Refused(reject('unavailable', SPACE_QUARANTINED));
    const [[space, access], law] = await Promise.all([this.historiesOf(passing, known), this.lawFor(passing)]);
    const admission = await this.check(passing, this.fold(space, access), law);
    return { ...admission, standstill, moment: passing.asOf ?? admission.at, then: toldTo(admission, [space, access], passing) };
  }

  /**
   * For queries: folds, decides, and writes the passage. Resolves only when the line is durable; otherwise StoreUnavailable, and nothing is shown. Who
   * looks for compliance, or as an auditor, says why, and leaves a line of a question about no space too.
   */
  async pass(passing: Passing): Promise<Admission> {
    const admission = await this.admit(passing);
    const { actor, space, purpose } = passing;
    const saysWhy = SAY_WHY.includes(actor.role);
    if (saysWhy && (purpose ?? '').trim() === '') throw new Refused(reject('invalid', 'audit/purpose-needed'));
    if (space !== null) await this.leaveLine(passing, space, admission);
    else if (saysWhy) await this.recorder.looked(passing, circumstancesOf(passing, admission.receipt, false));
    return admission;
  }

  private async leaveLine(passing: Passing, space: string, { receipt, secret: isHidden }: Admission): Promise<void> {
    const { action, document } = passing;
    const secret = isHidden ? this.secretOver(space, passing.actor) : undefined;
    const veil = passing.veil ?? secret?.stream;
    const granted: PassageEvent = {
      type: 'AccessGranted',
      v: 1,
      action,
      ...pastOf(passing),
      ...(document === undefined ? {} : { document: document.id }),
      ...(veil === undefined ? {} : { space }),
    };
    const opening = passing.veil === undefined ? secret?.opening : undefined;
    await this.recorder.record(veil ?? `passage-${space}`, granted, circumstancesOf(passing, receipt, isHidden), opening);
  }

  /** One veil for all that one professional does under the secret of one minor. */
  private secretOver(space: string, actor: Actor): SecretVeil {
    const opening = { type: 'VeilOpened', v: 1, space, hiddenFrom: ['REPRESENTATIVES'] };
    return { stream: `veil-${this.secrets.digest('veil', space, 'secret', nameOf(actor))}`, opening };
  }

  /**
   * The veil of a refusal: that of the document, or that of the secret visit, which may be the first thing under it. A try of the holder's side under it
   * would be missing in the history that they read, and tell what is hidden from them from what nobody has.
   */
  private async veilOfRefusal(
    { veil, space, actor }: Passing,
    isHidden: boolean,
    circumstances: Omit<Circumstances, 'command'>,
  ): Promise<StreamName | undefined> {
    if (actor.role === 'person') return undefined;
    if (veil !== undefined || space === null || !isHidden) return veil;
    const secret = this.secretOver(space, actor);
    const { revision } = await this.journal.read(secret.stream);
    if (revision === NO_STREAM) await this.recorder.record(secret.stream, secret.opening, circumstances);
    return secret.stream;
  }

  /** Of the space, and of its rights where they count. */
  private async historiesOf({ space, actor, action }: Passing, known?: Known): Promise<readonly [space: Facts, access: Facts]> {
    if (space === null) return [[], []];
    const rights = WITH_RIGHTS.includes(actor.role) || ABOUT_RIGHTS.includes(action);
    const [ofSpace, ofAccess] = [`space-${space}`, `access-${space}`] as const;
    const wanted: readonly StreamName[] = rights ? [ofSpace, ofAccess] : [ofSpace];
    const read = await this.journal.readMany(wanted.filter((stream) => stream !== known?.stream));
    const factsOf = (stream: StreamName): Facts => (stream === known?.stream ? known.facts : (read.get(stream)?.facts ?? []));
    return [factsOf(ofSpace), rights ? factsOf(ofAccess) : []];
  }

  /** A long history of rights is the same object as long as nothing was added to it (RememberingJournal): what was folded of it is then at hand. */
  private fold(space: Facts, access: Facts): AccessFacts {
    const before = this.folded.get(access);
    if (before?.space === space.length) return before.facts;
    const facts = foldAccess([...space, ...access]);
    if (access.length > 0) this.folded.set(access, { space: space.length, facts });
    return facts;
  }

  private async lawFor({ actor: { role }, action }: Passing): Promise<Law> {
    return role === 'professional' || action === 'PreviewMask' ? { matrix: await this.matrices.inForce(this.clock.now()) } : NO_LAW;
  }

  private async check(passing: Passing, facts: AccessFacts, law: Law): Promise<Found> {
    const { actor, action, document, mode = 'normal' } = passing;
    const at = this.clock.now();
    const { refusal, receipt, viewer } = matrix[action]({ actor, facts, at, mode, law, document: document?.facts });
    const secret = isSecret(passing, facts, at);
    if (refusal === null) return { facts, at, law, viewer, receipt, secret };
    // He is told what he would be told of a document that nobody has, and so is whoever reads of his try.
    if (document?.facts && HIDING.includes(receipt.reason))
      return this.check({ ...passing, document: { ...document, facts: null } }, facts, law);
    const circumstances = circumstancesOf(passing, receipt, secret);
    const veil = await this.veilOfRefusal(passing, secret, circumstances);
    const what = { action, reason: receipt.reason, ...aimOf({ ...passing, veil }, facts) };
    await this.recorder.refuse(actor, what, circumstances);
    throw new Refused(refusal);
  }
}

/** Folded once more only where he may be told of less than all. */
function toldTo(
  { facts, viewer }: Found,
  [space, access]: readonly [space: Facts, access: Facts],
  { asOf, knowledge }: Passing,
): AccessFacts {
  const keptFromHim = viewer?.kind === 'REPRESENTATIVE';
  if (asOf === undefined && !keptFromHim) return facts;
  const isKnown = (fact: Recorded): boolean =>
    (asOf === undefined || belongsTo(fact, { asOf, knowledge })) && !(keptFromHim && fact.meta.secret === true);
  return foldAccess([...space, ...access].filter(isKnown));
}

/** The past moment that was asked for, in which sense. */
const pastOf = ({ asOf, knowledge }: Passing): Pick<PassageEvent, 'asOf' | 'knowledge'> =>
  asOf === undefined ? {} : { asOf, ...(knowledge === 'TRUE' ? { knowledge } : {}) };

/** A secret within the veil of a document is said, for that one lifts some day for representatives too; the veil of a secret visit says it by itself. */
const circumstancesOf = (
  { actor, messageId, purpose, veil }: Passing,
  ground: DecisionReceipt,
  secret: boolean,
): Omit<Circumstances, 'command'> => ({
  who: actor,
  ...(secret && veil !== undefined ? { secret: true as const } : {}),
  ...(WITH_RIGHTS.includes(actor.role) ? { ground } : {}),
  cause: messageId,
  corr: messageId,
  ...(purpose === undefined ? {} : { purpose }),
});
