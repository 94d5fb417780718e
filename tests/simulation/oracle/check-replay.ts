import type { Json } from '@backhaul/shared';
import type { Evidence } from './evidence.ts';
import { valueKey } from './journal.ts';

interface Replayed {
  readonly values: Map<string, Json>;
  deleted: boolean;
}

/** I11: all changes of the audit log, one after the other, make exactly the rows that the database holds. */
export function checkReplay({ world, history, truth }: Evidence): void {
  const records = new Map<string, Replayed>();
  for (const { entity, entityId, changes, createdAt } of history.effects) {
    const key = `${entity}/${entityId}`;
    const record = records.get(key) ?? { values: new Map<string, Json>(), deleted: false };
    records.set(key, record);
    for (const [field, { from, to }] of Object.entries(changes) as [string, { from: Json; to: Json }][]) {
      if (field === 'deletedAt') {
        record.deleted = to !== null;
        continue;
      }
      const before = record.values.get(field) ?? null;
      if (valueKey(before) !== valueKey(from)) {
        world.violation(
          'I11',
          `audit of ${key} at ${createdAt}: ${field} was ${valueKey(before)}, the entry says ${valueKey(from)}`,
        );
      }
      record.values.set(field, to);
    }
  }
  for (const [key, { values, deleted }] of records) {
    const stored = truth.stored.get(key);
    if (!stored) {
      const isPurged = history.purged.has(key);
      if (!isPurged || !deleted) {
        const fate = `${deleted ? 'deleted' : 'live'} by its audit, ${isPurged ? '' : 'not '}purged`;
        world.violation('I11', `${key} is audited and gone: ${fate}`);
      }
      continue;
    }
    if ((stored.deletedAt !== null) !== deleted) {
      world.violation('I11', `${key} is ${stored.deletedAt === null ? 'live' : 'deleted'}, its audit says otherwise`);
    }
    const row = truth.live.get(stored.entity)?.get(stored.id);
    if (!row) continue;
    for (const field of world.domain.entities[stored.entity]?.fieldNames ?? []) {
      if (valueKey(row[field]) !== valueKey(values.get(field))) {
        world.violation(
          'I11',
          `${key}.${field} is ${valueKey(row[field])}, its audit makes ${valueKey(values.get(field))}`,
        );
      }
    }
  }
}
