import { engineTransaction, type LocalDatabase } from './local-database.ts';
import { MEMORY_KEY, type SyncMemory } from './rows.ts';

/**
 * What the device remembers; on the first opening it becomes a device. A domain that declares other fields than at the last
 * pull calls for a resync: what this app did not know then was left out.
 */
export function openMemory(local: LocalDatabase, newId: () => string): Promise<SyncMemory> {
  return engineTransaction(local, async (tx) => {
    const known = await tx.memory.get(MEMORY_KEY);
    const memory = known ? withDeclaration(known, local.declaration) : firstMemory(newId(), local.declaration);
    if (memory !== known) await tx.memory.put(memory);
    return memory;
  });
}

function withDeclaration(memory: SyncMemory, declaration: string): SyncMemory {
  if (memory.declaration === declaration) return memory;
  return {
    ...memory,
    declaration,
    resync: memory.cursor === null ? memory.resync : { ...memory.resync, cursor: null },
  };
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
    lastPushAt: null,
    lastPullAt: null,
  };
}
