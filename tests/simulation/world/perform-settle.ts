import { fieldKey } from '../oracle/journal.ts';
import { isUnique } from '../plan/draw-value.ts';
import type { Action } from '../plan/plan.ts';
import type { Device } from './device.ts';
import { pickOne } from './intent.ts';
import type { World } from './world.ts';

/** A person goes through what was refused, and through the conflicts of the device. */
export async function performSettle(
  world: World,
  device: Device,
  { how, pick }: Extract<Action, { kind: 'settle' }>,
): Promise<void> {
  const { journal, clock, domain } = world;
  const { db } = device.tab(0);
  const { rejected, conflicts, rows } = await device.look();
  if (how === 'dismiss') {
    const conflict = pickOne(conflicts, pick);
    if (conflict) await db.conflicts.dismiss(conflict.id);
    return;
  }
  const entry = pickOne(rejected, pick);
  if (entry === null) return;
  const { changeId, op, entity, entityId, payload } = entry;
  if (how === 'discard') {
    await db.rejected.discard(changeId);
    for (const [field, value] of Object.entries(payload))
      journal.gaveUp(device.index, fieldKey(entity, entityId, field), value);
    return;
  }
  world.count.writes += 1;
  const wasThere = rows.get(entity)?.has(entityId) ?? false;
  await db.rejected.retry(changeId);
  const n = journal.next();
  if (op === 'delete') {
    if (wasThere) journal.deleted({ author: device.index, entity, id: entityId }, n);
    return;
  }
  for (const [field, value] of Object.entries(payload)) {
    const key = fieldKey(entity, entityId, field);
    const refusal = journal.whoTyped(key, value).find(({ refusal }) => refusal !== null)?.refusal ?? null;
    const unique = isUnique(domain, entity, field) && value !== null;
    journal.typed(
      {
        author: device.index,
        entity,
        id: entityId,
        field,
        value,
        at: clock.serverNow,
        exact: device.knowsTime,
        refusal,
        unique,
        certain: true,
        sees: 'screen',
      },
      n,
    );
  }
}
