import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { makeCertificates } from './certificates.js';
import { all, events, streamName } from './client.js';
import { ADMIN, NodeDoor, OPS, type ScavengeResult } from './node-door.js';
import { runScript } from './script.js';

/** `deploy/kurrentdb/scavenge.mjs`: what it asks of which node, and when it says that it is done. */
describe('The bytes of ended streams', () => {
  let folder: string;
  let doors: readonly NodeDoor[];
  const addresses = (): readonly string[] => doors.map(({ address }) => address);

  beforeAll(async () => {
    const certificates = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'mes-scavenge-'));
    await writeFile(join(folder, 'ca.crt'), certificates.ca);
    doors = [await NodeDoor.open(certificates), await NodeDoor.open(certificates)];
  });
  beforeEach(() => {
    for (const door of doors) Object.assign(door, { scavenges: [], results: [], isScavenging: false });
  });
  afterAll(async () => {
    for (const door of doors) await door.close();
    await rm(folder, { recursive: true });
  });
  const scavenged = (password = OPS.password) =>
    runScript('scavenge.mjs', {
      KURRENTDB_ADDRESS: addresses().join(','),
      KURRENTDB_OPS_PASSWORD: password,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
    });
  const asked = () => doors.map(({ scavenges }) => scavenges);

  it('leave the disk of every node, by the account that runs it, whatever they weigh', async () => {
    const client = EventStoreDBClient.connectionString(`esdb://${addresses()[0]}?tls=true&tlsCAFile=${join(folder, 'ca.crt')}`);
    const lying = async (stream: string): Promise<number> =>
      (await all(client.readAll({ credentials: ADMIN }))).filter(({ event }) => event?.streamId === stream && !event.type.startsWith('$'))
        .length;
    const [gone, stays] = [streamName('space'), streamName('space')];
    for (const stream of [gone, stays]) await client.appendToStream(stream, events(3), { credentials: ADMIN });
    await client.tombstoneStream(gone, { credentials: ADMIN });
    expect([await lying(gone), await lying(stays)]).toEqual([3, 3]);
    const [first, second] = addresses();
    expect(await scavenged()).toEqual({
      code: 0,
      out: `${first}: Success (scavenge scavenge-1)\n${second}: Success (scavenge scavenge-1)\n`,
      err: '',
    });
    expect([await lying(gone), await lying(stays)]).toEqual([0, 3]);
    expect(asked()).toEqual([['0'], ['0']]);
    await client.dispose();
  });

  it('are waited for as long as a node is at it', async () => {
    doors[0]!.results = ['InProgress', 'InProgress', 'Success'];
    expect((await scavenged()).code).toBe(0);
    expect(doors[0]!.results).toEqual([]);
  });

  it.each<ScavengeResult>(['Stopped', 'Errored', 'Unknown'])(
    'are not said to be gone where a node ends with %s, and no other is begun',
    async (result) => {
      doors[0]!.results = [result];
      const { code, out, err } = await scavenged();
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`${addresses()[0]}: scavenge scavenge-1 ended with ${result}`);
      expect(asked()).toEqual([['0'], []]);
    },
  );

  it('are not said to be gone where a scavenge is under way that began before', async () => {
    doors[1]!.isScavenging = true;
    const { code, out, err } = await scavenged();
    expect([code, out]).toEqual([1, `${addresses()[0]}: Success (scavenge scavenge-1)\n`]);
    expect(err).toContain(`${addresses()[1]}: a scavenge is under way already`);
  });

  it('stay where the password is wrong, which is not repeated', async () => {
    const { code, err } = await scavenged('not that one');
    expect(code).toBe(1);
    expect(err).toContain('was answered 401');
    expect(err).not.toContain('not that one');
    expect(asked()).toEqual([[], []]);
  });
});
