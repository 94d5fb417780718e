import type { Entity } from '@backhaul/shared';
import type { OutboxChange, Row, ServerCopy } from './rows.ts';

/**
 * What the app sees of a record with pending changes: the server's copy, and the pending changes on top in their order. A
 * pending edit outlives a deletion that it had not seen; nothing is shown of a record that left the member's scope.
 */
export function overlay(
  entity: Entity,
  copy: ServerCopy,
  pending: readonly Pick<OutboxChange, 'op' | 'payload'>[],
): Row | null {
  if (copy.presence === 'hidden') return null;
  let row = copy.presence === 'live' ? copy.values : null;
  for (const { op, payload } of pending) {
    row = op === 'delete' ? null : { ...(row ?? copy.values ?? blankRow(entity, copy.entityId)), ...payload };
  }
  return row;
}

/** A record that the server does not have: every field present and null. */
export function blankRow(entity: Entity, id: string): Row {
  const fields = Object.fromEntries(entity.fieldNames.map((name) => [name, null]));
  return { ...fields, id, createdAt: null, updatedAt: null };
}
