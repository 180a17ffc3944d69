import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformanceOf, inFolder, runConformance, type Finding } from '../support/conformance.js';
import { ROOT } from '../support/planted-project.js';

/** An agent or an entity, as far as it is changed here. */
interface Part {
  type: { code?: string };
  role: { code: string };
  what?: object;
  network?: object;
  query?: string;
}
interface Sample {
  readonly id: string;
  readonly meta: { readonly profile: readonly [string] };
  readonly type: { code: string };
  readonly subtype: object[];
  readonly agent: Part[];
  readonly entity: Part[];
  readonly source: { observer: object };
}
const SAMPLES = join(ROOT, 'conformance/samples');
const samples = readdirSync(SAMPLES).map((file) => JSON.parse(readFileSync(join(SAMPLES, file), 'utf8')) as Sample);
const sample = (id: string): Sample => {
  const found = samples.find((one) => one.id === `ex-audit${id}`);
  if (!found) throw new Error(`no sample ${id}`);
  return structuredClone(found);
};
const PROFILES = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';
const OUR_TAG = { system: 'urn:oid:2.25.201303683113128591942195905525642697611.3', code: 'AccessGranted' };
const named = ({ by, rule }: Finding) => `${by}: ${rule}`;
/** A sample with one change. */
const but = (id: string, change: (sample: Sample) => void): Sample => {
  const changed = sample(id);
  change(changed);
  return changed;
};
const claiming = (id: string, profile: string): Sample => but(id, (one) => Object.assign(one.meta, { profile: [PROFILES + profile] }));

/** What is changed, and the rules of the profile that it breaks. */
const bad: readonly (readonly [string, Sample, readonly string[]])[] = [
  ['a read told as a creation', claiming('BasicReadServer', 'PatientCreate'), ['subtype', 'action C']],
  ['a creation told as an update', claiming('BasicCreateServer', 'PatientUpdate'), ['subtype', 'action U']],
  [
    'a read told as a question',
    claiming('BasicReadServer', 'PatientQuery'),
    ['subtype', 'action E', 'query entity role', 'query entity query', 'query entity no what'],
  ],
  [
    'a deletion with the agents of a creation',
    but('BasicDeleteServer', (one) => Object.assign(one, { agent: sample('BasicCreateServer').agent })),
    ['agent client 1..1', 'agent client who', 'agent client network', 'agent server 1..1', 'agent server who', 'agent server network'],
  ],
  ['a creation without its patient', but('BasicCreateServer', (one) => one.entity.shift()), ['entity>=2', 'patient entity 1..1']],
  ['a creation of two things at once', but('BasicCreateServer', (one) => one.entity.push(one.entity[1]!)), ['data entity 1..1']],
  [
    'a creation in which the patient is a name',
    but('BasicCreateServer', (one) => Object.assign(one.entity[0]!, { what: { display: 'John Smith' } })),
    ['patient entity what'],
  ],
  ['an update that failed', but('BasicUpdateServer', (one) => Object.assign(one, { outcome: '8' })), ['outcome 0']],
  ['an update by two clients', but('BasicUpdateServer', (one) => one.agent.push(one.agent[1]!)), ['agent client 1..1']],
  ['a read without the network of the client', but('BasicReadServer', (one) => delete one.agent[1]!.network), ['agent client network']],
  [
    'a read by a user who did not ask and is a machine',
    but('BasicReadServer', (one) => Object.assign(one.agent[2]!, { requestor: false, network: { type: '5' } })),
    ['agent user requestor', 'agent user no network'],
  ],
  ['a read of nothing in particular', but('BasicReadNoPatient', (one) => delete one.entity[0]!.what), ['data entity what']],
  ['a creation of a query', but('BasicCreateNoPatient', (one) => (one.entity[0]!.role.code = '24')), ['data entity role']],
  ['an update that is a security alert', but('BasicUpdateNoPatient', (one) => (one.type.code = 'object')), ['type auditEventType#rest']],
  [
    'a deletion by nobody',
    but('BasicDeleteNoPatient', (one) => one.agent.splice(0, 2)),
    [
      'agent>=2',
      'agent client 1..1',
      'agent client who',
      'agent client network',
      'agent server 1..1',
      'agent server who',
      'agent server network',
    ],
  ],
  ['a question in clear', but('BasicQueryGetServer', (one) => (one.entity[1]!.query = 'GET /Observation')), ['query entity query']],
  ['a question without the question', but('BasicQueryGetNoPatient', (one) => delete one.entity[0]!.query), ['query entity query']],
  [
    'a request without its id',
    but('BasicQueryGetNoPatient', (one) => (one.entity[1]!.what = { display: 'x' })),
    ['transaction entity value'],
  ],
  [
    'a disclosure recorded by somebody else',
    but('PrivacyDisclosure-source', (one) => (one.source.observer = { reference: 'Device/other' })),
    ['agent source is the observer'],
  ],
  ['a disclosure that is a read only', but('PrivacyDisclosure-source', (one) => one.subtype.shift()), ['subtype']],
  [
    'a receipt recorded by the source',
    but('PrivacyDisclosure-recipient', (one) => (one.source.observer = { display: 'myMachine.example.org' })),
    ['agent recipient is the observer'],
  ],
  [
    'a refusal without the consent it rests on, with a document instead',
    but('AuthZconsent-deny', (one) => (one.entity[1]!.type.code = 'DocumentReference')),
    ['consent entity 1..*', 'entities closed'],
  ],
  ['a refusal without an organisation', but('AuthZconsent-deny', (one) => one.agent.pop()), ['agent userorg 1..1']],
  [
    'a permission decided by one and recorded by another',
    but('AuthZconsent', (one) => (one.source.observer = { reference: 'Device/ex-device' })),
    ['agent authorizer is the observer'],
  ],
];

