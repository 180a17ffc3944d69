import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PATIENCE, plantedProject, ROOT, type Plants, type PlantedProject } from '../support/planted-project.js';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}
interface Cruise {
  readonly summary: { readonly violations: readonly Violation[] };
}

/** One crime per rule: the file that commits it, and what stands around it. */
const CRIMES: Readonly<Record<string, { readonly culprit: string; readonly files: Plants }>> = {
  'no-circular': {
    // A circle is reported once, at the first of its files.
    culprit: 'src/domain/enrolment/egg.ts',
    files: {
      'src/domain/enrolment/hen.ts': "import { egg } from './egg.js';\nexport const hen = (): unknown => egg;\n",
      'src/domain/enrolment/egg.ts': "import { hen } from './hen.js';\nexport const egg = (): unknown => hen;\n",
    },
  },
  'domain-is-pure': {
    culprit: 'src/domain/enrolment/impure.ts',
    files: { 'src/domain/enrolment/impure.ts': "export { clock } from '../../application/shared/clock.js';\n" },
  },
  'domain-no-framework': {
    culprit: 'src/domain/enrolment/digesting.ts',
    files: { 'src/domain/enrolment/digesting.ts': "export { createHash } from 'node:crypto';\n" },
  },
  'shared-kernel-knows-no-context': {
    culprit: 'src/domain/shared/knowing.ts',
    files: { 'src/domain/shared/knowing.ts': "export { life } from '../enrolment/life.js';\n" },
  },
  'contexts-talk-through-processes': {
    culprit: 'src/domain/audit/gossip.ts',
    files: { 'src/domain/audit/gossip.ts': "export { life } from '../enrolment/life.js';\n" },
  },
  'application-no-infra': {
    culprit: 'src/application/enrolment/plugged.ts',
    files: { 'src/application/enrolment/plugged.ts': "export { server } from '../../infrastructure/server.js';\n" },
  },
  'application-nest-only-common-and-cqrs': {
    culprit: 'src/application/enrolment/booted.ts',
    files: { 'src/application/enrolment/booted.ts': "export { NestFactory } from '@nestjs/core';\n" },
  },
  'projections-call-nobody': {
    culprit: 'src/projections/enrolment/calling.ts',
    files: { 'src/projections/enrolment/calling.ts': "export { server } from '../../infrastructure/server.js';\n" },
  },
  'projections-no-package': {
    culprit: 'src/projections/enrolment/packed.ts',
    files: { 'src/projections/enrolment/packed.ts': "export { Injectable } from '@nestjs/common';\n" },
  },
  'drivers-only-in-infrastructure': {
    culprit: 'src/application/enrolment/driven.ts',
    files: { 'src/application/enrolment/driven.ts': "export { Pool } from 'pg';\n" },
  },
  'nobody-imports-main': {
    culprit: 'src/projections/enrolment/rooted.ts',
    files: { 'src/projections/enrolment/rooted.ts': "export { main } from '../../infrastructure/main.js';\n" },
  },
  'no-dev-deps': {
    culprit: 'src/infrastructure/tested.ts',
    files: { 'src/infrastructure/tested.ts': "export { parse } from 'yaml';\n" },
  },
  'not-resolvable': {
    culprit: 'src/infrastructure/lost.ts',
    files: { 'src/infrastructure/lost.ts': "export { nothing } from './nowhere.js';\n" },
  },
};

/** What the criminals import, and the neighbours of the crimes that are allowed. */
const BYSTANDERS: Plants = {
  'src/domain/enrolment/life.ts': 'export const life = 1;\n',
  'src/domain/enrolment/calendar.ts': "export { Temporal } from 'temporal-polyfill';\n",
  'src/domain/access/matrix.ts': "export { life } from '../enrolment/life.js';\n",
  'src/application/shared/clock.ts': "export { Injectable as clock } from '@nestjs/common';\n",
  'src/infrastructure/server.ts': "export { Pool as server } from 'pg';\n",
  'src/infrastructure/main.ts': "export { server as main } from './server.js';\n",
  'src/infrastructure/cli/mes.ts': "export { main } from '../main.js';\n",
};

const { forbidden } = createRequire(join(ROOT, 'package.json'))(join(ROOT, '.dependency-cruiser.cjs')) as {
  forbidden: readonly {
    readonly name: string;
    readonly severity: string;
    readonly comment: string;
    readonly from: { readonly path?: string };
  }[];
};

describe('Import rules', () => {
  let project: PlantedProject;
  let violations: readonly Violation[];

  beforeAll(async () => {
    project = await plantedProject();
    await project.copy('package.json');
    await project.copy('.dependency-cruiser.cjs');
    await project.plant({ ...BYSTANDERS, ...Object.assign({}, ...Object.values(CRIMES).map(({ files }) => files)) });
    const cruise = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    violations = (JSON.parse(await project.run('dependency-cruiser/bin/dependency-cruise.mjs', ...cruise)) as Cruise).summary.violations;
  }, PATIENCE);
  afterAll(() => project.remove());

  it('every rule has its planted violation, and says what to do instead', () => {
    expect(Object.keys(CRIMES).sort()).toEqual(forbidden.map(({ name }) => name).sort());
    for (const rule of forbidden) expect(rule).toMatchObject({ severity: 'error', comment: expect.stringMatching(/\w+.*\.$/) });
  });

  it.each(Object.entries(CRIMES))('%s catches its violation', (name, { culprit }) => {
    expect(violations.filter(({ from }) => from === culprit).map(({ rule }) => rule.name)).toContain(name);
  });

  it('every context of the domain is named in the rules', () => {
    const apart = forbidden.find(({ name }) => name === 'contexts-talk-through-processes')?.from.path ?? '';
    const contexts = readdirSync(join(ROOT, 'src/domain')).filter((name) => name !== 'shared');
    expect(contexts.filter((name) => !new RegExp(apart).test(`src/domain/${name}/`))).toEqual([]);
  });

  it('what is allowed is left alone', () => {
    expect(violations.filter(({ from }) => from in BYSTANDERS)).toEqual([]);
  });
});
