import { type PageRow, readPage, type TenantTx, touchPulledDevice, withTenant } from '@backhaul/db';
import { type Entity, entityOf, type PullResponse } from '@backhaul/shared';
import {
  answerPage,
  emptyPage,
  exitsAfter,
  isUpToDate,
  planPull,
  type PullPlan,
  type SeenRow,
} from '@backhaul/shared/engine';
import { type Access, readAccess } from '../../access/read-access.ts';
import { refuseAccess } from '../../access/refuse-access.ts';
import type { Caller } from '../../access/with-locked-access.ts';
import { openValues } from '../../crypto/record-seal.ts';
import { registerDevice } from '../../devices/register-device.ts';
import { ApiError } from '../../http/api-error.ts';
import type { Services } from '../../services.ts';

export interface PullRequest {
  /** As echoed by the client; `undefined`: from the start. */
  readonly since: string | undefined;
  readonly limit: number;
  /** Of the declaration that the device's app was built with; `undefined`: it does not say. */
  readonly schemaVersion: number | undefined;
}

/** An idle device is noted as seen this often, so that its polling costs no writes. */
const SEEN_EVERY_MS = 60_000;

/**
 * The next page of what a member may see. Membership, clock and rows are read from one snapshot; because versions are
 * committed in their order, everything up to the clock is in it, and nothing later (I4).
 *
 * Throws an ApiError: INVALID_CURSOR, CURSOR_EXPIRED, RESYNC_REQUIRED, or the refusal of the caller's access.
 */
export async function pull(services: Services, caller: Caller, request: PullRequest): Promise<PullResponse> {
  const { database, domain } = services;
  const { tenantId, userId, deviceId } = caller;
  const { access, plan, page } = await withTenant(
    database,
    tenantId,
    async (tx) => {
      const entered = await readAccess(tx, { domain, userId, deviceId });
      if (entered.kind === 'refused') throw refuseAccess(entered.code, caller.tenantId);
      const planned = planPull(entered.access, request.since);
      if (planned.kind === 'refused') throw new ApiError(planned.code);
      return {
        access: entered,
        plan: planned.plan,
        page: await readChanges(tx, services, entered.access, { plan: planned.plan, limit: request.limit }),
      };
    },
    { readOnly: true },
  );
  if (access.kind === 'unknownDevice' && deviceId) await registerDevice(services, { tenantId, userId, deviceId });
  await noteSighting(services, access.access, { plan, schemaVersion: request.schemaVersion });
  return { serverTime: services.now().toISOString(), ...page };
}

/** What a pull and a stream tell a scope alike. The clock must be of the transaction's snapshot. */
export async function readChanges(
  tx: TenantTx,
  services: Pick<Services, 'domain' | 'crypto'>,
  access: Pick<Access, 'role' | 'keys' | 'clock'>,
  { plan, limit }: { readonly plan: PullPlan; readonly limit: number },
): Promise<Omit<PullResponse, 'serverTime'>> {
  const { domain } = services;
  const { role, keys, clock } = access;
  if (isUpToDate(plan, clock)) return emptyPage(domain, clock);
  const { after, snapshot } = plan;
  const query = { domain, role, keys, after, snapshot, limit: limit + 1, exitsAfter: exitsAfter(plan, clock) };
  const items = await readPage(tx, query);
  const keyring = await services.crypto.keyring(tx);
  const open = (row: PageRow): SeenRow => {
    const declaration = entityOf(domain, row.entity) as Entity;
    // A tombstone's content is told to nobody.
    return row.deletedAt === null ? { ...row, values: openValues(keyring, row.entity, declaration, row) } : row;
  };
  return answerPage({ domain, role, clock, plan, limit, items, open });
}

/** The cursor that a device presents is one that it holds durably: the base of clients that state none. */
export async function noteSighting(
  { database, now }: Pick<Services, 'database' | 'now'>,
  access: Access,
  { plan, schemaVersion = null }: { readonly plan: PullPlan; readonly schemaVersion?: number | null | undefined },
): Promise<void> {
  const { deviceId, lastSeenAt } = access;
  if (deviceId === null) return;
  const seen = now();
  // On its first pull it has presented nothing, and holds nothing newer than the snapshot.
  const cursor = plan.presented ?? (access.pullCursor === null ? plan.snapshot : null);
  const isNewApp = schemaVersion !== null && schemaVersion !== access.deviceSchemaVersion;
  const isNews = (cursor !== null && cursor !== access.pullCursor) || isNewApp;
  const isDue = lastSeenAt === null || seen.getTime() - Date.parse(lastSeenAt) >= SEEN_EVERY_MS;
  if (!isNews && !isDue) return;
  await withTenant(database, access.tenantId, (tx) =>
    touchPulledDevice(tx, { deviceId, now: seen.toISOString(), cursor, schemaVersion }),
  );
}
