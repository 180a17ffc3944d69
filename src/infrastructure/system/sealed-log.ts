import { Monitor } from '../seal/monitor.js';
import { readFile } from 'node:fs/promises';
import type { Receipts } from '../../application/history/receipts.js';
import { Prover } from '../seal/prover.js';
import { DeletionLedger } from '../erasure/deletion-ledger.js';
import { HeadMap } from '../seal/heads/head-map.js';
import { HeadPublisher } from '../seal/heads/head-publisher.js';
import { RootOnDemand } from '../seal/heads/root-on-demand.js';
import { StreamHeads } from '../seal/heads/stream-heads.js';
import { Releases } from '../seal/releases.js';
import { SealedReceipts } from '../seal/sealed-receipts.js';
import { parisDay } from '../../domain/shared/time.js';
import { SealDesk } from '../seal/seal-desk.js';
import { headFileOf, KeptHead } from '../seal/kept-head.js';
import { SealKeys } from '../seal/seal-keys.js';
import { SealWatch } from '../seal/seal-watch.js';
import { SealWriter } from '../seal/seal-writer.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { StreamRevisions } from '../seal/stream-revisions.js';
import { Sealer } from '../seal/sealer.js';
import { BadPolicy, parsePolicy } from '../seal/witness/policy.js';
import { PublishedHeads } from '../seal/witness/published-heads.js';
import { WitnessBook } from '../seal/witness/witness-book.js';
import { WitnessPublisher } from '../seal/witness/witness-publisher.js';
import type { Platform } from './platform.js';

function keysOf({ pools, settings }: Platform, anew = false): Promise<SealKeys> {
  const { sealKeyFile, sealOrigin, environment, embeddedKekAllowed } = settings;
  return SealKeys.open(sealKeyFile, sealOrigin, {
    env: { NODE_ENV: environment, ALLOW_EMBEDDED_KEK: embeddedKekAllowed ? '1' : '0' },
    isSealed: async () => !anew && (await new SealedTree(pools.pool('mes_reader')).signed()) !== null,
  });
}

const ledgerOf = ({ settings }: Platform): DeletionLedger => new DeletionLedger(settings.deletionLedger);

const keptHeadOf = ({ settings, alarm }: Platform): KeptHead => new KeptHead(headFileOf(settings.sealKeyFile), alarm);

const revisionsOf = ({ pools }: Platform): StreamRevisions => new StreamRevisions(pools.pool('mes_sealer'));

interface Startable {
  start(): void;
  stop(): Promise<void>;
}
/** A worker that needs the keys, which are opened where it runs only. */
function withKeys(platform: Platform, name: string, made: (keys: SealKeys) => Startable) {
  let worker: Startable | null = null;
  return {
    name,
    start: async (): Promise<void> => {
      worker = made(await keysOf(platform));
      worker.start();
    },
    stop: async (): Promise<void> => worker?.stop(),
  };
}

/** The worker of the role `sealer`. Nobody waits for it: what was written counts before it is sealed. */
export function sealing(platform: Platform) {
  const { store, pools, leases, alarm, settings } = platform;
  return withKeys(platform, 'sealer', ({ signers }) => {
    const writer = new SealWriter(pools.pool('mes_sealer'));
    const verifiers = async () => (await keysOf(platform)).verifiers;
    const { sealOrigin: origin, sealEvery: every } = settings;
    return new Sealer({ store, writer, leases, signers, verifiers, origin, kept: keptHeadOf(platform), every, alarm });
  });
}

/** The other worker of that role: compares what was sealed with what lies there now. */
export function watchingTheSeal(platform: Platform) {
  const { store, pools, leases, alarm, settings } = platform;
  const { sealCheckEvery, sealCheckSample, sealCheckHour } = settings;
  return withKeys(platform, 'seal watch', ({ verifiers }) => {
    const tree = new SealedTree(pools.pool('mes_reader'));
    const writer = new SealWriter(pools.pool('mes_sealer'));
    const monitor = new Monitor(store, tree, verifiers, {
      heads: streamHeadsOf(platform),
      revisions: revisionsOf(platform),
      ledger: ledgerOf(platform),
      kept: keptHeadOf(platform),
    });
    return new SealWatch({
      monitor,
      tree,
      writer,
      leases,
      releases: settings.simulatedClock ? null : new Releases(pools.pool('mes_sealer'), store),
      every: sealCheckEvery * 1_000,
      sample: sealCheckSample,
      hour: sealCheckHour,
      alarm,
    });
  });
}

