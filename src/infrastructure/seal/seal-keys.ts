import { randomBytes } from 'node:crypto';
import { filesAllowed, readOrCreatePrivate, readPrivate, replacePrivate, UnsafeSecrets } from '../keys/private-file.js';
import { BadNote, parseVerifierKey, signerOf, verifierKey, type Signer, type Verifier } from './note/signed-note.js';

/** As it lies on disk. */
interface Stored {
  readonly v: 1;
  /** Number → secret key of Ed25519 (RFC 8032), 32 bytes in base64. */
  readonly keys: Readonly<Record<string, string>>;
  /** Verifier keys of those that signed formerly, the newest first; absent where none did. */
  readonly retired?: readonly string[];
}
type Signers = readonly [Signer, ...Signer[]];

/** What opening asks. */
interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether heads were signed already: then keys that are not there are lost, and others would sign another log. */
  readonly isSealed: () => Promise<boolean>;
}

const SEED_BYTES = 32;
/** The new key and the one before it sign together, until the next rotation: time to hand out the new verifier key. */
const SIGNING_TOGETHER = 2;
const fresh = (): string => randomBytes(SEED_BYTES).toString('base64');
const numbered = ({ keys }: Stored): readonly (readonly [number, string])[] =>
  Object.entries(keys)
    .map(([number, seed]) => [Number(number), seed] as const)
    .sort(([a], [b]) => b - a);

const signerIn = ([number, text]: readonly [number, string], origin: string): Signer => {
  const seed = Buffer.from(text, 'base64');
  if (seed.length !== SEED_BYTES) throw new UnsafeSecrets(`seal key ${number} is not ${SEED_BYTES} bytes long`);
  return signerOf(origin, seed);
};
const signersIn = (stored: Stored, origin: string): Signers => {
  const [newest, ...older] = numbered(stored).map((key) => signerIn(key, origin));
  if (newest === undefined) throw new UnsafeSecrets('the file of seal keys holds none');
  return [newest, ...older];
};
const retiredIn = ({ retired = [] }: Stored): readonly Verifier[] => {
  try {
    return retired.map(parseVerifierKey);
  } catch (error) {
    throw error instanceof BadNote ? new UnsafeSecrets(`a retired key in the file of seal keys is none: ${error.message}`) : error;
  }
};

/** The keys that sign the heads of the sealed log: a file of mode 0600 of its own, so that only those who seal need to have it. */
export class SealKeys {
  private constructor(
    private readonly path: string,
    private readonly origin: string,
    /** The newest first. */
    readonly signers: Signers,
    /** Whose heads are ours: those who sign, and those who formerly did. */
    readonly verifiers: readonly Verifier[],
  ) {}

  /** Opens the file, creating it with a first key when nothing was signed yet. Throws UnsafeSecrets as the other files of secrets do, and when it is lost. */
  static async open(path: string, origin: string, { env, isSealed }: Surroundings): Promise<SealKeys> {
    filesAllowed(env);
    const stored = (await readOrCreatePrivate(path, async () => {
      if (await isSealed())
        throw new UnsafeSecrets(
          `${path} is not there, and the log is sealed under its keys: put it back (docs/how-to/when-the-sealer-stopped.md).`,
        );
      return { v: 1, keys: { 1: fresh() } };
    })) as Stored;
    const signers = signersIn(stored, origin);
    return new SealKeys(path, origin, signers, [...signers, ...retiredIn(stored)]);
  }

  /**
   * Puts a new key beside the newest and takes older ones out of the file, but for what verifies them. `lost`: others whose heads are ours too, although
   * nobody has their secrets any more. Returns the keys that sign from the next start of the sealer on.
   */
  async rotate(lost: readonly Verifier[] = []): Promise<Signers> {
    const stored = (await readPrivate(this.path)) as Stored;
    const before = numbered(stored);
    const keys = [[(before[0]?.[0] ?? 0) + 1, fresh()] as const, ...before];
    const leaving = keys.slice(SIGNING_TOGETHER).map((key) => signerIn(key, this.origin));
    const next: Stored = {
      v: 1,
      keys: Object.fromEntries(keys.slice(0, SIGNING_TOGETHER)),
      retired: [...new Set([...lost, ...leaving].map(verifierKey).concat(stored.retired ?? []))],
    };
    await replacePrivate(this.path, next);
    return signersIn(next, this.origin);
  }
}
