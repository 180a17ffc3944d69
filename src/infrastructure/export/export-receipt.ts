import type { KeyVault } from '../../application/shared/key-vault.js';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import { address } from '../eventstore/codec.js';
import { bodyDigest } from '../eventstore/leaf.js';
import { eventKey } from '../eventstore/sealed-body.js';
import type { LeafProof } from '../seal/leaf-proof.js';
import type { Prover } from '../seal/prover.js';
import { writeTlogProof } from '../seal/tlog-proof.js';

/** What lies beside a package: that the log names it, for whoever has neither the log nor us. */
export interface ExportReceiptFiles {
  /** C2SP tlog-proof of the event. */
  readonly proof: string;
  /** The event, and what opens it: `{h, c, body, ke}`. */
  readonly event: string;
}

export interface ReceiptParts {
  readonly store: Pick<EventStore, 'read'>;
  readonly vault: Pick<KeyVault, 'keysById'>;
  readonly prover: Pick<Prover, 'prove'>;
}

/** The receipt of one event. Throws NotProvable while no signed head covers it. */
export async function receiptOf({ store, vault, prover }: ReceiptParts, stream: StreamName, rev: number): Promise<ExportReceiptFiles> {
  const leaf = await prover.prove(stream, rev);
  const [stored] = await store.read(stream, rev);
  if (stored === undefined) throw new RangeError('the event that was proved is not there');
  return { proof: writeTlogProof(leaf), event: `${canonicalJson(await openedEvent(vault, stored, leaf))}\n` };
}

async function openedEvent(vault: ReceiptParts['vault'], stored: StoredEvent, { header }: LeafProof) {
  const id = address(stored).header.key;
  const key = (await vault.keysById([id])).get(id);
  if (key?.state !== 'active') throw new RangeError('the key of an export has gone');
  const body = Buffer.from(stored.body).toString('base64url');
  return { h: header, c: bodyDigest(stored.body), body, ke: Buffer.from(eventKey(key, stored.header)).toString('base64url') };
}