/** How long a head waits for its quorum before it is published without. */
const PATIENCE_MS = 5_000;

/** Shows heads to the witnesses of the policy, where there is one: beside the sealer, who waits for none of it. */
export function witnessing(platform: Platform) {
  const { pools, leases, alarm, settings } = platform;
  let publisher: WitnessPublisher | null = null;
  return {
    name: 'witnesses',
    start: async (): Promise<void> => {
      const book = new WitnessBook(pools.pool('mes_sealer'));
      const text = settings.sealPolicyFile === null ? null : await readFile(settings.sealPolicyFile, 'utf8');
      if (text === null) return book.adopt(null);
      const policy = parsePolicy(text);
      const { signers } = await keysOf(platform);
      if (!policy.logs.some(({ key }) => signers.some((ours) => ours.key.equals(key))))
        throw new BadPolicy('SEAL_POLICY_FILE names no key that signs the heads of this log: mes seal status shows ours');
      await book.adopt({ text, patience: PATIENCE_MS, witnesses: policy.witnesses });
      const tree = new SealedTree(pools.pool('mes_reader'));
      publisher = new WitnessPublisher({ tree, book, leases, policy, patience: PATIENCE_MS, every: settings.sealEvery, alarm });
      publisher.start();
    },
    stop: async (): Promise<void> => publisher?.stop(),
  };
}

/** How often the calendar is looked at. */
const CALENDAR_MS = 30_000;

/** Writes the root of the map of stream heads at the end of each day. */
export function publishingHeads(platform: Platform): HeadPublisher {
  const { pools, leases, alarm, clock, journal, secrets, threads } = platform;
  const [tree, map] = [new SealedTree(pools.pool('mes_reader')), new HeadMap(pools.pool('mes_sealer'))];
  const today = () => parisDay(clock.now());
  return new HeadPublisher({
    tree,
    map,
    heads: streamHeadsOf(platform),
    leases,
    clock,
    today,
    journal,
    secrets,
    threads,
    every: CALENDAR_MS,
    alarm,
  });
}

/** A root of that map at once, for an export. */
export function rootsOnDemand(platform: Platform): RootOnDemand {
  const { pools, clock, journal, secrets, threads } = platform;
  const [tree, map] = [new SealedTree(pools.pool('mes_reader')), new HeadMap(pools.pool('mes_sealer'))];
  return new RootOnDemand({
    tree,
    map,
    heads: streamHeadsOf(platform),
    clock,
    journal,
    secrets,
    threads,
    today: () => parisDay(clock.now()),
    patience: SEAL_PATIENCE_MS,
  });
}

/** How long an export waits for the sealer. */
export const SEAL_PATIENCE_MS = 30_000;

/** Heads of streams with their proofs, for exports. */
export const streamHeadsOf = ({ store, pools }: Platform): StreamHeads =>
  new StreamHeads(new HeadMap(pools.pool('mes_reader')), new SealedTree(pools.pool('mes_reader')), store);

/** Receipts of single lines, for the doors. */
export const receiptsOf = ({ store, pools, alarm }: Platform): Receipts => {
  const pool = pools.pool('mes_reader');
  return new SealedReceipts(new Prover(store, new SealedTree(pool), new PublishedHeads(pool)), alarm);
};

/** What operators ask of the sealed log. */
export const sealDeskOf = (platform: Platform): SealDesk =>
  new SealDesk({
    store: platform.store,
    tree: new SealedTree(platform.pools.pool('mes_reader')),
    heads: new PublishedHeads(platform.pools.pool('mes_reader')),
    streamHeads: streamHeadsOf(platform),
    writer: new SealWriter(platform.pools.pool('mes_sealer')),
    releases: new Releases(platform.pools.pool('mes_sealer'), platform.store),
    revisions: revisionsOf(platform),
    ledger: ledgerOf(platform),
    kept: keptHeadOf(platform),
    origin: platform.settings.sealOrigin,
    keys: (anew) => keysOf(platform, anew),
  });
