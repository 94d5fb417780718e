import { type LocalDatabase, readMemory, updateMemory } from './local-database.ts';
import { releaseHeld } from './release-held.ts';
import { hasRisen } from './schema-memory.ts';

/**
 * Notes the server's `schemaVersion`, in the transaction of whatever its answer means. Where it has risen, what waits for
 * something that the server lacked goes at once: it may know it by now.
 */
export async function meetServer(local: LocalDatabase, stated: number): Promise<void> {
  const { schema } = await readMemory(local);
  if (schema.server === stated) return;
  if (hasRisen(schema, stated)) await releaseHeld(local, () => true);
  await updateMemory(local, { schema: { ...schema, server: stated } });
}
