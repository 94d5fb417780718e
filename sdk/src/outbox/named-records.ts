import type { OutboxChange } from '../store/rows.ts';

/** Ids of all records that a pending change of another record may refer to. UUIDs tell by themselves. */
export function namedBy(changes: Iterable<Pick<OutboxChange, 'entityId' | 'payload'>>): ReadonlySet<string> {
  const named = new Set<string>();
  for (const { entityId, payload } of changes) {
    for (const value of Object.values(payload)) {
      if (typeof value === 'string' && value !== entityId) named.add(value);
    }
  }
  return named;
}
