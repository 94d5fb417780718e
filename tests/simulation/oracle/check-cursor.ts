import type { Device } from '../world/device.ts';
import type { World } from '../world/world.ts';
import { readTruth, visibleTo } from './truth.ts';

/**
 * I9: what a device holds is never behind its cursor. Every record that the member may see and whose newest version the cursor
 * covers is on the device in that version, and no record whose deletion it covers is.
 */
export async function checkCursor(world: World, device: Device): Promise<void> {
  const { rows, copies, memory, outbox } = await device.tab(0).state();
  if (memory.cursor === null || memory.resync !== null || memory.barred) return;
  const cursor = memory.cursor.slice(0, memory.cursor.indexOf('/') < 0 ? undefined : memory.cursor.indexOf('/'));
  const truth = await readTruth(world);
  const member = truth.members.get(device.person.userId);
  // Its scope is another than the one that the cursor stands for: its next pull is a resync.
  if (!member || member.status !== 'active' || member.scopeVersion > cursor) return;
  const visible = visibleTo(truth, device.person);
  const pending = new Set(outbox.map(({ entity, entityId }) => `${entity}/${entityId}`));
  const held = new Map(copies.map((copy) => [`${copy.entity}/${copy.entityId}`, copy.updatedAt]));
  for (const [key, { entity, id, updatedAt, deletedAt }] of truth.stored) {
    if (updatedAt > cursor || !rows.has(entity)) continue;
    const row = rows.get(entity)?.get(id);
    if (deletedAt !== null) {
      if (row && !pending.has(key))
        world.violation('I9', `device ${device.index} shows ${key}, deleted at ${updatedAt}; cursor ${cursor}`);
      continue;
    }
    if (!visible.has(key)) continue;
    const has = held.get(key) ?? row?.updatedAt ?? null;
    if (has === null || has < updatedAt) {
      world.violation(
        'I9',
        `device ${device.index} has ${key} in version ${has}, the cursor ${cursor} covers ${updatedAt}`,
      );
    }
  }
}
