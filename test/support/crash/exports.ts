import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { ExportEvent } from '../../../src/domain/audit/export-vocabulary.js';
import type { Of } from '../../../src/domain/shared/decider.js';
import type { PersonaName } from '../../../src/infrastructure/identity/personas.js';
import { sealDeskOf } from '../../../src/infrastructure/system/sealed-log.js';
import { decrypted, policyOf, unpacked, verified } from '../opened-package.js';
import type { Installation } from './installation.js';
import { readable } from './leftovers.js';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const EXPORT_DOORS = ['package', 'files/sha256', 'files/proof', 'files/event'] as const;
const LEGAL_BASIS = 'Loi 78-17, article 19';

/** The REST door of an installation. */
export class Door {
  constructor(private readonly installation: Pick<Installation, 'url' | 'token'>) {}

  /** Status and bytes of one answer; `path` below /api/v1. */
  async ask(method: 'GET' | 'POST', path: string, as: PersonaName, body?: object) {
    const headers = { authorization: `Bearer ${await this.installation.token(as)}`, 'idempotency-key': randomUUID() };
    const sent =
      body === undefined
        ? { method, headers }
        : { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.installation.url}/api/v1${path}`, sent);
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** What was done; throws when it was not. */
  async done<T>(method: 'GET' | 'POST', path: string, as: PersonaName, body?: object): Promise<T> {
    const { status, bytes } = await this.ask(method, path, as, body);
    if (status > 299) throw new Error(`${method} ${path} was answered ${status}: ${bytes.toString()}`);
    return JSON.parse(bytes.toString()) as T;
  }
}

/** Exports of an installation for a recipient who opens and verifies them as he does: with his key, the verifier, and the keys of the log. */
export class Exports {
  private constructor(
    private readonly installation: Installation,
    readonly door: Door,
    private readonly identity: string,
    private readonly recipient: string,
    private readonly folder: string,
    readonly policy: string,
  ) {}

  static async of(installation: Installation): Promise<Exports> {
    const identity = await generateX25519Identity();
    const folder = await mkdtemp(join(tmpdir(), 'mes-auditor-'));
    const policy = join(folder, 'policy.txt');
    await writeFile(policy, policyOf((await sealDeskOf(installation.platform).status()).keys));
    return new Exports(installation, new Door(installation), identity, await identityToRecipient(identity), folder, policy);
  }

  /** Asked for and approved by two; its id. */
  async approved(): Promise<string> {
    const wish = { mode: 'authority', scope: 'all', recipient: this.recipient, legalBasis: LEGAL_BASIS, reason: 'contrôle' };
    const { export: id } = await this.door.done<{ export: string }>('POST', '/exports', 'compliance', wish);
    for (const as of ['compliance-2', 'compliance-3'] as const) await this.door.done('POST', `/exports/${id}/approvals`, as);
    return id;
  }

  async facts(id: string): Promise<readonly ExportEvent[]> {
    return (await this.installation.platform.journal.read<ExportEvent>(`export-${id}`)).facts.map(({ event }) => event);
  }

  /** Its result; null while there is none. */
  async result(id: string): Promise<Of<ExportEvent, 'ExportGenerated'> | null> {
    return (await this.facts(id)).find((fact): fact is Of<ExportEvent, 'ExportGenerated'> => fact.type === 'ExportGenerated') ?? null;
  }

  folderOf(id: string): string {
    return join(this.installation.platform.settings.exportDir, id);
  }

  /** A file at its door; null while it is not given. Throws on an answer that is neither. */
  async given(id: string, file: (typeof EXPORT_DOORS)[number]): Promise<Buffer | null> {
    const { status, bytes } = await this.door.ask('GET', `/exports/${id}/${file}`, 'compliance');
    if (status === 200) return bytes;
    const { code } = JSON.parse(bytes.toString()) as { readonly code: string };
    if (code !== 'audit/export-not-ready') throw new Error(`${file} was answered ${status} ${code}`);
    return null;
  }

  /** Every file, one after the other: each is a fact in the same stream. */
  async allGiven(id: string): Promise<readonly (Buffer | null)[]> {
    const files: (Buffer | null)[] = [];
    for (const file of EXPORT_DOORS) files.push(await this.given(id, file));
    return files;
  }

  /** What the verifier says of a package and of its proof; the digests of what was opened. */
  async opened(id: string) {
    const below = join(this.folder, id);
    const [archive, , proof, event] = await this.allGiven(id);
    if (archive == null || proof == null || event == null) throw new Error('there is no package yet, or no proof of it');
    const tar = await decrypted(archive, this.identity);
    await unpacked(tar, below);
    const paths = { tar: join(below, 'package.tar'), proof: join(below, 'proof'), event: join(below, 'event') };
    await Promise.all([writeFile(paths.tar, tar), writeFile(paths.proof, proof), writeFile(paths.event, event)]);
    const name = (await this.result(id))?.name ?? '';
    const whole = await verified(join(below, name), '--policy', this.policy);
    const receipt = await verified('--proof', paths.proof, '--event', paths.event, '--archive', paths.tar, '--policy', this.policy);
    await rm(below, { recursive: true });
    // What looks for readable bytes finds them in what was opened.
    return {
      whole,
      receipt,
      archive: sha256(archive),
      tar: sha256(tar),
      readable: readable([{ path: name, bytes: Buffer.from(tar) }]).length,
    };
  }

  /** Whether the receipt of one event holds. */
  async holds(proof: Buffer, event: Buffer): Promise<number> {
    const paths = [join(this.folder, randomUUID()), join(this.folder, randomUUID())] as const;
    await Promise.all([writeFile(paths[0], proof), writeFile(paths[1], event)]);
    return (await verified('--proof', paths[0], '--event', paths[1], '--policy', this.policy)).code;
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
