import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

/** An ES256 key pair of this installation. */
export interface SigningKey {
  readonly key: CryptoKey;
  /** The public part, with its thumbprint as `kid`. */
  readonly published: JWK & { readonly kid: string };
}

/** A key file cannot be used as it is. */
export class UnsafeKeyFile extends Error {}

/**
 * The key pair in a file of the state folder, made (0600) the first time; several processes may start at once. Throws UnsafeKeyFile when others could
 * read the file, or when it holds no key pair.
 */
export async function keptSigningKey(stateDir: string, name: string): Promise<SigningKey> {
  const file = join(stateDir, name);
  const jwk = (await readKey(file)) ?? (await makeKey(stateDir, file));
  const { d: secret, ...publicPart } = jwk;
  const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256');
  if (secret === undefined || key instanceof Uint8Array) throw new UnsafeKeyFile(`${name} holds no key pair`);
  return { key, published: { ...publicPart, kid: await calculateJwkThumbprint(publicPart), alg: 'ES256', use: 'sig' } };
}

async function readKey(path: string): Promise<JWK | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { mode } = await file.stat();
      if ((mode & 0o177) !== 0) throw new UnsafeKeyFile(`${path} may be read or changed by others: only its owner may (mode 0600).`);
      return JSON.parse(await file.readFile('utf8')) as JWK;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written whole beside, then linked into place: whoever comes second finds the key of the first. */
async function makeKey(stateDir: string, file: string): Promise<JWK> {
  await mkdir(stateDir, { recursive: true });
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  const kept = await readKey(file);
  if (kept === null) throw new UnsafeKeyFile(`${file} was taken away as it was made`);
  return kept;
}
