import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeFile, composeService, composeServices, composeText, type ComposeService } from '../support/compose-file.js';
import { textOf } from '../support/project-files.js';

/** What may never be set where data of people may come: reference of the server, "never in production". */
const UNSAFE = [
  'INSECURE',
  'DEV',
  'MEM_DB',
  'UNSAFE_DISABLE_FLUSH_TO_DISK',
  'UNSAFE_IGNORE_HARD_DELETE',
  'UNSAFE_ALLOW_SURPLUS_NODES',
  'ALLOW_ANONYMOUS_STREAM_ACCESS',
  'ALLOW_ANONYMOUS_ENDPOINT_ACCESS',
  'DISABLE_TLS',
  'CLUSTER_SECRET',
];
const NEVER = UNSAFE.flatMap((name) => [`KURRENTDB_${name}`, `EVENTSTORE_${name}`]);
/** What of it a server is given: as a variable, or behind its program (`--mem-db`, `--MemDb=true`), where dashes and capitals do not count. */
const unsafeIn = ({ environment = {}, entrypoint = [], command = [] }: Pick<ComposeService, 'environment' | 'entrypoint' | 'command'>) => [
  ...Object.keys(environment).filter((name) => NEVER.includes(name)),
  ...[...entrypoint, ...command].filter((word) =>
    UNSAFE.some((name) => word.startsWith('-') && plain(word.split('=')[0] ?? '') === plain(name)),
  ),
];
const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();

const NODES = ['kurrentdb-node1', 'kurrentdb-node2', 'kurrentdb-node3'];
const servers = composeServices.filter(([, { image }]) => image.includes('/kurrentdb:'));
const addressOf = (node: string): string => {
  const { networks = {} } = composeService(node);
  return Object.entries(networks as Readonly<Record<string, { readonly ipv4_address: string }>>)[0]?.[1].ipv4_address ?? '';
};
const isService = (word: string): boolean => word in composeFile.services;
/** These services and all that compose starts for their sake. */
const withWhatTheyWaitFor = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => [name, ...withWhatTheyWaitFor(Object.keys(composeService(name).depends_on ?? {}))]));
/** Service → what the certificate job writes into the certificate besides its name and localhost. */
const certified = new Map(
  [...textOf('deploy/make-certificates.sh').matchAll(/^certificate ([\w-]+) '(.*)'$/gm)].map(([, node = '', others = '']) => [
    node,
    others,
  ]),
);

describe('KurrentDB in docker-compose.yml', () => {
  it('is one server, and three nodes in the profile for clusters', () => {
    expect(servers.map(([name, { profiles = [] }]) => [name, ...profiles])).toEqual([
      ['kurrentdb'],
      ...NODES.map((node) => [node, 'cluster']),
    ]);
  });

  it.each(servers)(
    '%s: is of the long-term line, under TLS with its access rules, without anything that is never for production',
    (_, server) => {
      const settings = server.environment ?? {};
      expect(server.image).toMatch(/\/kurrent-lts\/kurrentdb:26\.0\.\d+$/);
      expect(unsafeIn(server)).toEqual([]);
      expect(settings).toMatchObject({
        KURRENTDB_NODE_IP: '0.0.0.0',
        KURRENTDB_NODE_PORT: '2113',
        KURRENTDB_TRUSTED_ROOT_CERTIFICATES_PATH: '/certs/ca',
        KURRENTDB_RUN_PROJECTIONS: 'None',
        KURRENTDB_ENABLE_ATOM_PUB_OVER_HTTP: 'false',
        KURRENTDB_TELEMETRY_OPTOUT: 'true',
        KURRENTDB_MAX_APPEND_SIZE: '1048576',
        KURRENTDB_DEFAULT_ADMIN_PASSWORD_FILE: '/run/secrets/kurrentdb-admin-password',
        KURRENTDB_DEFAULT_OPS_PASSWORD_FILE: '/run/secrets/kurrentdb-ops-password',
      });
    },
  );

  it.each(servers)(
    '%s: shows its own certificate, and asks itself over TLS whether it lives',
    (name, { environment, healthcheck, depends_on }) => {
      expect(certified.has(name)).toBe(true);
      expect(environment).toMatchObject({
        KURRENTDB_CERTIFICATE_FILE: `/certs/${name}/node.crt`,
        KURRENTDB_CERTIFICATE_PRIVATE_KEY_FILE: `/certs/${name}/node.key`,
      });
      expect(healthcheck?.test).toEqual(expect.arrayContaining(['--cacert', '/certs/ca/ca.crt', 'https://localhost:2113/health/live']));
      expect(healthcheck?.test).not.toContain('--insecure');
      expect(depends_on).toHaveProperty('kurrentdb-certificates.condition', 'service_completed_successfully');
    },
  );

  it.each(servers)('%s: keeps its data and its logs in volumes of its own', (name, { volumes = [] }) => {
    expect(volumes).toEqual(
      expect.arrayContaining([`${name}-data:/var/lib/kurrentdb`, `${name}-logs:/var/log/kurrentdb`, 'kurrentdb-certificates:/certs:ro']),
    );
  });

  it.each(UNSAFE)('would be noticed with %s, as a variable or behind its program', (name) => {
    expect(unsafeIn({ environment: { [`KURRENTDB_${name}`]: 'true' } })).toEqual([`KURRENTDB_${name}`]);
    expect(unsafeIn({ environment: { [`EVENTSTORE_${name}`]: 'true' } })).toEqual([`EVENTSTORE_${name}`]);
    const option = `--${name.toLowerCase().replaceAll('_', '-')}`;
    expect(unsafeIn({ command: ['--config=/etc/kurrentdb.conf', option] })).toEqual([option]);
    expect(unsafeIn({ entrypoint: ['/opt/kurrentdb/KurrentDB', `${option}=true`] })).toEqual([`${option}=true`]);
  });

  it('is never asked without looking at its certificate', () => {
    expect(composeText + textOf('deploy/kurrentdb/prepare.mjs') + textOf('deploy/kurrentdb/scavenge.mjs')).not.toMatch(
      /tlsVerifyCert=false|tls=false|--insecure|REJECT_UNAUTHORIZED/,
    );
  });
});

