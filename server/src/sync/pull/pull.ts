import { type PageItem, readPage, type TenantTx, touchPulledDevice, withTenant } from '@backhaul/db';
import {
  type Cursor,
  type Entity,
  entityOf,
  formatPullCursor,
  type Grant,
  type PulledChange,
  type PullResponse,
  readGrants,
} from '@backhaul/shared';
import { type Access, readAccess } from '../../access/read-access.ts';
import { refuseAccess } from '../../access/refuse-access.ts';
import type { Caller } from '../../access/with-locked-access.ts';
import { openValues } from '../../crypto/record-seal.ts';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import { registerDevice } from '../../devices/register-device.ts';
import { ApiError } from '../../http/api-error.ts';
import { projectRecord } from '../../projection/project-record.ts';
import type { Services } from '../../services.ts';
import { planPull, type PullPlan } from './plan-pull.ts';

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
  const { schemaVersion } = domain;
  const end = formatPullCursor({ position: access.clock, snapshot: null });
  const isUpToDate = plan.after !== null && plan.after >= access.clock;
  if (isUpToDate) return { schemaVersion, changes: [], nextCursor: end, hasMore: false };
  const { role, keys } = access;
  const { after, snapshot } = plan;
  const query = { domain, role, keys, after, snapshot, limit: limit + 1, exitsAfter: exitsAfter(plan, access) };
  const items = await readPage(tx, query);
  const hasMore = items.length > limit;
  const shown = hasMore ? items.slice(0, limit) : items;
  const keyring = await services.crypto.keyring(tx);
  const changes = shown.map((item) => toChange(services, keyring, access, item));
  const last = shown.at(-1)?.updatedAt;
  return { schemaVersion, changes, nextCursor: hasMore && last ? cursorAfter(last, plan.snapshot) : end, hasMore };
}

/** While the position is older than the first pull's snapshot, the snapshot travels along. */
function cursorAfter(position: Cursor, snapshot: Cursor | null): string {
  return formatPullCursor({ position, snapshot: snapshot !== null && position < snapshot ? snapshot : null });
}

function toChange(
  { domain }: Pick<Services, 'domain'>,
  keyring: Keyring,
  { role }: Pick<Access, 'role'>,
  item: PageItem,
): PulledChange {
  const { entity, id: entityId, updatedAt } = item;
  if (item.kind === 'exit') return { op: 'delete', entity, entityId, updatedAt, reason: 'scope', payload: null };
  if (item.deletedAt !== null) return { op: 'delete', entity, entityId, updatedAt, payload: null };
  const values = openValues(keyring, entity, entityOf(domain, entity) as Entity, item);
  // The statement that read the row has decided by which grant it is seen.
  const grant = readGrants(domain, role, entity)[item.grant] as Grant;
  return { op: 'upsert', entity, entityId, updatedAt, payload: projectRecord(grant, { ...item, values }) };
}

/** A first pull has shown no row that left before its snapshot. */
function exitsAfter({ after, snapshot }: PullPlan, { clock }: Pick<Access, 'clock'>): Cursor {
  if (after === null) return snapshot ?? clock;
  return snapshot !== null && snapshot > after ? snapshot : after;
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
