/** The import rules of the house. Each message says what to do instead; test/architecture plants a violation of each. */
const contexts = 'enrolment|access|record|registers|audit|notices|portability';
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one concept: merge them, or move the shared part below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain imports only the domain. Pass what it needs as data on the command.',
      severity: 'error',
      from: { path: '^src/domain' },
      to: { path: '^src/(application|infrastructure|projections)' },
    },
    {
      name: 'domain-no-framework',
      comment: 'No package and no node: module in the domain (the Temporal polyfill is the calendar). Do it at the edge and pass data.',
      severity: 'error',
      from: { path: '^src/domain' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'core', 'unknown', 'undetermined'],
        pathNot: ['node_modules/temporal-polyfill'],
      },
    },
    {
      name: 'shared-kernel-knows-no-context',
      comment: 'The shared kernel knows no context. Move the type to domain/shared, or the rule to its context.',
      severity: 'error',
      from: { path: '^src/domain/shared' },
      to: { path: `^src/domain/(${contexts})` },
    },
    {
      name: 'contexts-talk-through-processes',
      comment:
        'Contexts talk through processes (facts in, wishes out). Only access/matrix.ts, access/standing-steps.ts, audit/case-processes.ts, notices/holder-notices.ts, notices/veil-knowledge.ts, portability/copy-reactions.ts and record/revoked-opening.ts name the actions and facts of other contexts.',
      severity: 'error',
      from: {
        path: `^src/domain/(${contexts})/`,
        pathNot:
          '^src/domain/(access/(matrix|standing-steps)|audit/case-processes|notices/(holder-notices|veil-knowledge)|portability/copy-reactions|record/revoked-opening)\\.ts$',
      },
      to: { path: `^src/domain/(${contexts})/`, pathNot: '^src/domain/$1/' },
    },
    {
      name: 'application-no-infra',
      comment: 'Declare a port (abstract class) in application/shared.',
      severity: 'error',
      from: { path: '^src/application' },
      to: { path: '^src/(infrastructure|projections)' },
    },
    {
      name: 'application-nest-only-common-and-cqrs',
      comment: 'The application layer uses @nestjs/common and @nestjs/cqrs, nothing else: declare a port.',
      severity: 'error',
      from: { path: '^src/application' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'core'], pathNot: ['node_modules/@nestjs/(common|cqrs)/'] },
    },
    {
      name: 'projections-call-nobody',
      comment: 'A read model listens to facts and answers its own queries; it calls nobody.',
      severity: 'error',
      from: { path: '^src/projections' },
      to: { path: '^src/infrastructure' },
    },
    {
      name: 'projections-no-package',
      comment: 'A read model is plain functions over facts and SQL text.',
      severity: 'error',
      from: { path: '^src/projections' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'core'], pathNot: ['node_modules/temporal-polyfill'] },
    },
    {
      name: 'drivers-only-in-infrastructure',
      comment: 'Database and event-store drivers stay behind a port.',
      severity: 'error',
      from: { pathNot: '^src/infrastructure' },
      to: { path: 'node_modules/(@eventstore|typeorm|pg)/' },
    },
    {
      name: 'nobody-imports-main',
      comment: 'The composition root is imported by nobody but the command line.',
      severity: 'error',
      from: { pathNot: '^src/(infrastructure/cli|infrastructure/main|infrastructure/app)' },
      to: { path: '^src/infrastructure/(app\\.module|main)\\.ts$' },
    },
    {
      name: 'no-dev-deps',
      comment: 'src runs without development packages.',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev'], pathNot: ['node_modules/@types/'] },
    },
    { name: 'not-resolvable', comment: 'This import leads nowhere.', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
