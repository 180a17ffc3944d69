import { randomUUID } from 'node:crypto';
import { fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const PER_APPEND = 200;
const META = { who: { role: 'system', name: 'import' }, cause: 'bench', corr: 'bench' };
/** The invented doctor, holder and laboratory of the local issuer. */
const ISSUER = 'urn:mon-espace-sante:local-issuer';
const DOCTOR = { id: '899990000012', facility: { id: '990000010', name: 'Cabinet du docteur Martin' } };
export const doctor = {
  role: 'professional',
  subject: { issuer: ISSUER, sub: 'dr-martin' },
  assurance: 'substantial',
  professional: {
    ...DOCTOR,
    name: 'Claire MARTIN',
    profession: { system: '1.2.250.1.71.1.2.7', code: '10' },
    specialty: 'SM26',
    sector: 'SA07',
    regulating: false,
  },
};
export const holder = { role: 'person', subject: { issuer: ISSUER, sub: 'alice' }, assurance: 'substantial', authenticatedAt: Date.now() };
const LABORATORY = '990000036';
const LATE = '2090-01-01T00:00:00.000Z';

/**
 * An installation with a database and a state folder of its own, composed as in production: what it holds is written through its journal, and it can be
 * asked in this process (`inside`) or through its doors, served by a process of its own (`serve`).
 */
export async function openHouse(server, name) {
  await import('reflect-metadata');
  const { settingsFrom } = await dist('infrastructure/settings/settings.js');
  const { Log, pinoFor } = await dist('infrastructure/log.js');
  const { openPlatform } = await dist('infrastructure/system/platform.js');
  const stateDir = await mkdtemp(join(tmpdir(), 'mes-bench-house-'));
  await chmod(stateDir, 0o700);
  const environment = {
    DATABASE_URL: await server.database(name),
    STATE_DIR: stateDir,
    LOG_LEVEL: 'silent',
    PORT: '0',
    RATE_LIMIT: '100000000',
    RATE_LIMIT_LETTERS: '100000000',
  };
  const settings = settingsFrom(environment, false);
  const log = new Log(pinoFor('silent'));
  const platform = await openPlatform(settings, log);
  const { personaToken } = await dist('infrastructure/identity/local-issuer.js');
  let people = 0;
  return {
    platform,
    url: environment.DATABASE_URL,
    write: (stream, expected, facts) => write(platform, stream, expected, facts),
    space: () => openSpace(platform, ++people),
    token: (persona) => personaToken(persona, settings, platform.clock),
    inside: (asked) => inside(platform, asked),
    serve: (roles) => serve(environment, roles),
    close: async () => {
      await platform.close();
      await rm(stateDir, { recursive: true });
    },
  };
}

/** Facts for one stream, some hundreds in one append; the revision after them. */
async function write({ journal, clock }, stream, expected, facts) {
  let revision = expected;
  for (let done = 0; done < facts.length; done += PER_APPEND) {
    const command = { id: `${stream}/${done}/${randomUUID()}`, digest: '' };
    const entry = { stream, expected: revision, facts: facts.slice(done, done + PER_APPEND), at: clock.now(), meta: { ...META, command } };
    ({ revision } = await journal.append(entry));
  }
  return revision;
}

/** An open space of somebody invented, with consents for the doctor and for the laboratory. */
async function openSpace(platform, n) {
  const body = `1850675999${String(n).padStart(3, '0')}`;
  const ins = `${body}${String(97n - (BigInt(body) % 97n)).padStart(2, '0')}`;
  const { id, handle } = await platform.registry.reserve(ins);
  const person = { ins, insOid: '1.2.250.1.213.1.4.10', familyName: `BANC ${n}`, givenNames: 'ESSAI', sex: 'M', birthDate: '1985-06-01' };
  const address = { email: `banc.${n}@courriel.test`, address: `${n} rue du Banc`, postalCode: '75000', city: 'PARIS' };
  const rest = { birthPlace: '75999', regime: 'CPAM', vitaleSerial: '12345678901' };
  await write(platform, `space-${id}`, -1, [
    { type: 'PersonDeclaredEligible', v: 1, ...person, ...address, ...rest, handle, campaign: 'bench' },
    { type: 'SpaceActivated', v: 1, subject: holder.subject },
  ]);
  await write(platform, `access-${id}`, -1, [consent('PROFESSIONAL', DOCTOR.id), consent('FACILITY', LABORATORY)]);
  return { id, handle };
}

export const consent = (kind, id) => ({
  type: 'AccessConsentRecorded',
  v: 1,
  consent: randomUUID(),
  grantee: { kind, id },
  basis: 'CARE_TEAM',
  scope: ['CONSULT', 'FEED'],
  means: 'ORAL',
  until: LATE,
});

/** The two facts of a deposit by the doctor; or by another professional. */
export function depositOf({ clock }, space, id = DOCTOR.id) {
  const document = randomUUID();
  const now = clock.now();
  const author = { kind: 'PROFESSIONAL', id };
  const metadata = {
    uniqueId: `urn:uuid:${document}`,
    typeCode: '11502-2',
    classCode: '10',
    formatCode: 'urn:ihe:iti:xds-sd:pdf:2008',
    title: 'Résultats de biologie',
    languageCode: 'fr-FR',
    creationTime: now,
    serviceStart: now,
    events: [],
    healthcareFacilityType: 'SA04',
    practiceSetting: 'ETABLISSEMENT',
    authors: [author],
    legalAuthenticator: author,
    references: [],
    category: 'BIOLOGIE',
  };
  const content = { mediaType: 'application/pdf', size: 100_000, sha1: 'a'.repeat(40), sha256: 'b'.repeat(64), blob: document };
  return [
    {
      type: 'DocumentDeposited',
      v: 1,
      space,
      document,
      set: document,
      version: 1,
      since: now,
      depositor: 'PROFESSIONAL',
      by: { professional: id, facility: DOCTOR.facility.id },
      confidentiality: ['N'],
      blob: document,
      submission: 's1',
    },
    { type: 'DocumentDescribed', v: 1, space, document, metadata, content },
  ];
}

/** The application in this process, without doors, its read models caught up by `caughtUp`. */
/** `projecting`: whether this process keeps the read models too. */
async function inside(platform, { projecting = true } = {}) {
  const { NestFactory } = await import('@nestjs/core');
  const { CommandBus, QueryBus } = await import('@nestjs/cqrs');
  const { SystemModule } = await dist('infrastructure/system/system.module.js');
  const { readSideOf } = await dist('infrastructure/system/read-side.js');
  const readSide = readSideOf(platform);
  const app = await NestFactory.createApplicationContext(SystemModule.on(platform, readSide, null), { logger: false });
  if (projecting) readSide.projector.start();
  return {
    commands: app.get(CommandBus),
    queries: app.get(QueryBus),
    caughtUp: async () => {
      const head = await platform.store.head();
      while (!(await readSide.projector.health()).every(({ position }) => position >= head))
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    close: async () => {
      if (projecting) await readSide.projector.stop();
      await app.close();
    },
  };
}

/** The system with all its roles, or with these, in a process of its own. BENCH_SERVER_OPTIONS: of Node, for a profile. */
async function serve(environment, roles = []) {
  const execArgv = ['--max-semi-space-size=64', ...(process.env['BENCH_SERVER_OPTIONS']?.split(' ') ?? [])];
  const child = fork(new URL('serving.mjs', import.meta.url), {
    env: { ...process.env, ...environment, BENCH_ROLES: roles.join(',') },
    execArgv,
  });
  const url = await new Promise((resolve, reject) => {
    child.once('message', (told) => resolve(told.url));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    url,
    pid: child.pid,
    /** Until read models, processes and messages have taken everything there is. */
    settled: () =>
      new Promise((resolve) => {
        child.once('message', resolve);
        child.send('settle');
      }),
    close: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.send('stop');
      }),
  };
}
