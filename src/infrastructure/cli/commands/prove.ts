import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { StreamName } from '../../../domain/shared/fact.js';
import { terminalOf, withSystem, type Context } from '../context.js';
import { parseVerifierKey } from '../../seal/note/signed-note.js';
import type { LineReceipt } from '../../../application/history/receipts.js';
import type { LeafProof } from '../../seal/leaf-proof.js';
import { bundleOf, parseBundle, verifyBundle } from '../../seal/proof-bundle.js';
import { receiptOf } from '../../seal/sealed-receipts.js';
import { parseEvent, verifyTlogProof } from '../../seal/tlog-proof.js';
import { openCosigned } from '../../seal/witness/cosigned-checkpoint.js';
import { parsePolicy, type Policy } from '../../seal/witness/policy.js';
import { isUuid } from '../../uuid.js';
import { wholeNumber } from './campaign-generate.js';

const HELP = `
The proof holds the header of the event, the digest of its body, the way from its leaf to the root, and the signed head. It says nothing of what
is in the body. --verify needs neither database nor network, only the verifier key, or a policy of log and witnesses (C2SP tlog-policy), from
somebody you trust (mes seal status shows ours). --tlog-proof writes the same as two files that others' programs read: C2SP tlog-proof, and the event.

Examples:
  $ mes prove space-0193b1c2-0000-7000-8000-000000000001 3 > proof.json
  $ mes prove 5f0c6a5e-3b1d-8f0e-9a64-0c8d6b8c1a01 > proof.json
  $ mes prove --verify proof.json --key "$(cat verifier-key.txt)"
  $ mes prove space-0193b1c2-0000-7000-8000-000000000001 3 --tlog-proof line-3
  $ mes prove --verify line-3.tlog-proof --event line-3.event.json --policy policy.txt
`;

interface Asked {
  readonly verify?: string;
  readonly key?: string;
  readonly policy?: string;
  readonly event?: string;
  readonly tlogProof?: string;
}

/** `mes prove`: that an event lies in the sealed log; and that a proof of it holds. */
export const proveCommand = (context: Context): Command =>
  new Command('prove')
    .description('prove that an event lies in the sealed log, or verify such a proof')
    .argument('[event]', 'stream of the event, or its id')
    .argument('[revision]', 'its revision in the stream', wholeNumber(0, 2 ** 31 - 1))
    .option('--tlog-proof <name>', 'write <name>.tlog-proof and <name>.event.json')
    .option('--verify <file>', 'check the proof in this file instead')
    .option('--event <file>', 'the event of a .tlog-proof')
    .option('--key <verifier key>', 'whose signature counts')
    .option('--policy <file>', 'whose signatures and cosignatures count')
    .addHelpText('after', HELP)
    .action(async (event: string | undefined, revision: number | undefined, asked: Asked, command: Command) => {
      if (asked.verify !== undefined) return verified(context, command, asked.verify, asked);
      if (event === undefined) return command.error('error: an event is needed, or --verify');
      if (revision === undefined && !isUuid(event)) return command.error('error: the revision of the event in its stream is needed');
      const proof = await made(context, command, event, revision);
      if (asked.tlogProof === undefined) context.out.write(`${JSON.stringify(bundleOf(proof), null, 2)}\n`);
      else await written(context, command, asked.tlogProof, receiptOf(proof));
    });

/** Two files that are not there yet. */
async function written(context: Context, command: Command, name: string, { proof, event }: LineReceipt): Promise<void> {
  const files = { proof: `${name}.tlog-proof`, event: `${name}.event.json` };
  await writeFile(files.proof, proof, { flag: 'wx' });
  await writeFile(files.event, event, { flag: 'wx' });
  terminalOf(context, command).answer(files, [files.proof, files.event]);
}

async function verified(context: Context, command: Command, file: string, { key, policy, event }: Asked): Promise<void> {
  if ((key === undefined) === (policy === undefined)) return command.error('error: --verify needs --key or --policy');
  const trusted = policy === undefined ? keyAlone(key ?? '') : parsePolicy(await readFile(policy, 'utf8'));
  const text = await readFile(file, 'utf8');
  const { header, index, head } = event === undefined ? inBundle(text, trusted) : inFiles(text, await readFile(event, 'utf8'), trusted);
  const { origin, size, by } = head;
  terminalOf(context, command).answer({ holds: true, origin, size, index, header, by }, [
    `holds: leaf ${index} of the ${size} that ${origin} signed${by.length === 0 ? '' : `, cosigned by ${by.join(', ')}`}`,
    JSON.stringify(header),
  ]);
}

/** The policy of somebody who has the key of the log and nothing else. */
const keyAlone = (key: string): Policy => ({ logs: [parseVerifierKey(key)], witnesses: [], suffices: () => true });

const inFiles = (proof: string, event: string, trusted: Policy) => ({
  header: parseEvent(event).header,
  ...verifyTlogProof(proof, event, (note) => openCosigned(note, trusted)),
});

function inBundle(text: string, trusted: Policy) {
  const bundle = parseBundle(text);
  verifyBundle(bundle, trusted.logs);
  return { header: bundle.header, index: bundle.index, head: openCosigned(bundle.checkpoint, trusted) };
}

async function made(context: Context, command: Command, event: string, revision: number | undefined): Promise<LeafProof> {
  const bar = terminalOf(context, command).progress('events');
  return withSystem(context, command, [], ({ seal }) =>
    revision === undefined ? seal.proveById(event, (read) => bar.to(read, null)) : seal.prove(event as StreamName, revision),
  ).finally(() => bar.end());
}
