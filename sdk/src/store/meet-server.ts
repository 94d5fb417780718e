import { type LocalDatabase, readMemory } from './local-database.ts';
import { releaseHeld } from './release-held.ts';
import type { SyncMemory } from './rows.ts';
import { hasRisen } from './schema-memory.ts';

/**
 * Notes the server's `schemaVersion`, in the transaction of whatever its answer means. Where it has risen, what waits for
 * something that the server lacked goes at once: it may know it by now. Answers the memory as it is then.
 */
export async function meetServer(local: LocalDatabase, stated: number): Promise<SyncMemory> {
  const memory = await readMemory(local);
  const { schema } = memory;
  if (schema.server === stated) return memory;
  if (hasRisen(schema, stated)) await releaseHeld(local, () => true);
  const met = { ...memory, schema: { ...schema, server: stated } };
  await local.memory.put(met);
  return met;
}
