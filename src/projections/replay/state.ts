import type { Rights } from '../../application/access/rights.queries.js';
import type { DossierState, StateChange, StatePart, StateValue } from '../../application/replay/replay.queries.js';
import type { SpaceOverview } from '../../application/enrolment/space.queries.js';
import type { Words } from '../../application/record/words.js';

type Fields = Readonly<Record<string, StateValue>>;
type Part = readonly [name: string, fields: Fields];

const NOT_ACCEPTED = { conditions: null, privacy: null } as const;
/** Dates as machines read them: the words of a day say nothing more. */
export function overviewPart({ terms, revision: _, ...shown }: SpaceOverview): Part {
  const { opposableUntil, opensOn, codeExpires, archivedUntil, erasedFrom, ...plain } = shown;
  const dates = Object.entries({ opposableUntil, opensOn, codeExpires, archivedUntil, erasedFrom }).map(([name, date]) => [
    name,
    date && date.iso,
  ]);
  const { conditions, privacy } = terms ?? NOT_ACCEPTED;
  return ['overview', { ...plain, ...(Object.fromEntries(dates) as Fields), conditions, privacy }];
}

/** Two rights of the same kind for the same are told apart by their place. */
export function rightsParts({ rights, switches, defaultMask, allDocuments }: Rights): readonly Part[] {
  const named = new Map<string, number>();
  const numbered = (name: string): string => {
    const count = (named.get(name) ?? 0) + 1;
    named.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  };
  return [
    ...rights.map(({ kind, whom, basis, scope, from, until, document, given, lastAccess }): Part => {
      const name = ['rights/' + kind, whom.kind, whom.id, basis].filter((word) => word !== null).join(' ');
      const fields = { scope: scope.join(' '), from, until, document: document?.document ?? null };
      return [numbered(name), { ...fields, givenAt: given?.at ?? null, givenBy: given?.by.kind ?? null, lastAccess }];
    }),
    ...switches.map(({ which, value, given }): Part => [`switches/${which}`, { value, givenAt: given?.at ?? null }]),
    ...(defaultMask ? [['defaultMask', { masked: defaultMask.masked, givenAt: defaultMask.given?.at ?? null }] as Part] : []),
    ...(allDocuments ? [['allDocuments', { masked: allDocuments.masked, givenAt: allDocuments.given?.at ?? null }] as Part] : []),
  ];
}

export const stateOf = (parts: readonly Part[]): DossierState => Object.fromEntries(parts);

/** As doors show it. */
export const partsOf = (state: DossierState): readonly StatePart[] =>
  Object.entries(state).map(([part, fields]) => ({
    part,
    fields: Object.entries(fields).map(([field, value]) => ({ field, value: JSON.stringify(value) })),
  }));

/** What the first word of a part stands for. */
const NAMES: Readonly<Record<string, Words>> = {
  overview: { fr: 'Espace', en: 'Space' },
  documents: { fr: 'Document', en: 'Document' },
  rights: { fr: 'Droit', en: 'Right' },
  switches: { fr: 'Préférence d’urgence', en: 'Emergency preference' },
  defaultMask: { fr: 'Masquage par défaut', en: 'Default mask' },
  allDocuments: { fr: 'Tous les documents', en: 'All documents' },
};
function called(part: string): Words {
  const cut = part.indexOf('/');
  const name = NAMES[cut < 0 ? part : part.slice(0, cut)] ?? { fr: part, en: part };
  const rest = cut < 0 ? '' : ` ${part.slice(cut + 1)}`;
  return { fr: `${name.fr}${rest}`, en: `${name.en}${rest}` };
}
const said = (value: StateValue | undefined, nothing: string): string => (value === null || value === undefined ? nothing : String(value));

const whole = (kind: 'ADDED' | 'REMOVED', part: string, fields: Fields): StateChange => {
  const { fr, en } = called(part);
  const isNew = kind === 'ADDED';
  const json = JSON.stringify(fields);
  return {
    ...{ kind, part, field: null, before: isNew ? null : json, after: isNew ? json : null },
    fr: `${fr} : ${isNew ? 'ajouté' : 'retiré'}`,
    en: `${en}: ${isNew ? 'added' : 'removed'}`,
  };
};
function fieldChanges(part: string, before: Fields, after: Fields): readonly StateChange[] {
  const { fr, en } = called(part);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => before[field] !== after[field])
    .map((field) => ({
      ...{ kind: 'CHANGED', part, field },
      ...{ before: JSON.stringify(before[field] ?? null), after: JSON.stringify(after[field] ?? null) },
      fr: `${fr}, ${field} : ${said(before[field], 'rien')} → ${said(after[field], 'rien')}`,
      en: `${en}, ${field}: ${said(before[field], 'nothing')} → ${said(after[field], 'nothing')}`,
    }));
}

/** What was added, changed and removed, in the order of the later state; what is gone at the end. */
export function changesBetween(before: DossierState, after: DossierState): readonly StateChange[] {
  const removed = Object.keys(before).filter((part) => !Object.hasOwn(after, part));
  return [
    ...Object.entries(after).flatMap(([part, fields]) => {
      const old = before[part];
      return old === undefined ? [whole('ADDED', part, fields)] : fieldChanges(part, old, fields);
    }),
    ...removed.map((part) => whole('REMOVED', part, before[part] ?? {})),
  ];
}

/** A state after these changes. */
export function applied(before: DossierState, changes: readonly StateChange[]): DossierState {
  const parts = new Map<string, Fields>(Object.entries(before));
  for (const { kind, part, field, after } of changes) {
    if (kind === 'REMOVED') parts.delete(part);
    else if (kind === 'ADDED') parts.set(part, JSON.parse(after ?? '{}') as Fields);
    else parts.set(part, { ...parts.get(part), [field ?? '']: JSON.parse(after ?? 'null') as StateValue });
  }
  return Object.fromEntries(parts);
}
