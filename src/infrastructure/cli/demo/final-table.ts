import type { CampaignReport } from '../../../application/enrolment/campaign.queries.js';
import { countEvents, type EventCount } from './event-count.js';
import { countByLog, countByReadModels, RECORD_WORDS } from './record-count.js';
import { CAMPAIGN } from './stage.js';
import type { Door } from './door.js';
import type { System } from '../system.js';

/** One of the words that the story is about: how often it is true by the log, and by the read models. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}
export interface Final {
  readonly words: readonly WordCount[];
  /** What the read models say otherwise than the log; empty when they agree. */
  readonly disagreements: readonly string[];
  readonly statuses: readonly (readonly [status: string, byLog: number, byReadModel: number])[];
}

/** `invited`: people; the others: how often it happened. */
const wordsOf = ({ byType, spacesWith }: EventCount): readonly WordCount[] => [
  { word: 'invited', count: spacesWith('InvitationSent') },
  { word: 'opposed', count: byType.get('OppositionRegistered') ?? 0 },
  { word: 'opened', count: byType.get('SpaceOpened') ?? 0 },
  { word: 'activated', count: byType.get('SpaceActivated') ?? 0 },
  { word: 'closed', count: byType.get('SpaceClosed') ?? 0 },
  { word: 'reopened', count: byType.get('SpaceReopened') ?? 0 },
];

/** Counts from the log and from the read models, and compares them. */
export async function finalTable(system: System, door: Door): Promise<Final> {
  await system.waitUntilCaughtUp();
  const count = await countEvents(system.eventStore);
  const { body: report } = await door.ask<CampaignReport>({ method: 'GET', path: `campaigns/${CAMPAIGN}`, as: 'operator' });
  const byReadModel = statusesOf(report);
  const names = [...new Set([...count.byStatus.keys(), ...byReadModel.keys()])].sort();
  const statuses = names.map((name) => [name, count.byStatus.get(name as never) ?? 0, byReadModel.get(name) ?? 0] as const);
  const invited = report.invitedByEmail + report.invitedByPost;
  const record = { log: await countByLog(system.facts, 'alice'), models: await countByReadModels(door) };
  const disagreements = [
    ...RECORD_WORDS.filter((word) => record.log[word] !== record.models[word]).map(
      (word) => `${word}: ${record.log[word]} by the log, ${record.models[word]} by the read model`,
    ),
    ...statuses
      .filter(([, log, model]) => log !== model)
      .map(([name, log, model]) => `${name}: ${log} by the log, ${model} by the read model`),
    ...(invited === count.spacesWith('InvitationSent')
      ? []
      : [`invited: ${count.spacesWith('InvitationSent')} by the log, ${invited} by the read model`]),
  ];
  const words = [...wordsOf(count), ...RECORD_WORDS.map((word) => ({ word, count: record.log[word] }))];
  return { words, disagreements, statuses };
}

const statusesOf = ({ byStatus }: CampaignReport): ReadonlyMap<string, number> =>
  new Map(Object.entries(byStatus).filter(([, people]) => people > 0));
