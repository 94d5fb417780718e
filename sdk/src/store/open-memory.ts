import { engineTransaction, type LocalDatabase } from './local-database.ts';
import { checkMemory } from './broken-store.ts';
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
    if (known) checkMemory(known);
    const memory = isUsable(known)
      ? withDeclaration(withBar(withSchema(known)), local.declaration)
      : firstMemory(newId(), local.declaration);
    if (memory !== known) await tx.memory.put(memory);
    return memory;
  });
}

/** After a sign-out that could not delete the emptied database, the next one to sign in is a new device. */
function isUsable(known: SyncMemory | undefined): known is SyncMemory {
  return known !== undefined && known.barred !== 'signedOut';
}

/** Memories of older versions of the SDK know of revocation only. */
function withBar(memory: SyncMemory & { readonly revoked?: boolean }): SyncMemory {
  const { barred = memory.revoked === true ? 'revoked' : null } = memory as Partial<SyncMemory>;
  return barred === memory.barred ? memory : { ...memory, barred };
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

/** Of a device that has nothing yet. */
export function firstMemory(deviceId: string, declaration: string): SyncMemory {
  return {
    key: MEMORY_KEY,
    deviceId,
    cursor: null,
    clockOffset: null,
    resync: null,
    barred: null,
    declaration,
    schema: NO_SCHEMA,
    lastPushAt: null,
    lastPullAt: null,
  };
}
