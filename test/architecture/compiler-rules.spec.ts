import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PATIENCE, plantedProject, ROOT, type PlantedProject } from '../support/planted-project.js';

/** One line written into a vocabulary, and nowhere else. */
const SEEDS: readonly (readonly [path: string, line: string, seed: string])[] = [
  ['src/domain/enrolment/space-vocabulary.ts', 'export type SpaceEvent =\n', "  | Event<'SpacePlanted', 1>\n"],
  ['src/domain/enrolment/space-vocabulary.ts', 'export type SpaceCommand =\n', "  | Intent<'PlantSpace'>\n"],
  ['src/domain/enrolment/campaign.ts', 'export type CampaignEvent =\n', "  | Event<'CampaignPlanted', 1>\n"],
  ['src/domain/enrolment/campaign.ts', 'export type CampaignCommand =\n', "  | Intent<'PlantCampaign'>\n"],
  ['src/domain/shared/rejection.ts', 'export type RejectionKind =\n', "  | 'planted'\n"],
];

/** What must stop compiling then: the rule, the file that the compiler names, and what it must say of it. */
const FOLLOW: readonly (readonly [rule: string, path: string, complaint: RegExp])[] = [
  ['an event of a space has its row in evolve', 'src/domain/enrolment/space.ts', /'SpacePlanted' is missing/],
  ['a command to a space has its row in decide', 'src/domain/enrolment/space.ts', /'PlantSpace' is missing/],
  ['a command to a space has its handler', 'src/application/enrolment/space.commands.ts', /'PlantSpace' is missing/],
  ['an event of a campaign has its row in evolve', 'src/domain/enrolment/campaign.ts', /'CampaignPlanted' is missing/],
  ['a command to a campaign has its row in decide', 'src/domain/enrolment/campaign.ts', /'PlantCampaign' is missing/],
  ['a command to a campaign has its handler', 'src/application/enrolment/campaign.commands.ts', /'PlantCampaign' is missing/],
  [
    'an event of a space is shown in the overview, or ignored there',
    'src/projections/enrolment/space-overview.ts',
    /'SpacePlanted' is missing/,
  ],
  ['an event of a space has its sentence', 'src/projections/history/space-sentences.ts', /'SpacePlanted' is missing/],
  ['an event of a space has its message, or none on purpose', 'src/application/enrolment/messages.ts', /'SpacePlanted' is missing/],
  ['an event of a space has its version in the catalogue', 'src/infrastructure/system/known-facts.ts', /'SpacePlanted' is missing/],
  [
    'an event of a space has its kind of audit event, or none on purpose',
    'src/infrastructure/fhir/space-rows.ts',
    /'SpacePlanted' is missing/,
  ],
  ['an event of a campaign has its version in the catalogue', 'src/infrastructure/system/known-facts.ts', /'CampaignPlanted' is missing/],
  ['a kind of refusal has its status and its GraphQL code', 'src/infrastructure/api/problem.ts', /'planted' is missing/],
  [
    'every command has its row in the authorisation matrix',
    'src/domain/access/matrix.ts',
    /missing the following.*PlantCampaign, PlantSpace|missing the following.*PlantSpace, PlantCampaign/,
  ],
];

/** The part of src/infrastructure that is exhaustive over the domain. */
const PLUGS = [
  'project-folder.ts',
  'slots.ts',
  'api/access-problem-texts.ts',
  'api/audit-problem-texts.ts',
  'api/enrolment-problem-texts.ts',
  'api/export-problem-texts.ts',
  'api/file-problem-texts.ts',
  'api/history-problem-texts.ts',
  'api/portability-problem-texts.ts',
  'api/problem-texts.ts',
  'api/registers-problem-texts.ts',
  'api/replay-problem-texts.ts',
  'api/seal-problem-texts.ts',
  'api/problem.ts',
  'api/said.ts',
  'eventstore',
  'fhir',
  'keys/active-key.ts',
  'keys/key-wrap.ts',
  'postgres/ask-together.ts',
  'seal/heads/last-heads.ts',
  'seal/heads/map-node.ts',
  'seal/heads/map-page.ts',
  'seal/heads/map-row.ts',
  'seal/roll.ts',
  'seal/tree/hash.ts',
  'seal/tree/tile.ts',
  'system/known-facts.ts',
  'threads',
  'uuid.ts',
];

