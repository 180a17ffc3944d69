/** There is no way back for a schema that holds facts: going back is restoring a backup. */
export async function forwardOnly(): Promise<never> {
  throw new Error('Migrations only go forward: restore a backup made before this one.');
}