describe('The rules of BALP', () => {
  it('find nothing in the examples that IHE published', () => {
    expect(conformanceOf(samples).findings).toEqual([]);
  });

  it('each profile that is checked has a good and a bad sample', () => {
    const profileOf = ({ meta: { profile } }: Sample) => profile[0].slice(PROFILES.length);
    const good = [...new Set(samples.map(profileOf))].sort();
    expect(good).toHaveLength(13);
    expect([...new Set(bad.map(([, one]) => profileOf(one)))].sort()).toEqual(good);
  });

  it('find in each bad sample exactly what is wrong with it', () => {
    const report = conformanceOf(bad.map(([, one], number) => ({ ...one, id: `bad-${number}` })));
    const found = bad.map(([name], number) => [
      name,
      report.findings.filter(({ id, by }) => id === `bad-${number}` && by === 'balp').map(({ rule }) => rule),
    ]);
    expect(found).toEqual(bad.map(([name, , rules]) => [name, rules]));
  });
});

describe('Each of the four', () => {
  const exchanged = but('BasicReadServer', (one) => {
    const [server, client, user] = one.agent as [Part, Part, Part];
    Object.assign(one, {
      meta: { ...one.meta, tag: [OUR_TAG] },
      purposeOfEvent: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }] }],
      agent: [{ ...server, type: client.type }, { ...client, type: server.type }, user],
    });
  });
  const mistakes: Readonly<Record<string, Sample>> = {
    'an instant that is none': but('BasicReadServer', (one) => Object.assign(one, { recorded: '2020-04-29 09:49' })),
    'a code that is not in a required list': but('BasicReadServer', (one) => Object.assign(one, { action: 'Z' })),
    'a read that claims to be a creation': claiming('BasicReadServer', 'PatientCreate'),
    'client and server exchanged': exchanged,
    'no profile where there is one': but('BasicReadServer', (one) => Object.assign(one, { meta: { tag: [OUR_TAG] } })),
    'a profile that nobody knows': claiming('BasicReadServer', 'PatientPeek'),
  };
  const names = Object.keys(mistakes);
  let findings: readonly Finding[];
  beforeAll(() => {
    findings = conformanceOf(Object.values(mistakes).map((one, number) => ({ ...one, id: `mistake-${number}` }))).findings;
  });
  const foundIn = (name: string) => findings.filter(({ id }) => id === `mistake-${names.indexOf(name)}`);

  it('medplum alone finds an instant that is none', () => {
    expect(foundIn('an instant that is none').map(({ by }) => by)).toEqual(['medplum']);
  });
  it('of the two validators only fhir finds a code that is not in a required list', () => {
    const finders = foundIn('a code that is not in a required list').map(({ by }) => by);
    expect(finders).toContain('fhir');
    expect(finders).not.toContain('medplum');
  });
  it('only the profiles find a read that claims to be a creation', () => {
    expect(foundIn('a read that claims to be a creation').map(named)).toEqual(['balp: subtype', 'balp: action C']);
  });
  it('only our own rules find client and server exchanged', () => {
    expect(foundIn('client and server exchanged').map(named)).toEqual(['house: the server is the observer']);
  });
  it('only our own rules find that no profile is claimed where IHE has one', () => {
    expect(foundIn('no profile where there is one').map(named)).toEqual([
      'house: a profile is claimed where there is one',
      'house: a purpose is said',
    ]);
  });
  it('a profile that nobody knows is not passed over', () => {
    expect(foundIn('a profile that nobody knows').map(named)).toEqual(['balp: unknown profile PatientPeek']);
  });
});

describe('The program', () => {
  const good = JSON.stringify(sample('BasicReadServer'));

  it('ends with 0 when nothing is wrong, and counts what it saw, known false warnings too', () => {
    const { code, out } = inFolder([good], (folder) => runConformance(folder));
    expect(code).toBe(0);
    expect(out).toContain('1 resources in 1 files');
    expect(out).toContain('  PatientRead: 1');
    expect(out).toMatch(/security-labels.*: 1/);
  });

  it('ends with 1 and the place of what is wrong', () => {
    const { code, out } = inFolder([good, good, '{"resourceType":'], (folder) => runConformance(folder));
    expect(code).toBe(1);
    expect(out).toContain('resources.ndjson:2 ex-auditBasicReadServer folder: an id is used once');
    expect(out).toContain('resources.ndjson:3');
  });

  it('ends with 2 when there is nothing to check or no folder', () => {
    expect(inFolder([], (folder) => runConformance(folder)).code).toBe(2);
    expect(runConformance(join(ROOT, 'no-such-folder')).code).toBe(2);
  });
});
