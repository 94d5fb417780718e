import type { DeviceId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface IntakeWindow {
  /** When the present window began, ISO-8601 UTC. */
  readonly windowStart: string;
  /** Of this window, this one included. */
  readonly requests: number;
}

/** Counts a request of a device, in a new window if the last one is over. One statement, so it holds across instances. */
export async function countEscrowRequest(
  tx: TenantTx,
  { deviceId, now, windowSeconds }: { deviceId: DeviceId; now: string; windowSeconds: number },
): Promise<IntakeWindow> {
  const over = sql`escrow_intake.window_start + make_interval(secs => ${windowSeconds}) <= excluded.window_start`;
  const { rows } = await sql<IntakeWindow>`
    insert into escrow_intake (tenant_id, device_id, window_start, requests)
    values (${tx.tenantId}, ${deviceId}, ${now}, 1)
    on conflict (tenant_id, device_id) do update set
      window_start = case when ${over} then excluded.window_start else escrow_intake.window_start end,
      requests = case when ${over} then 1 else escrow_intake.requests + 1 end
    returning window_start as "windowStart", requests
  `.execute(tx.db);
  return rows[0] as IntakeWindow;
}

export interface KeptWork {
  readonly changes: number;
  readonly bytes: number;
}

/** What is kept of a device so far. Under the tenant clock's lock. */
export async function readKeptWork(tx: TenantTx, deviceId: DeviceId): Promise<KeptWork> {
  return tx.db
    .selectFrom('escrow_intake')
    .select(['changes', 'bytes'])
    .where('tenant_id', '=', tx.tenantId)
    .where('device_id', '=', deviceId)
    .executeTakeFirstOrThrow();
}

export async function addKeptWork(tx: TenantTx, deviceId: DeviceId, { changes, bytes }: KeptWork): Promise<void> {
  await sql`
    update escrow_intake set changes = changes + ${changes}, bytes = bytes + ${bytes}
    where tenant_id = ${tx.tenantId} and device_id = ${deviceId}
  `.execute(tx.db);
}
