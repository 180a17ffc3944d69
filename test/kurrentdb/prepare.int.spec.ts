import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessDeniedError, EventStoreDBClient, jsonEvent, StreamDeletedError, type Credentials } from '@eventstore/db-client';
import { makeCertificates } from './certificates.js';
import { all, event, streamName } from './client.js';
import { ADMIN, NodeDoor } from './node-door.js';
import { deployed, runScript } from './script.js';

const MES = { username: 'mes', password: 'the password of the application' };
const ERASER = { username: 'mes-eraser', password: 'the password: of whoever may end streams' };
const committed = (name: string): unknown => JSON.parse(readFileSync(deployed(name), 'utf8'));

/** `deploy/kurrentdb/prepare.mjs` as docker-compose.yml runs it: what it leaves on a new server, and on one that has lived. */
describe('A KurrentDB that is prepared', () => {
  let folder: string;
  let door: NodeDoor;
  let client: EventStoreDBClient;

  beforeAll(async () => {
    const certificates = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'mes-prepare-'));
    await writeFile(join(folder, 'ca.crt'), certificates.ca);
    door = await NodeDoor.open(certificates);
    client = EventStoreDBClient.connectionString(`esdb://${door.address}?tls=true&tlsCAFile=${join(folder, 'ca.crt')}`);
  });
  afterAll(async () => {
    await client.dispose();
    await door.close();
    await rm(folder, { recursive: true });
  });

  const prepared = async (more: Readonly<Record<string, string>> = {}) => {
    const env = {
      KURRENTDB_ADDRESS: door.address,
      KURRENTDB_ADMIN_PASSWORD: ADMIN.password,
      KURRENTDB_MES_PASSWORD: MES.password,
      KURRENTDB_ERASER_PASSWORD: ERASER.password,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
      ...more,
    };
    return runScript('prepare.mjs', env);
  };
  const versions = async (stream: string): Promise<readonly unknown[]> =>
    (await all(client.readStream(stream, { credentials: ADMIN }))).map(({ event: its }) => its?.data);
  const end = (stream: string, credentials: Credentials) => client.tombstoneStream(stream, { credentials });
  const append = (stream: string, credentials: Credentials) => client.appendToStream(stream, [event()], { credentials });

  it.each(['KURRENTDB_ADDRESS', 'KURRENTDB_ADMIN_PASSWORD', 'KURRENTDB_MES_PASSWORD', 'KURRENTDB_ERASER_PASSWORD', 'NODE_EXTRA_CA_CERTS'])(
    'is not touched where %s is not said, and whoever asked is told so',
    async (name) => {
      const { code, out, err } = await prepared({ [name]: '' });
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`Not set: ${name}`);
      expect([...door.accounts.keys()]).toEqual(['admin', 'ops']);
    },
  );

  it('is not touched by who has not the password of its administrators, and no password is repeated', async () => {
    const { code, out, err } = await prepared({ KURRENTDB_ADMIN_PASSWORD: 'not that one' });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('Asking for the account mes: 401');
    expect(err).not.toContain('not that one');
    expect([...door.accounts.keys()]).toEqual(['admin', 'ops']);
  });

  it('has two accounts that are in no group, under the passwords that were given, and the two documents as they are committed', async () => {
    expect(await prepared()).toEqual({
      code: 0,
      out: 'mes: made\nmes-eraser: made\n$settings: written\n$$$all: written\n',
      err: '',
    });
    expect([...door.accounts].slice(2)).toEqual([
      ['mes', { password: MES.password, groups: [] }],
      ['mes-eraser', { password: ERASER.password, groups: [] }],
    ]);
    expect(await versions('$settings')).toEqual([committed('settings.json')]);
    expect(await versions('$$$all')).toEqual([committed('all-stream.json')]);
  });

  it('lets the one write and read, the other one also end streams, and neither hide anything', async () => {
    const stream = streamName('space');
    await append(stream, MES);
    expect(await all(client.readStream(stream, { credentials: ERASER }))).toHaveLength(1);
    expect(await all(client.readAll({ credentials: MES, maxCount: 1 }))).toHaveLength(1);
    for (const credentials of [MES, ERASER])
      await expect(client.setStreamMetadata(stream, { truncateBefore: 1 }, { credentials })).rejects.toThrow(AccessDeniedError);
    await expect(end(stream, MES)).rejects.toThrow(AccessDeniedError);
    await end(stream, ERASER);
    await expect(append(stream, MES)).rejects.toThrow(StreamDeletedError);
  });

  it('stays as it is when it is prepared again, nothing being written', async () => {
    const { code, out } = await prepared({ KURRENTDB_MES_PASSWORD: 'another one' });
    expect([code, out]).toEqual([0, 'mes: is there\nmes-eraser: is there\n$settings: is so\n$$$all: is so\n']);
    expect(await versions('$settings')).toHaveLength(1);
    expect(door.accounts.get('mes')?.password).toBe(MES.password);
  });

  it('is put right again where somebody had given away more', async () => {
    const everybody = { $userStreamAcl: { $r: '$all', $w: '$all', $d: '$all', $mr: '$all', $mw: '$all' } };
    await client.appendToStream('$settings', jsonEvent({ type: '$settings', data: everybody }), { credentials: ADMIN });
    const stream = streamName('space');
    await append(stream, MES);
    await client.setStreamMetadata(stream, { maxCount: 5 }, { credentials: MES });
    expect((await prepared()).out).toContain('$settings: written\n$$$all: is so\n');
    expect(await versions('$settings')).toEqual([committed('settings.json'), everybody, committed('settings.json')]);
    await expect(client.setStreamMetadata(stream, { maxCount: 4 }, { credentials: MES })).rejects.toThrow(AccessDeniedError);
  });
});
