import type { PullResponse } from '@backhaul/shared';
import {
  answerPage,
  emptyPage,
  exitsAfter,
  isUpToDate,
  type Page,
  planPull,
  type PullPlan,
  type Viewer,
} from '@backhaul/shared/engine';
import type { MemoryTenant } from '../memory/memory-tenant.ts';
import { readItems } from '../memory/read-items.ts';
import { type Access, type Caller, enter, readAccess } from './access.ts';
import { Refusal } from './refusal.ts';

export interface PullRequest {
  /** `null`: from the start. */
  readonly since: string | null;
  readonly limit: number;
  readonly schemaVersion: number | null;
}

/** The next page of what a member may see, as the service answers it. Throws a Refusal. */
export function pull(tenant: MemoryTenant, caller: Caller, request: PullRequest): PullResponse {
  // A refused pull registers no device.
  const plan = planOf(tenant, readAccess(tenant, caller), request.since);
  const access = enter(tenant, caller);
  const page = readPage(tenant, viewerOf(tenant, access), { plan, limit: request.limit });
  noteSighting(tenant, access, { plan, schemaVersion: request.schemaVersion });
  return { serverTime: new Date(tenant.now()).toISOString(), ...page };
}

/** Where a pull or a stream reads from; throws what the service would refuse it with. */
export function planOf(tenant: MemoryTenant, { member }: Access, since: string | null): PullPlan {
  const { clock, origin } = tenant;
  const planned = planPull({ clock, origin, purgedTo: null, scopeVersion: member.scopeVersion }, since ?? undefined);
  if (planned.kind === 'refused') throw new Refusal(planned.code);
  return planned.plan;
}

export function viewerOf({ domain }: MemoryTenant, { member, keys }: Access): Viewer {
  return { domain, role: member.role, keys };
}

export function readPage(
  tenant: MemoryTenant,
  viewer: Viewer,
  { plan, limit }: { readonly plan: PullPlan; readonly limit: number },
): Page {
  const { domain, clock } = tenant;
  if (isUpToDate(plan, clock)) return emptyPage(domain, clock);
  const { after, snapshot } = plan;
  const items = readItems(tenant, viewer, { after, snapshot, exitsAfter: exitsAfter(plan, clock), limit: limit + 1 });
  return answerPage({ domain, role: viewer.role, clock, plan, limit, items, open: (row) => row });
}

/** The cursor that a device presents is one that it holds: the base of clients that state none. */
export function noteSighting(
  tenant: MemoryTenant,
  { device }: Access,
  { plan, schemaVersion }: { readonly plan: PullPlan; readonly schemaVersion: number | null },
): void {
  if (!device) return;
  const cursor = plan.presented ?? (device.pullCursor === null ? plan.snapshot : null);
  tenant.devices.set(device.id, {
    ...device,
    pullCursor: cursor ?? device.pullCursor,
    schemaVersion: schemaVersion ?? device.schemaVersion,
  });
}
