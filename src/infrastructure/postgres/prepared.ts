/** More texts than the software has; what comes after them is sent without a name, and planned each time. */
const MOST = 1_000;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST) return known;
  const name = `p${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * A statement that comes again with other values: each connection has it parsed once, and its plan kept where that is not dearer. For texts of which there
 * are few: a value never belongs into one.
 */
export function prepared(text: string, values: readonly unknown[]): { name?: string; text: string; values: unknown[] } {
  const name = nameOf(text);
  return { ...(name === undefined ? {} : { name }), text, values: [...values] };
}
