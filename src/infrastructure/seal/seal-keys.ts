import { randomBytes } from 'node:crypto';
import { filesAllowed, readOrCreatePrivate, readPrivate, replacePrivate, UnsafeSecrets } from '../keys/private-file.js';
import { signerOf, type Signer } from './note/signed-note.js';

/** As it lies on disk: number → secret key of Ed25519 (RFC 8032), 32 bytes in base64. */
interface Stored {
  readonly v: 1;
  readonly keys: Readonly<Record<string, string>>;
}
type Signers = readonly [Signer, ...Signer[]];

const SEED_BYTES = 32;
/** The new key and the one before it sign together, until the next rotation: time to hand out the new verifier key. */
const SIGNING_TOGETHER = 2;
const fresh = (): string => randomBytes(SEED_BYTES).toString('base64');
const numbered = ({ keys }: Stored): readonly (readonly [number, string])[] =>
  Object.entries(keys)
    .map(([number, seed]) => [Number(number), seed] as const)
    .sort(([a], [b]) => b - a);

const signersIn = (stored: Stored, origin: string): Signers => {
  const read = ([number, text]: readonly [number, string]): Signer => {
    const seed = Buffer.from(text, 'base64');
    if (seed.length !== SEED_BYTES) throw new UnsafeSecrets(`seal key ${number} is not ${SEED_BYTES} bytes long`);
    return signerOf(origin, seed);
  };
  const [newest, ...older] = numbered(stored).map(read);
  if (newest === undefined) throw new UnsafeSecrets('the file of seal keys holds none');
  return [newest, ...older];
};

/** The keys that sign the heads of the sealed log: a file of mode 0600 of its own, so that only those who seal need to have it. */
export class SealKeys {
  private constructor(
    private readonly path: string,
    private readonly origin: string,
    /** Every key of the file signs, the newest first. */
    readonly signers: Signers,
  ) {}

  /** Opens the file, creating it with a first key when there is none. Throws UnsafeSecrets as the other files of secrets do. */
  static async open(path: string, origin: string, env: Readonly<Record<string, string | undefined>>): Promise<SealKeys> {
    filesAllowed(env);
    const stored = await readOrCreatePrivate(path, () => ({ v: 1, keys: { 1: fresh() } }));
    return new SealKeys(path, origin, signersIn(stored as Stored, origin));
  }

  /** Puts a new key beside the newest and takes older ones out of the file. Returns the keys that sign from the next start of the sealer on. */
  async rotate(): Promise<Signers> {
    const stored = (await readPrivate(this.path)) as Stored;
    const [newest, ...older] = numbered(stored);
    const keys = [[(newest?.[0] ?? 0) + 1, fresh()] as const, ...(newest === undefined ? [] : [newest]), ...older];
    const next: Stored = { v: 1, keys: Object.fromEntries(keys.slice(0, SIGNING_TOGETHER)) };
    await replacePrivate(this.path, next);
    return signersIn(next, this.origin);
  }
}
