import type { RunningSystem } from './system.js';

/** One digest per table of the read models, as it stands when everything written so far is in it. */
export async function digestsOf({ system, rows }: RunningSystem): Promise<Readonly<Record<string, unknown>>> {
  await system.waitUntilCaughtUp();
  const tables = await rows(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'read' AND table_name NOT LIKE '%checkpoint%' ORDER BY 1",
  );
  const found: Record<string, unknown> = {};
  for (const { table_name } of tables) {
    const name = String(table_name);
    const [row] = await rows(
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")) AS md5 FROM read."${name}" t`,
    );
    found[name] = row;
  }
  return found;
}
