import { entityOf, type RecordId, type UserId } from '@backhaul/shared';
import { type Base, parsePayload } from '@backhaul/shared/engine';
import { applyChanges } from './apply-changes.ts';
import type { MemoryTenant } from './memory-tenant.ts';

export interface ServiceWrite {
  /** Default `upsert`. */
  readonly op?: 'upsert' | 'delete';
  readonly entity: string;
  readonly id: RecordId;
  readonly values: { readonly [field: string]: unknown };
  readonly base: Base;
}

/** A write of the service itself, in somebody's name. Answers whether the record took it. */
export function writeAsService(
  tenant: MemoryTenant,
  userId: UserId,
  { op = 'upsert', entity, id, values, base }: ServiceWrite,
): boolean {
  const declaration = entityOf(tenant.domain, entity);
  const parsed = declaration && parsePayload(declaration, values);
  if (!declaration || !parsed || 'faults' in parsed) return false;
  const writer = { userId, deviceId: null, outbox: null, pullCursor: null, authority: { kind: 'service' } } as const;
  const at = new Date(tenant.now()).toISOString();
  const named = { index: 0, receipt: null, op, entity, declaration, entityId: id } as const;
  const [outcome] = applyChanges(tenant, writer, [{ ...named, at, base, payload: parsed.values, sent: values }]);
  return outcome?.kind === 'accepted';
}
