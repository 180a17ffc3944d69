import type { Professional } from '../shared/actor.js';
import { answers } from './answers.js';
import { decideDocument } from './decide-document.js';
import type { Viewer } from './policy.js';
import { BY_REPRESENTATIVE } from './receipt.js';
import { denied, type Asked, type Rule, type Verdict } from './rules.js';

/** What a rule says of the space, and then what the document itself says; an author reads his own without any consent, unless blocked. */
export const ofDocument =
  (rule: Rule): Rule =>
  (asked) => {
    const { document, facts, law, at } = asked;
    const verdict = rule(asked);
    if (document === undefined) return verdict;
    if (document === null) return verdict.refusal === null ? noSuchDocumentFor(verdict) : verdict;
    const viewer = viewerOf(verdict, asked);
    if (viewer === null) return verdict.refusal === null ? denied('not-allowed') : verdict;
    const decided = decideDocument(document, viewer, facts, law, at);
    // The space itself is open to him: whatever is against the document, it is told as one that nobody has; the receipt says what it was.
    if (!decided.allowed) return { refusal: answers['no-such-document'], receipt: decided.receipt, viewer: null };
    const receipt = { ...decided.receipt, facts: [...verdict.receipt.facts, ...decided.receipt.facts] };
    return { refusal: null, receipt, viewer };
  };

/** Who represents the holder is told apart from him in the receipt: the history says who tried, and a try must not be laid to the minor. */
const noSuchDocumentFor = ({ viewer, receipt }: Verdict): Verdict =>
  viewer?.kind === 'REPRESENTATIVE' ? denied('no-such-document', receipt.facts, BY_REPRESENTATIVE) : denied('no-such-document');

/** As whom he looks at the document: as the rule said; refused for want of a consent alone, as its author (domain reference 13.11). */
function viewerOf(verdict: Verdict, asked: Asked): Viewer | null {
  if (verdict.refusal === null) return verdict.viewer;
  const { reason } = verdict.receipt;
  const author = reason === 'no-consent' || reason === 'consent-withdrawn' ? authorOf(asked) : null;
  return author && { kind: 'PROFESSIONAL', professional: author, mode: asked.mode, ground: 'AUTHOR', rubricsOnly: false };
}

const authorOf = ({ actor, document }: Asked): Professional | null =>
  actor.role === 'professional' && document?.authors.includes(actor.professional.id) === true ? actor.professional : null;
