import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { StreamName } from '../../../domain/shared/fact.js';
import { terminalOf, withSystem, type Context } from '../context.js';
import { parseVerifierKey } from '../../seal/note/signed-note.js';
import { parseBundle, verifyBundle, type ProofBundle } from '../../seal/proof-bundle.js';
import { isUuid } from '../../uuid.js';
import { wholeNumber } from './campaign-generate.js';

const HELP = `
The proof holds the header of the event, the digest of its body, the way from its leaf to the root, and the signed head. It says nothing of what
is in the body. --verify needs neither database nor network, only the verifier key, from somebody you trust (mes seal status shows ours).

Examples:
  $ mes prove space-0193b1c2-0000-7000-8000-000000000001 3 > proof.json
  $ mes prove 5f0c6a5e-3b1d-8f0e-9a64-0c8d6b8c1a01 > proof.json
  $ mes prove --verify proof.json --key "$(cat verifier-key.txt)"
`;

interface Asked {
  readonly verify?: string;
  readonly key?: string;
}

/** `mes prove`: that an event lies in the sealed log; and that a proof of it holds. */
export const proveCommand = (context: Context): Command =>
  new Command('prove')
    .description('prove that an event lies in the sealed log, or verify such a proof')
    .argument('[event]', 'stream of the event, or its id')
    .argument('[revision]', 'its revision in the stream', wholeNumber(0, 2 ** 31 - 1))
    .option('--verify <file>', 'check the proof in this file instead')
    .option('--key <verifier key>', 'whose signature counts')
    .addHelpText('after', HELP)
    .action(async (event: string | undefined, revision: number | undefined, { verify, key }: Asked, command: Command) => {
      if (verify !== undefined) return verified(context, command, verify, key);
      if (event === undefined) return command.error('error: an event is needed, or --verify');
      if (revision === undefined && !isUuid(event)) return command.error('error: the revision of the event in its stream is needed');
      const bundle = await made(context, command, event, revision);
      context.out.write(`${JSON.stringify(bundle, null, 2)}\n`);
    });

async function verified(context: Context, command: Command, file: string, key: string | undefined): Promise<void> {
  if (key === undefined) return command.error('error: --verify needs --key');
  const bundle = parseBundle(await readFile(file, 'utf8'));
  const { origin, size } = verifyBundle(bundle, [parseVerifierKey(key)]);
  const { index, header } = bundle;
  terminalOf(context, command).answer({ holds: true, origin, size, index, header }, [
    `holds: leaf ${index} of the ${size} that ${origin} signed`,
    JSON.stringify(header),
  ]);
}

async function made(context: Context, command: Command, event: string, revision: number | undefined): Promise<ProofBundle> {
  const bar = terminalOf(context, command).progress('events');
  return withSystem(context, command, [], ({ seal }) =>
    revision === undefined ? seal.proveById(event, (read) => bar.to(read, null)) : seal.prove(event as StreamName, revision),
  ).finally(() => bar.end());
}
