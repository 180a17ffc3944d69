import type { Words } from '../../application/record/words.js';
import type { Grantee } from '../../domain/access/access-vocabulary.js';

/** What of a fact its sentence needs: kept in the row, never more. `document` and `sets` name documents, whose titles are looked up when it is said. */
export type Details = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What is known when a sentence is said, of those it speaks of. */
export interface Telling {
  /** Who acted, with the verb that follows: `Vous avez`, `Dr Claire Martin (médecin) a`; `You`. */
  readonly who: Words;
  /** How he came: `normal`, `bris_de_glace`, `centre_15`. */
  readonly mode: string;
  /** How often it happened again within the same minute. */
  readonly again: number;
  /** One professional or place of care, by name where a name is known. */
  readonly whom: (grantee: Grantee) => Words;
  /** Titles of these documents or sets, of those the reader may see. */
  readonly titles: (ids: readonly string[]) => readonly string[];
}

/** A sentence in both languages, and what it needs of its fact. */
export interface Sentence<E> {
  readonly keep: (event: E) => Details;
  readonly say: (kept: Details, telling: Telling) => Words;
}

export const words = (fr: string, en: string): Words => ({ fr, en });
/** The same words, whatever the fact says. */
export const always = <E>(fr: string, en: string): Sentence<E> => ({ keep: () => ({}), say: () => ({ fr, en }) });
/** The one cast: what `keep` has put into a row is what `say` gets back from it. */
export const from = <E, D extends Details>(keep: (event: E) => D, say: (kept: D, telling: Telling) => Words): Sentence<E> => ({
  keep,
  say: say as unknown as Sentence<E>['say'],
});
/** Who did it, and what he did. */
export const did = <E>(fr: string, en: string): Sentence<E> => ({
  keep: () => ({}),
  say: (_, { who }) => words(`${who.fr} ${fr}.`, `${who.en} ${en}.`),
});

const MOST_TITLES = 3;
/** ` (« Compte rendu », « Ordonnance »…)`; nothing when no title may be said. */
export function named(titles: readonly string[]): Words {
  if (titles.length === 0) return words('', '');
  const more = titles.length > MOST_TITLES ? '…' : '';
  const some = titles.slice(0, MOST_TITLES);
  return words(` (${some.map((title) => `« ${title} »`).join(', ')}${more})`, ` (${some.map((title) => `“${title}”`).join(', ')}${more})`);
}
