import { isPublic } from '../../domain/shared/public-types.js';
import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, idOf, type StreamName } from '../../domain/shared/fact.js';
import type { RingPurpose, RingSlot } from '../../application/shared/key-vault.js';

/** What the header shows as type: the real one, or a veil that says only where the fact lies. */
interface StreamRule {
  readonly clear: 'real' | `${string}Fact`;
  readonly purpose: Exclude<RingPurpose, `document:${string}`>;
}

/** Version of the veils: `AccessFact` and the like have no payload of their own, so they never needed another. */
const VEIL_VERSION = 1;

/** docs/reference/event-format.md: which type the header of each category shows, and under which key of the ring its facts lie. */
const RULES: Readonly<Record<string, StreamRule>> = {
  space: { clear: 'real', purpose: 'life' },
  access: { clear: 'AccessFact', purpose: 'life' },
  record: { clear: 'RecordFact', purpose: 'content' },
  passage: { clear: 'PassageFact', purpose: 'trace' },
  mailbox: { clear: 'MailboxFact', purpose: 'content' },
  agenda: { clear: 'AgendaFact', purpose: 'content' },
  pairing: { clear: 'PairingFact', purpose: 'content' },
  // Who looked and who changed what, never what a document is: told although the space was closed a moment before, an emergency above all.
  notices: { clear: 'NoticesFact', purpose: 'life' },
  veil: { clear: 'VeilFact', purpose: 'own' },
  actor: { clear: 'ActorFact', purpose: 'own' },
  campaign: { clear: 'real', purpose: 'own' },
  service: { clear: 'real', purpose: 'own' },
  matrix: { clear: 'real', purpose: 'own' },
  request: { clear: 'RequestFact', purpose: 'own' },
  breach: { clear: 'BreachFact', purpose: 'own' },
  // Rules that raise alerts: they speak of nobody, and are nevertheless not for everybody to read.
  alert: { clear: 'real', purpose: 'own' },
  case: { clear: 'CaseFact', purpose: 'own' },
  audit: { clear: 'AuditFact', purpose: 'monthly' },
  export: { clear: 'ExportFact', purpose: 'own' },
};

/** The rule of a category; undefined for a category that no stream may have. */
const ruleOf = (category: string): StreamRule | undefined => (Object.hasOwn(RULES, category) ? RULES[category] : undefined);

/** The key of the ring under which the facts of this category lie; undefined for an unknown category. */
export const purposeOf = (category: string): StreamRule['purpose'] | undefined => ruleOf(category)?.purpose;

/** What the header shows for a fact of this type and version in this category; undefined for an unknown category. */
export const clearTypeOf = (
  category: string,
  type: string,
  version: number,
): { readonly type: string; readonly tv: number } | undefined => {
  const rule = ruleOf(category);
  if (!rule) return undefined;
  return rule.clear === 'real' || isPublic(category, type) ? { type, tv: version } : { type: rule.clear, tv: VEIL_VERSION };
};

/** What a document is and says lies under its own key, in the ring of its space, whatever stream it is in: a misfiled one dies alone. */
const describesDocument = (fact: Tagged): fact is Tagged & { readonly space: string; readonly document: string } =>
  fact.type === 'DocumentDescribed';

/** What is taken back from a record is taken back from that of a closed space too, whose content is archived: it says nothing of what lay there. */
const takesBack = (stream: StreamName, { type }: Tagged): boolean => type === 'DocumentUnpublished' && categoryOf(stream) === 'record';

/** What somebody was refused at a space dies with it, for an actor never ends. It is no look: nothing was shown that a trace would be owed of. */
const refusedAt = (fact: Tagged): fact is Tagged & { readonly space: string } =>
  (fact.type === 'AccessDenied' || fact.type === 'AccessDeniedAgain') && 'space' in fact && typeof fact.space === 'string';

/** The slot of the key under which this fact of this stream lies. Throws for a category that no stream may have. */
export const slotOf = (stream: StreamName, fact: Tagged): RingSlot => {
  if (describesDocument(fact)) return { owner: fact.space, purpose: `document:${fact.document}` };
  if (takesBack(stream, fact)) return { owner: idOf(stream), purpose: 'life' };
  if (refusedAt(fact)) return { owner: fact.space, purpose: 'life' };
  const purpose = purposeOf(categoryOf(stream));
  if (!purpose) throw new Error(`no stream may have the category ${categoryOf(stream)}`);
  return { owner: idOf(stream), purpose };
};
