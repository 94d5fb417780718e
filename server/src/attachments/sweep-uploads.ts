import {
  beginObjectSweep,
  type Database,
  endObjectSweep,
  findExpiredUploads,
  findNeededObjects,
  lockTenantClock,
  saveTenantClock,
  withTenant,
} from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import type { ObjectStore } from '../infra/objects/object-store.ts';
import { writeAsService } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { ATTACHMENT, type AttachmentEntity } from './attachment-entity.ts';

/** A device may be away for days between two tries, and would only have to announce its file again. */
const PENDING_MS = 7 * 86_400_000;
/** Longer than any address is good for, and than any upload to one takes. */
const YOUNG_MS = 86_400_000;
/** Within this, the objects of one page are deleted, or their deletion was called off and is over. */
const SWEEP_MS = 120_000;
/** Left for what is under way when it is called off. */
const LAST_REQUESTS_MS = 60_000;

/** Gives up uploads that nobody completed, through the engine: devices learn of it. Answers how many, at most `limit`. */
export async function expireUploads(
  services: Services,
  { tenantId, attachments, limit }: { tenantId: TenantId; attachments: AttachmentEntity; limit: number },
): Promise<number> {
  const before = new Date(services.now().getTime() - PENDING_MS).toISOString();
  return withTenant(services.database, tenantId, async (tx) => {
    const clock = await lockTenantClock(tx);
    if (!clock) return 0;
    const ids = await findExpiredUploads(tx, attachments.entity, { before, limit });
    for (const id of ids) {
      const write = { op: 'delete', entity: ATTACHMENT, id, values: {}, base: { kind: 'current' } } as const;
      await writeAsService(services, { tx, clock, actor: null }, write);
    }
    await saveTenantClock(tx, clock);
    return ids.length;
  });
}

/**
 * Deletes those objects of a page that no record needs: of purged attachments, of uploads that were given up, of none at all.
 * What is to go is written down first, under the tenant's lock: from then on nobody can announce or complete it, until it is
 * gone. So no attachment becomes ready on an object that is about to vanish, wherever this is cut off. A deletion that takes
 * longer than its names are held back for is called off; the next sweep finds what is left.
 */
export async function sweepObjects(
  { owner, store, attachments, now }: SweepTools,
  { tenantId, after, limit }: { tenantId: TenantId; after: string | null; limit: number },
): Promise<{ swept: number; next: string | null }> {
  const { objects, next } = await store.list(tenantId, { after, limit });
  const settled = objects.filter(({ storedAt }) => now().getTime() - storedAt.getTime() > YOUNG_MS);
  const candidates = settled.map(({ attachmentId }) => attachmentId);
  const begun = now().getTime();
  const until = new Date(begun + SWEEP_MS).toISOString();
  const ids = await withTenant(owner, tenantId, async (tx) => {
    if (!(await lockTenantClock(tx))) return [];
    const needed = await findNeededObjects(tx, attachments.entity, candidates);
    const unnamed = candidates.filter((id) => !needed.has(id));
    await beginObjectSweep(tx, unnamed, until);
    return unnamed;
  });
  // A process that stood still here must delete nothing: these names may be announced again by now.
  const left = begun + SWEEP_MS - LAST_REQUESTS_MS - now().getTime();
  if (left <= 0) return { swept: 0, next: after };
  if (ids.length > 0) {
    const calledOff = AbortSignal.timeout(left);
    try {
      await store.delete(tenantId, ids, calledOff);
    } catch (error) {
      if (calledOff.aborted) return { swept: 0, next: after };
      throw error;
    }
    await withTenant(owner, tenantId, (tx) => endObjectSweep(tx, ids));
  }
  return { swept: ids.length, next };
}

export interface SweepTools {
  readonly owner: Database;
  readonly store: ObjectStore;
  readonly attachments: AttachmentEntity;
  readonly now: () => Date;
}
