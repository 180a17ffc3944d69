import type { SpaceAddress } from '../../../src/application/shared/ports.js';
import { bytesOfRecord } from '../../kurrentdb/loopback.js';
import { entry, meta, sealedHouse } from '../../support/sealed-log.js';

/** What must be found nowhere but inside ciphertext. The matricule is of the test range (OID 1.2.250.1.213.1.4.10). */
const CANARIES = {
  ins: '287014499991255',
  name: 'CANARI-PELTIER Zoé',
  email: 'zoe.canari@example.fr',
  vitale: 'VITALE-CANARI-77',
  subject: 'subject-canari-42',
  purpose: 'raison canari',
};

/** Every form in which a database dump could show these bytes. */
const forms = (text: string): readonly string[] => {
  const bytes = Buffer.from(text, 'utf8');
  return [text, bytes.toString('hex'), bytes.toString('base64').replace(/.?=+$/, ''), bytes.toString('base64url').replace(/.$/, '')];
};

describe('after people were enrolled', () => {
  let house: Awaited<ReturnType<typeof sealedHouse>>;
  let code: string;
  let address: SpaceAddress;
  let everything: string;

  beforeAll(async () => {
    house = await sealedHouse();
    const { registry, journal, secrets } = await house.process();
    address = (await registry.reserve(CANARIES.ins)) as SpaceAddress;
    code = secrets.provisionalCode(address.id, 'seed');
    const codeDigest = secrets.digest('code', code);
    const { ins, name, email, vitale, subject, purpose } = CANARIES;
    const who = { role: 'support', subject: { issuer: 'https://agents.example', sub: subject }, assurance: 'high' } as const;
    const facts = [
      { type: 'PersonDeclaredEligible', v: 1, ins, handle: address.handle, name, email, vitale },
      { type: 'ProvisionalCodeIssued', v: 1, codeDigest },
    ];
    await journal.append({ ...entry(`space-${address.id}`, -1, ...facts), meta: meta({ who, purpose }) });
    await journal.append(entry(`record-${address.id}`, -1, { type: 'DocumentDeposited', v: 1, title: name }));
    expect(await registry.byCode(codeDigest)).toEqual(address);
    everything = await dumpOf(house);
  });
  afterAll(() => house.close());

  it.each(Object.entries(CANARIES))('no column of the log, the vault or the registry shows the %s', (_what, canary) => {
    for (const form of forms(canary)) expect(everything).not.toContain(form);
  });

  it('no column shows the provisional code', () => {
    for (const form of forms(code)) expect(everything).not.toContain(form);
  });

  it('the veiled type is not in the header of a document', () => {
    for (const form of forms('DocumentDeposited')) expect(everything).not.toContain(form);
  });

  it('what lies in clear is found by the same search: types in headers, ids in streams and rows', () => {
    const hex = (text: string) => Buffer.from(text).toString('hex');
    for (const clear of [hex('PersonDeclaredEligible'), hex('RecordFact'), `space-${address.id}`, address.handle])
      expect(everything).toContain(clear);
  });
});

/** All rows of all tables of the three schemas, and what a server of the log keeps beside them, as text; bytes are in hexadecimal. */
async function dumpOf({ rows, logServer }: Awaited<ReturnType<typeof sealedHouse>>): Promise<string> {
  const tables = await rows(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('log', 'vault', 'registry') ORDER BY 1`,
  );
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['log.event', 'vault.key', 'registry.person']));
  const dumps: string[] = [];
  for (const { name } of tables)
    dumps.push(...(await rows(`SELECT t::text AS line FROM ${String(name)} t`)).map(({ line }) => String(line)));
  for (const record of (await logServer?.records()) ?? []) dumps.push(record.stream, bytesOfRecord(record).toString('hex'));
  return dumps.join('\n');
}