describe('The cluster in docker-compose.yml', () => {
  it.each(NODES)('%s: stands at its own address of the declared network, which its certificate names', (node) => {
    const [{ subnet } = { subnet: '' }] = composeFile.networks['cluster']?.ipam.config ?? [];
    expect(subnet).toBe('172.30.240.0/24');
    expect(addressOf(node)).toMatch(/^172\.30\.240\.\d+$/);
    expect(certified.get(node)).toBe(`,IP:${addressOf(node)}`);
    expect(composeService(node).environment).toMatchObject({
      KURRENTDB_REPLICATION_IP: addressOf(node),
      KURRENTDB_REPLICATION_PORT: '1112',
      KURRENTDB_ADVERTISE_NODE_PORT_TO_CLIENT_AS: '2113',
      KURRENTDB_ADVERTISE_HOST_TO_CLIENT_AS: node,
    });
  });

  it.each(NODES)('%s: knows the two others, and how many they are', (node) => {
    const others = NODES.filter((other) => other !== node).map((other) => `${addressOf(other)}:2113`);
    expect(composeService(node).environment).toMatchObject({
      KURRENTDB_CLUSTER_SIZE: '3',
      KURRENTDB_DISCOVER_VIA_DNS: 'false',
      KURRENTDB_GOSSIP_SEED: others.join(','),
    });
  });

  it('starts alone by the commands of the guide: they name its nodes, which bring nothing with them but their certificates', () => {
    const guide = textOf('docs/how-to/run-with-docker-compose.md');
    const commands = [...guide.matchAll(/--profile cluster up\b([^`\n]*)/g)].map(([, words = '']) => words.split(' ').filter(isService));
    expect(commands).toEqual([NODES, NODES]);
    expect([...withWhatTheyWaitFor(NODES)].sort()).toEqual(['kurrentdb-certificates', ...NODES]);
  });

  it('is prepared when all its nodes are well, and by them all', () => {
    const { environment, depends_on = {} } = composeService('kurrentdb-cluster-accounts');
    expect(Object.keys(depends_on)).toEqual(NODES);
    expect(environment?.['KURRENTDB_ADDRESS']).toBe(NODES.map((node) => `${node}:2113`).join(','));
  });

  it('is scavenged on every node, when somebody asks for it and never by itself', () => {
    const { environment, profiles } = composeService('kurrentdb-cluster-scavenge');
    expect(environment?.['KURRENTDB_ADDRESS']).toBe(NODES.map((node) => `${node}:2113`).join(','));
    expect(profiles).toEqual(['scavenge']);
    expect(composeService('kurrentdb-scavenge').profiles).toEqual(['scavenge']);
  });
});

describe('The keys of the nodes', () => {
  const SCRIPT = `${process.cwd()}/deploy/make-certificates.sh`;
  /** Instead of openssl: whatever is to be written is written, and what says so ends soon. Instead of chown, which only root may: what it was told. */
  const OPENSSL = `#!/bin/bash
    case "$*" in *-checkend*) ! grep -q 'ends soon' "\${!#}"; exit ;; esac
    while [ $# -gt 0 ]; do case $1 in -out | -keyout) echo made > "$2"; shift ;; esac; shift; done`;
  const CHOWN = `#!/bin/bash
    echo "$@" > chown.told`;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mes-certificates-'));
    writeFileSync(join(folder, 'openssl'), OPENSSL, { mode: 0o755 });
    writeFileSync(join(folder, 'chown'), CHOWN, { mode: 0o755 });
    make();
  });
  const make = () => execFileSync('bash', [SCRIPT, folder], { env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const modeOf = (path: string): string => (statSync(join(folder, path)).mode & 0o777).toString(8);

  it('are for the account of the image and for the group of older ones, which ran as 1000: to read, and for nobody else', () => {
    const told = readFileSync(join(folder, 'chown.told'), 'utf8').trim().split(' ');
    expect(told).toEqual(['-R', '1001:1000', 'ca', ...certified.keys()]);
    for (const node of certified.keys()) expect([node, `${node}/node.crt`, `${node}/node.key`].map(modeOf)).toEqual(['750', '440', '440']);
  });

  it('are vouched for by an authority that everybody may see, and whose key stays with root', () => {
    expect(['.', 'ca', 'ca/ca.crt', 'ca.key'].map(modeOf)).toEqual(['755', '755', '644', '600']);
  });

  it('stay while their certificates hold; those of a node are renewed in time, and all of them with their authority', () => {
    const certificates = ['ca/ca.crt', ...[...certified.keys()].map((node) => `${node}/node.crt`)];
    const renewedAfter = (words: string, ending: string): readonly string[] => {
      for (const path of certificates) {
        rmSync(join(folder, path));
        writeFileSync(join(folder, path), path === ending ? words : 'holds');
      }
      make();
      return certificates.filter((path) => readFileSync(join(folder, path), 'utf8') === 'made\n');
    };
    expect(renewedAfter('holds', 'ca/ca.crt')).toEqual([]);
    expect(renewedAfter('ends soon', 'kurrentdb/node.crt')).toEqual(['kurrentdb/node.crt']);
    expect(renewedAfter('ends soon', 'ca/ca.crt')).toEqual(certificates);
  });
});

describe('Who may do what in KurrentDB', () => {
  const acls = JSON.parse(textOf('deploy/kurrentdb/settings.json')) as Record<string, Record<string, string | readonly string[]>>;
  const { $acl: all = {} } = JSON.parse(textOf('deploy/kurrentdb/all-stream.json')) as typeof acls;

  it('nothing is for everybody', () => {
    expect(JSON.stringify([acls, all])).not.toContain('$all');
    for (const acl of [...Object.values(acls), all]) expect(Object.keys(acl)).toEqual(['$r', '$w', '$d', '$mr', '$mw']);
  });

  it('the account that writes cannot remove, the account that removes is another one, and neither changes the rules', () => {
    expect(acls['$userStreamAcl']).toEqual({
      $r: ['mes', 'mes-eraser'],
      $w: ['mes', 'mes-eraser'],
      $d: ['mes-eraser'],
      $mr: ['mes', 'mes-eraser'],
      $mw: [],
    });
    expect(new Set(Object.values(acls['$systemStreamAcl'] ?? {}))).toEqual(new Set(['$admins']));
    expect(all).toEqual({ $r: ['mes', 'mes-eraser'], $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' });
  });
});

describe('The Dockerfile', () => {
  const lines = textOf('Dockerfile').split('\n');
  const stages = lines.filter((line) => line.startsWith('FROM '));

  it('builds in stages, all from one pinned Node', () => {
    const images = stages.map((line) => line.split(' ')[1]);
    expect(images.length).toBeGreaterThan(1);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:2[0-4]\.\d+\.\d+-\w+-slim$/);
  });

  it('ends as an account that is not root, which owns nothing but its state', () => {
    const last = lines.slice(lines.lastIndexOf(stages.at(-1) ?? ''));
    expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(last.filter((line) => line.startsWith('COPY ') && line.includes('--chown'))).toEqual([]);
    expect(last.join('\n')).toContain('chown node:node /var/lib/mon-espace-sante');
  });

  it('takes packages by the lock file, and copies only what the build context sends', () => {
    const installs = lines.filter((line) => /\bnpm (ci|i|install)\b/.test(line));
    expect(installs).toEqual(['RUN npm ci --ignore-scripts', 'RUN npm ci --omit=dev --omit=optional --ignore-scripts']);
    const sent = textOf('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) =>
        line
          .split(' ')
          .slice(1, -1)
          .map((path) => path.split('/')[0]),
      );
    expect(copied.filter((path) => !sent.includes(path ?? ''))).toEqual([]);
    expect(sent).not.toContain('secrets');
  });
});