const imports = `
import type { Event, Intent } from '../domain/shared/decider.js';
import { reject } from '../domain/shared/rejection.js';
import { instant } from '../domain/shared/time.js';
import type { Words } from '../application/record/words.js';
import { ignored, table, type Projection } from '../projections/shared/projection.js';
const planted = table('planted', { space: 'uuid' }, { status: 'text', since: 'timestamptz' });
type Facts = Event<'Sown', 1, { at: string }> | Event<'Grown', 1>;
export type Wish = Intent<'Sow', { at: string }>;
const about = { name: 'planted', version: 1, reads: ['space'], tables: [planted] } as const;
`;
/** Snippets that must not compile, each beside its lawful twin. */
const SNIPPETS: Readonly<Record<string, { readonly wrong: string; readonly right: string; readonly complaint: RegExp }>> = {
  'a column of a read model is spelt as it was declared': {
    wrong: "export const row = planted.patch({ space: 'x' }, { statsu: 'OPENED' });",
    right: "export const row = planted.patch({ space: 'x' }, { status: 'OPENED' });",
    complaint: /'statsu' does not exist/,
  },
  'a new row has all its columns': {
    wrong: "export const row = planted.put({ space: 'x' }, { status: 'OPENED' });",
    right: "export const row = planted.put({ space: 'x' }, { status: 'OPENED', since: '2027-01-01' });",
    complaint: /'since' is missing/,
  },
  'a column holds null only when it was declared so': {
    wrong: "export const row = planted.patch({ space: 'x' }, { status: null });",
    right: "export const row = planted.patch({ space: 'x' }, { status: '' });",
    complaint: /'null' is not assignable/,
  },
  'an event is projected or said to be ignored': {
    wrong: 'export const model: Projection<Facts> = { ...about, on: { Sown: ignored } };',
    right: 'export const model: Projection<Facts> = { ...about, on: { Sown: ignored, Grown: ignored } };',
    complaint: /'Grown' is missing/,
  },
  'a fact names the version of its payload': {
    wrong: "export const fact: Facts = { type: 'Grown', v: 2 };",
    right: "export const fact: Facts = { type: 'Grown', v: 1 };",
    complaint: /'2' is not assignable to type '1'/,
  },
  'a sentence is said in French and in English': {
    wrong: "export const said: Words = { fr: 'Votre espace est ouvert.' };",
    right: "export const said: Words = { fr: 'Votre espace est ouvert.', en: 'Your space is open.' };",
    complaint: /'en' is missing/,
  },
  'a refusal is of a known kind': {
    wrong: "export const refusal = reject('teapot', 'planted/short-and-stout');",
    right: "export const refusal = reject('gone', 'planted/short-and-stout');",
    complaint: /'"teapot"' is not assignable/,
  },
  'a moment is made from the calendar, not from any text': {
    wrong: "export const when: ReturnType<typeof instant> = 'yesterday';",
    right: "export const when: ReturnType<typeof instant> = instant('2027-01-01T00:00:00Z');",
    complaint: /not assignable to type 'Instant'/,
  },
};
const pathOf = (rule: string, which: 'wrong' | 'right'): string => `src/planted/${rule.replace(/\W+/g, '-')}.${which}.ts`;

/** Path → what the compiler says of it; further lines of a message are indented. */
function complaintsOf(output: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let path = '';
  for (const line of output.split('\n')) {
    path = /^(\S+?)\(\d+,\d+\): error /.exec(line)?.[1] ?? path;
    found.set(path, `${found.get(path) ?? ''}${line}\n`);
  }
  found.delete('');
  return found;
}

describe('What the compiler asks for', () => {
  let project: PlantedProject;
  let complaints: ReadonlyMap<string, string>;

  beforeAll(async () => {
    project = await plantedProject();
    for (const layer of ['domain', 'application', 'projections']) await project.copy(`src/${layer}`);
    for (const path of PLUGS) await project.copy(`src/infrastructure/${path}`);
    const texts: Record<string, string> = {};
    for (const [path, line, seed] of SEEDS) {
      const before = texts[path] ?? (await readFile(join(ROOT, path), 'utf8'));
      texts[path] = before.replace(line, line + seed);
      if (texts[path] === before) throw new Error(`${path} has no line ${line}`);
    }
    for (const [rule, { wrong, right }] of Object.entries(SNIPPETS)) {
      texts[pathOf(rule, 'wrong')] = imports + wrong;
      texts[pathOf(rule, 'right')] = imports + right;
    }
    await project.plant(texts);
    complaints = complaintsOf(await project.run('typescript-7/bin/tsc', '-p', '.', '--pretty', 'false', '--noErrorTruncation'));
  }, PATIENCE);
  afterAll(() => project.remove());

  it.each(FOLLOW)('%s', (_, path, complaint) => {
    expect(complaints.get(path) ?? 'compiled').toMatch(complaint);
  });

  it.each(Object.entries(SNIPPETS))('%s', (rule, { complaint }) => {
    expect(complaints.get(pathOf(rule, 'wrong')) ?? 'compiled').toMatch(complaint);
    expect(complaints.get(pathOf(rule, 'right')) ?? 'compiled').toBe('compiled');
  });

  it('the compiler names the files that must follow, and no others', () => {
    const named = new Set([...FOLLOW.map(([, path]) => path), ...Object.keys(SNIPPETS).map((rule) => pathOf(rule, 'wrong'))]);
    // Read models and messages come and go; what they may complain of is the new fact.
    const others = [...complaints].filter(([path]) => !named.has(path));
    expect(
      others.filter(
        ([, complaint]) => !/(Space|Campaign)Planted' is missing|missing the following.*(Space|Campaign)Planted/.test(complaint),
      ),
    ).toEqual([]);
  });
});
