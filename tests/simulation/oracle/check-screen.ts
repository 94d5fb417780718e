import type { Device } from '../world/device.ts';
import type { LocalState } from '../world/local-state.ts';
import type { World } from '../world/world.ts';
import { valueKey } from './journal.ts';
import { type Truth, visibleTo } from './truth.ts';

interface Screen {
  readonly world: World;
  readonly truth: Truth;
  readonly device: Device;
  readonly state: LocalState;
}

/** I6, I1: a device that has just synced shows what its member may see, as it is on the server, and nothing else. */
export function checkScreen({ world, truth, device, state: { rows, outbox } }: Screen): void {
  const visible = visibleTo(truth, device.person);
  /** Fields that are the author's own until they are sent; of a record that is being deleted or made, all. */
  const pending = new Map<string, Set<string> | 'all'>();
  for (const { op, entity, entityId, payload, baseUpdatedAt } of outbox) {
    const key = `${entity}/${entityId}`;
    const known = pending.get(key);
    if (op === 'delete' || baseUpdatedAt === null || known === 'all') pending.set(key, 'all');
    else pending.set(key, new Set([...(known ?? []), ...Object.keys(payload)]));
  }
  const who = `device ${device.index} (${device.person.role})`;
  for (const [entity, records] of rows) {
    const { fieldNames } = device.domain.entities[entity] as { fieldNames: readonly string[] };
    for (const [id, row] of records) {
      const key = `${entity}/${id}`;
      const own = pending.get(key);
      if (own === 'all') continue;
      const allowed = visible.get(key);
      if (!allowed && own) continue;
      if (!allowed) {
        const exists = truth.live.get(entity)?.has(id) ?? false;
        world.violation(
          exists ? 'I6' : 'I1',
          `${who} shows ${key}, which ${exists ? 'it may not see' : 'does not exist'}`,
        );
        continue;
      }
      for (const field of fieldNames) {
        if (own?.has(field)) continue;
        if (!Object.hasOwn(allowed, field) && row[field] != null) {
          world.violation('I6', `${who} shows ${key}.${field}`);
        } else if (valueKey(row[field]) !== valueKey(allowed[field])) {
          world.violation(
            'I1',
            `${who}: ${key}.${field} is ${valueKey(row[field])}, the server has ${valueKey(allowed[field])}`,
          );
        }
      }
    }
  }
  for (const key of visible.keys()) {
    const [entity = '', id = ''] = key.split('/');
    if (rows.has(entity) && !pending.has(key) && !rows.get(entity)?.has(id))
      world.violation('I1', `${who} lacks ${key}`);
  }
}
