import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { refuseFaulty, type AlertRulesFile } from '../../application/audit/alert-rules.orders.js';
import { FaultyFile } from '../../application/record/code-list-file.js';
import { inProject } from '../project-folder.js';

/** The first version of the rules of alerts. */
export const SHIPPED_ALERT_RULES = inProject('reference/alert-rules-v1.json');

/** A file of rules of alerts, JSON; `note` is for its reader and is not kept. Throws FaultyFile, or what the file system says. */
export async function readAlertRules(path: string): Promise<AlertRulesFile> {
  const bytes = await readFile(path);
  const { note: _, ...book } = parsed(bytes.toString('utf8'));
  refuseFaulty(book);
  return { source: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, book };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new FaultyFile([`the file is not JSON (${error instanceof Error ? error.message : 'unreadable'})`]);
  }
  throw new FaultyFile(['the file holds no rules']);
}
