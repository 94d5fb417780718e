import { insertAudit, type TenantTx } from '@backhaul/db';
import type { AuditAction, Cursor, DeviceId, Json, UserId } from '@backhaul/shared';
import type { Services } from '../services.ts';

export interface MembershipEvent {
  /** From the tenant clock, used by nothing else. */
  readonly version: Cursor;
  readonly entity: 'tenant' | 'member' | 'invite' | 'device' | 'settings';
  readonly entityId: string;
  readonly action: AuditAction;
  readonly actor: UserId;
  readonly device: DeviceId | null;
  readonly changes: { readonly [field: string]: { readonly from: Json; readonly to: Json } };
}

/** Writes what happened to a tenant, its people, devices and settings into the same log as changes of records. */
export async function auditMembership(
  { newId, now }: Pick<Services, 'newId' | 'now'>,
  tx: TenantTx,
  event: MembershipEvent,
): Promise<void> {
  await insertAudit(tx, [{ ...event, auditId: newId(), changeId: null, at: now().toISOString(), sealed: null }]);
}
