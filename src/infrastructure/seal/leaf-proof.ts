/** What proves that a leaf is in a log (C2SP tlog-proof). */
export interface TlogProof {
  /** From 0. */
  readonly index: number;
  /** Hashes of the tree from the leaf upwards (RFC 9162 section 2.1.3). */
  readonly inclusion: readonly Uint8Array[];
  /** Signed note of the checkpoint, with its cosignatures. */
  readonly checkpoint: string;
}

/** The same with what the leaf is made of. */
export interface LeafProof extends TlogProof {
  /** The header of the event (docs/reference/event-format.md). */
  readonly header: Readonly<Record<string, unknown>>;
  /** SHA-256 of its body, base64url. */
  readonly bodyDigest: string;
}
