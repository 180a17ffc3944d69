import { isReadable, type FactReader } from '../../../application/shared/fact-reader.js';
import { categoryOf, idOf, type Recorded } from '../../../domain/shared/fact.js';
import { Failed } from '../outcome.js';
import type { Door } from './door.js';
import { spaceOf } from './stage.js';

/** How often something is true of one space. */
export interface RecordCount {
  readonly deposited: number;
  readonly masked: number;
  readonly refused: number;
  readonly emergency: number;
  readonly notices: number;
  readonly revealed: number;
}
export const RECORD_WORDS = [
  'deposited',
  'masked',
  'refused',
  'emergency',
  'notices',
  'revealed',
] as const satisfies readonly (keyof RecordCount)[];

const KINDS: Readonly<Record<'deposited' | 'masked' | 'emergency' | 'revealed', readonly string[]>> = {
  deposited: ['DocumentDeposited'],
  masked: ['DocumentsMasked', 'DocumentMaskedFrom'],
  emergency: ['BreakGlassUsed'],
  revealed: ['DocumentRevealedAutomatically'],
};
type Fact = Recorded<{
  readonly type: string;
  readonly v: number;
  readonly space?: string;
  readonly target?: string;
  readonly veil?: string;
}>;

const isActivationBy = ({ event, meta: { who } }: Fact, account: string): boolean =>
  event.type === 'SpaceActivated' && who.role === 'person' && who.subject.sub === account;

/** Whom a fact is about: its stream says it, or, under a veil and in the stream of an actor, the fact itself. */
const subjectOf = ({ stream, event }: Fact): string => (categoryOf(stream) === 'veil' ? event.space : event.target) ?? idOf(stream);

/** Streams of veils that still hide something from the holder. */
function hidingOf(facts: readonly Fact[]): ReadonlySet<string> {
  const hiding = new Set<string>();
  for (const { stream, event } of facts) {
    if (event.type === 'VeilOpened') hiding.add(stream);
    if (event.type === 'AnnouncementConsultationHeld' || event.type === 'DocumentRevealedAutomatically') hiding.delete(stream);
  }
  return hiding;
}

/** The counts by the log itself, opened: what the holder of the space bound to this account may know. */
export async function countByLog(reader: FactReader, account: string): Promise<RecordCount> {
  const facts: Fact[] = [];
  for await (const batch of reader.read(0n, ['space', 'access', 'record', 'veil', 'actor', 'notices']))
    for (const met of batch.facts) if (isReadable(met)) facts.push(met as Fact);
  const space = facts.find((fact) => isActivationBy(fact, account))?.stream;
  if (space === undefined) throw new Failed('nobody activated the space of the story');
  const hiding = hidingOf(facts);
  const known = facts.filter(
    (fact) =>
      subjectOf(fact) === idOf(space) && !hiding.has(fact.stream) && !(fact.event.veil !== undefined && hiding.has(fact.event.veil)),
  );
  const of = (...types: readonly string[]): number => known.filter(({ event: { type } }) => types.includes(type)).length;
  return {
    deposited: of(...KINDS.deposited),
    masked: of(...KINDS.masked),
    refused: of('AccessDenied'),
    emergency: of(...KINDS.emergency),
    notices: of('NoticeIssued'),
    revealed: of(...KINDS.revealed),
  };
}

/** Every page of a list. */
async function lengthOf(door: Door, path: string, list: 'lines' | 'notices'): Promise<number> {
  let length = 0;
  let cursor = '';
  for (;;) {
    const asked = { method: 'GET', path: `${path}&first=100${cursor}`, as: 'alice' } as const;
    const { body } = await door.ask<Readonly<Record<string, readonly unknown[]>> & { readonly next: string | null }>(asked);
    length += body[list]?.length ?? 0;
    if (body.next === null) return length;
    cursor = `&cursor=${encodeURIComponent(body.next)}`;
  }
}

/** The same counts by the read models, as the holder gets them at the door. */
export async function countByReadModels(door: Door): Promise<RecordCount> {
  const space = `spaces/${await spaceOf({ door }, 'alice')}`;
  const lines = (...kinds: readonly string[]): Promise<number> => lengthOf(door, `${space}/history?kinds=${kinds.join(',')}`, 'lines');
  return {
    deposited: await lines(...KINDS.deposited),
    masked: await lines(...KINDS.masked),
    refused: await lengthOf(door, `${space}/history?lane=REFUSED`, 'lines'),
    emergency: await lines(...KINDS.emergency),
    notices: await lengthOf(door, `${space}/notices?unread=false`, 'notices'),
    revealed: await lines(...KINDS.revealed),
  };
}
