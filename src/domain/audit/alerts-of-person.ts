import type { Excepted } from './alert-rules.js';
import type { Finding } from './finding.js';
import { isReading } from './alerts-of-volume.js';
import type { Look, Whose } from './look.js';

const includesAll = (name: readonly string[], words: readonly string[]): boolean =>
  words.length > 0 && words.every((word) => name.includes(word));
const isOwn = ({ name }: Look, { family, given }: Whose): boolean => includesAll(name, family) && includesAll(name, given.slice(0, 1));

/** Something about the person whose record was read, unless a ground of the decision explains it. */
const aboutPerson =
  (holds: (look: Look, whose: Whose) => boolean) =>
  (latest: Look, _before: readonly Look[], { exceptGrounds }: Excepted): Finding | null => {
    const { whose, reason } = latest;
    if (!isReading(latest) || whose === undefined || whose === null || exceptGrounds.includes(reason ?? '')) return null;
    return holds(latest, whose) ? { measured: 1, most: 0, looks: [latest], ofPerson: true } : null;
  };

/** Somebody who has the name of whom he looks at: his own record, or a namesake's. */
export const ownRecord = aboutPerson(isOwn);
/** The same family name: a relative, or chance. */
export const sameName = aboutPerson((look, whose) => includesAll(look.name, whose.family) && !isOwn(look, whose));
/** Somebody who works in the same place. */
export const colleague = aboutPerson((look, whose) => whose.colleague && !isOwn(look, whose));
/** Somebody known, whose record draws the curious. */
export const watchedPerson = aboutPerson((_, { watched }) => watched);
