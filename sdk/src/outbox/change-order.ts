import type { OutboxChange } from '../store/rows.ts';

type Effect = Pick<OutboxChange, 'op' | 'baseUpdatedAt' | 'payload'>;

/** Also an edit that was made on a create which the server has not answered yet. */
export function isCreate({ op, baseUpdatedAt }: Pick<Effect, 'op' | 'baseUpdatedAt'>): boolean {
  return op === 'upsert' && baseUpdatedAt === null;
}

/** A delete takes every field with it. */
export function touches({ op, payload }: Pick<Effect, 'op' | 'payload'>, field: string): boolean {
  return op === 'delete' || Object.hasOwn(payload, field);
}

/** Whether a change means something else, or nothing, when it reaches the server before an earlier one of its record. */
export function mustFollow(later: Effect, earlier: Effect): boolean {
  if (later.op === 'delete' || isCreate(earlier)) return true;
  return earlier.op === 'delete' || Object.keys(later.payload).some((field) => touches(earlier, field));
}
