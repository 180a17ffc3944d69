import { append, changing, foresee, inForceAt, momentsOf, playerOf, type Played, type Stretch } from './foresee.js';
import { professional as waysOf, type Asked } from './readers.js';
import type { KnownDocument } from './timeline.js';

/** One document and what was decided of it, moment by moment. */
export interface SeenDocument {
  /** As it was at the last moment of the period at which it was there. */
  readonly document: KnownDocument;
  readonly stretches: readonly Stretch[];
}
/** One way in which the professional could have come, and all that he would have met. */
export interface Sight {
  readonly asked: Asked;
  readonly documents: readonly SeenDocument[];
}
interface Growing {
  readonly asked: Asked;
  readonly of: Map<string, Stretch[]>;
}

/**
 * What a professional could have seen of a space, moment by moment, in each way that the facts let him come: the same decisions as those of `whoCouldHaveSeen`,
 * of every document that was there within the period, the latest deposit first. Before its deposit there is no such document.
 */
export function whatCouldHaveBeenSeen(whole: Played, professional: string): readonly Sight[] {
  const question = changing(whole);
  const { versions, period } = question;
  const play = playerOf(question);
  const moments = momentsOf(question, play, (timeline, at) => timeline.documents(at).map(({ visibleAt }) => visibleAt));
  const played = moments.map((at) => ({ at, timeline: play(at) }));
  const documents = new Map<string, KnownDocument>();
  for (const { at, timeline } of played) for (const one of timeline.documents(at).toReversed()) documents.set(one.facts.document, one);
  const ways = new Map<string, Growing>();
  played.forEach(({ at, timeline }, index) => {
    const circumstance = { access: timeline.access, law: { matrix: inForceAt(versions, at) }, at };
    for (const asked of waysOf(professional, timeline)) {
      const { of } = ways.get(asked.key) ?? { of: new Map<string, Stretch[]>() };
      ways.set(asked.key, { asked, of });
      for (const id of documents.keys()) {
        const document = timeline.document(id, at);
        const stretches = of.get(id) ?? [];
        append(stretches, {
          from: at,
          until: moments[index + 1] ?? period.until,
          foresight: foresee(asked, document, circumstance),
          document,
        });
        of.set(id, stretches);
      }
    }
  });
  const latestFirst = [...documents].reverse();
  return [...ways.values()].map(({ asked, of }) => ({
    asked,
    documents: latestFirst.map(([id, document]) => ({ document, stretches: of.get(id) ?? [] })),
  }));
}
