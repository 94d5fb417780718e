import { engineTransaction, type LocalDatabase } from './local-database.ts';
import { covers } from './schema.ts';
import { NO_SCHEMA } from './schema-memory.ts';
import { MEMORY_KEY, type SyncMemory } from './rows.ts';

/**
 * What the device remembers; on the first opening it becomes a device. An app that declares more than the rows were pulled for
 * calls for a resync: rows that have not changed since a field was added do not come again by themselves.
 */
export function openMemory(local: LocalDatabase, newId: () => string): Promise<SyncMemory> {
  return engineTransaction(local, async (tx) => {
    const known = await tx.memory.get(MEMORY_KEY);
    const memory = known
      ? withDeclaration(withSchema(known), local.declaration)
      : firstMemory(newId(), local.declaration);
    if (memory !== known) await tx.memory.put(memory);
    return memory;
  });
}

function withDeclaration(memory: SyncMemory, declaration: string): SyncMemory {
  if (covers(memory.declaration, declaration)) return memory;
  return {
    ...memory,
    declaration,
    resync: memory.cursor === null ? memory.resync : { ...memory.resync, cursor: null },
  };
}

/** Memories of older versions of the SDK have none. */
function withSchema(memory: Omit<SyncMemory, 'schema'> & Partial<Pick<SyncMemory, 'schema'>>): SyncMemory {
  const { schema } = memory;
  return schema ? { ...memory, schema } : { ...memory, schema: NO_SCHEMA };
}

function firstMemory(deviceId: string, declaration: string): SyncMemory {
  return {
    key: MEMORY_KEY,
    deviceId,
    cursor: null,
    clockOffset: null,
    resync: null,
    revoked: false,
    declaration,
    schema: NO_SCHEMA,
    lastPushAt: null,
    lastPullAt: null,
  };
}
