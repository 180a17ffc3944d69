import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DestructionGround, DestructionScope } from '../../domain/shared/destruction-ground.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant, LocalDate } from '../../domain/shared/time.js';
import { syncFolder } from '../sync-folder.js';
import { SuppressionEntries, type SuppressedPerson } from './suppression-entries.js';

/** One destruction, as it must be repeated after a restore. Ids of streams, no person. */
export interface LedgerEntry {
  readonly v: 1;
  /** UTC instant. */
  readonly on: string;
  readonly space: string;
  readonly scope: DestructionScope;
  readonly ground: DestructionGround;
  readonly streams: readonly string[];
  readonly blobs: readonly string[];
  /** Only in lines of before: suppression digest of the person, base64. It lies apart now (SuppressionEntries). */
  readonly suppression?: string | null;
  /** Paris day on which the holder asked for it; null or absent where nobody did. */
  readonly askedOn?: LocalDate | null;
  /** From when on the traces that outlive it are to go too; null where none do, absent in lines of before. */
  readonly traceEnd?: Instant | null;
}

/** What a start looks at of every destruction: streams and blobs may be thousands. */
export type Destroyed = Omit<LedgerEntry, 'streams' | 'blobs'>;

/** How many lines are looked at together: one statement about them is of some hundred kilobytes. */
const PAGE = 10_000;

/** The ledger cannot be read: something else wrote into it, or the disk failed. Nothing may open on it. */
export class BrokenLedger extends Error {}

/**
 * What was destroyed, one line of JSON each, on disk before the first key dies. Lies outside everything that backups bring back: a backup of last week knows
 * the keys of last week. Lines are only added; the same destruction may stand there twice. A line cut by a crash was never acted on.
 */
export class DeletionLedger {
  private readonly persons: SuppressionEntries;

  constructor(private readonly path: string) {
    this.persons = new SuppressionEntries(`${path}.persons`);
  }

  /** Resolves when the line is on disk; its person, where he is known, lies apart from it. */
  async add(entry: LedgerEntry, person: SuppressedPerson | null): Promise<void> {
    await this.persons.add(person);
    const made = await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, 'a', 0o600);
    try {
      // After a crash in the middle of a line, the next one begins anew.
      await file.appendFile(`\n${JSON.stringify(entry)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(dirname(this.path));
    if (made !== undefined) await syncFolder(dirname(made));
  }

  /** Digests of persons whom files skip, in hexadecimal, and how often they were destroyed, by lines of before too. Throws BrokenLedger. */
  async suppressed(): Promise<ReadonlyMap<string, number>> {
    const times = new Map(await this.persons.all());
    const before = new Map<string, string>();
    for await (const entry of this.read()) {
      const digest = Buffer.from(entry.suppression ?? '', 'base64').toString('hex');
      if (times.has(digest)) before.set(nameOf(entry), digest);
      else before.delete(nameOf(entry));
    }
    for (const digest of before.values()) times.set(digest, (times.get(digest) ?? 0) + 1);
    return times;
  }

  /**
   * Every line, page by page, in the order they were written: the ledger only grows, and what is kept of it must not. Throws BrokenLedger on a line that is
   * neither whole nor the last, or without the folder: only who came to the end knows that it can be read.
   */
  async *pages(most = PAGE): AsyncGenerator<readonly Destroyed[], void> {
    let page: Destroyed[] = [];
    let isFolderThere = false;
    for await (const { streams: _, blobs: __, ...entry } of this.read()) {
      if (!isFolderThere && isWithoutPerson(entry)) isFolderThere = await this.assertFolder();
      if (page.push(entry) < most) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  /** All that it says of these. Throws BrokenLedger. */
  async whole(some: readonly Destroyed[]): Promise<readonly LedgerEntry[]> {
    const asked = new Set(some.map(nameOf));
    const entries = new Map<string, LedgerEntry>();
    if (asked.size === 0) return [];
    for await (const entry of this.read()) if (asked.has(nameOf(entry))) entries.set(nameOf(entry), entry);
    return [...entries.values()];
  }

  /** Those of these streams that it names; null where it is not on this machine, or may not be read. A line that cannot be read names none. */
  async naming(streams: ReadonlySet<StreamName>): Promise<ReadonlySet<StreamName> | null> {
    const named = new Set<StreamName>();
    try {
      const file = await open(this.path);
      for await (const line of file.readLines())
        for (const stream of parsed(line)?.streams ?? []) if (streams.has(stream as StreamName)) named.add(stream as StreamName);
      return named;
    } catch (error) {
      if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  }

  private async assertFolder(): Promise<true> {
    if (await this.persons.isThere()) return true;
    throw new BrokenLedger(`the folder ${this.persons.folder} belongs to the deletion ledger, and is not there`);
  }

  private async *read(): AsyncGenerator<LedgerEntry, void> {
    let isCut = false;
    for await (const line of this.lines()) {
      const entry = line === '' ? null : parsed(line);
      if (entry === null && (isCut ? line === '' : line !== '' && !isBeginning(line)))
        throw new BrokenLedger('a line of the deletion ledger cannot be read');
      isCut = entry === null && line !== '';
      if (entry !== null) yield entry;
    }
  }

  /** One after the other: together they become more than a string can hold. */
  private async *lines(): AsyncGenerator<string, void> {
    let rest = '';
    try {
      for await (const piece of createReadStream(this.path, 'utf8')) {
        const lines = `${rest}${String(piece)}`.split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    yield rest;
  }
}

/** The digest of its person lies in the folder. */
const isWithoutPerson = ({ scope, suppression }: Destroyed): boolean => scope === 'SPACE' && suppression === undefined;

const BEGINNING = '{"v":1';

/** The beginning of a line, be it a single sign, that was being written when the process died: nothing follows, or the line that was then written again. */
const isBeginning = (line: string): boolean => line.startsWith(BEGINNING) || BEGINNING.startsWith(line);

/** One destruction, however often it was written. */
const nameOf = ({ space, scope }: Pick<LedgerEntry, 'space' | 'scope'>): string => `${space}/${scope}`;

function parsed(line: string): LedgerEntry | null {
  try {
    return JSON.parse(line) as LedgerEntry;
  } catch {
    return null;
  }
}
