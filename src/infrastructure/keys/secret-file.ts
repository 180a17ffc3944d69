import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { filesAllowed, readOrCreatePrivate, readPrivate, replacePrivate, UnsafeSecrets } from './private-file.js';

/** `kek` wraps keys · `identity` and `suppression` are peppers of the registry · `server` is what digests, codes and tokens are derived from. */
export type SecretKind = 'kek' | 'identity' | 'suppression' | 'server';
const KINDS: readonly SecretKind[] = ['kek', 'identity', 'suppression', 'server'];

/** All epochs of one kind, the newest first. */
export interface Epoch {
  readonly epoch: number;
  readonly secret: KeyObject;
}
type Epochs = readonly [Epoch, ...Epoch[]];

/** As it lies on disk: kind → epoch → 32 bytes in base64. */
type Stored = { readonly v: 1 } & Readonly<Record<SecretKind, Readonly<Record<string, string>>>>;

const SIZE = 32;
const fresh = (): string => randomBytes(SIZE).toString('base64');
const firstSecrets = (): Stored => ({
  v: 1,
  kek: { 1: fresh() },
  identity: { 1: fresh() },
  suppression: { 1: fresh() },
  server: { 1: fresh() },
});

const parse = (stored: Stored, kind: SecretKind): Epochs => {
  const read = ([epoch, text]: [string, string]): Epoch => {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length !== SIZE) throw new UnsafeSecrets(`the ${kind} of epoch ${epoch} is not ${SIZE} bytes long`);
    return { epoch: Number(epoch), secret: createSecretKey(bytes) };
  };
  const [newest, ...older] = Object.entries(stored[kind] ?? {})
    .map(read)
    .sort((a, b) => b.epoch - a.epoch);
  if (!newest) throw new UnsafeSecrets(`the secrets file holds no ${kind}`);
  return [newest, ...older];
};

/**
 * Keys and peppers of the embedded mode: one file of mode 0600 in the state folder, created at the first start.
 * Production keeps them in a key management service: there the file is refused unless ALLOW_EMBEDDED_KEK=1 says that this is meant.
 */
export class SecretFile {
  private constructor(
    private readonly path: string,
    private epochs: ReadonlyMap<SecretKind, Epochs>,
  ) {}

  /** Opens the file, creating it when there is none. Throws UnsafeSecrets when others could read it, or when production may not use it. */
  static async open(path: string, env: Readonly<Record<string, string | undefined>>): Promise<SecretFile> {
    filesAllowed(env);
    const file = new SecretFile(path, new Map());
    file.take(await readOrCreatePrivate(path, firstSecrets));
    return file;
  }

  /** Reads the file again: another process may have added an epoch. */
  async reload(): Promise<void> {
    this.take(await readPrivate(this.path));
  }

  /** Every epoch of a kind, the newest first. */
  all(kind: SecretKind): Epochs {
    const epochs = this.epochs.get(kind);
    if (!epochs) throw new UnsafeSecrets(`no ${kind} was loaded`);
    return epochs;
  }

  /** The secret of an epoch; undefined when it is not, or no more, in the file. */
  of(kind: SecretKind, epoch: number): KeyObject | undefined {
    return this.all(kind).find((known) => known.epoch === epoch)?.secret;
  }

  /** Adds an epoch and returns its number. The caller sees to it that only one process does this at a time. */
  async add(kind: SecretKind): Promise<number> {
    const stored = (await readPrivate(this.path)) as Stored;
    const epoch = parse(stored, kind)[0].epoch + 1;
    await this.replace({ ...stored, [kind]: { ...stored[kind], [epoch]: fresh() } });
    return epoch;
  }

  /** Takes an epoch out of the file, for ever. The newest stays. */
  async remove(kind: SecretKind, epoch: number): Promise<void> {
    const stored = (await readPrivate(this.path)) as Stored;
    if (parse(stored, kind)[0].epoch === epoch) throw new UnsafeSecrets(`epoch ${epoch} is the newest ${kind}`);
    const left = Object.fromEntries(Object.entries(stored[kind]).filter(([known]) => known !== String(epoch)));
    await this.replace({ ...stored, [kind]: left });
  }

  private async replace(stored: Stored): Promise<void> {
    await replacePrivate(this.path, stored);
    await this.reload();
  }

  private take(stored: unknown): void {
    this.epochs = new Map(KINDS.map((kind) => [kind, parse(stored as Stored, kind)]));
  }
}
