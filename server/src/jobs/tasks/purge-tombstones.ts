import {
  type Database,
  lockTenantClock,
  purgeScopeExits,
  purgeTombstones,
  type PurgePosition,
  withTenant,
} from '@backhaul/db';
import {
  type Cursor,
  cursorToMicros,
  type Domain,
  entityOf,
  microsToCursor,
  parseCursor,
  type TenantId,
} from '@backhaul/shared';
import { type Static, Type } from 'typebox';
import { readSettings } from '../../settings/read-settings.ts';
import { defineTask } from '../task.ts';
import { TenantPayload, tenantOf } from './tenant-payload.ts';

/** What a purge has still to look at, as the next job finds it in its payload. */
export const PurgeProgress = Type.Union([
  Type.Object({ kind: Type.Literal('tombstones'), entity: Type.String(), after: Type.String() }),
  Type.Object({ kind: Type.Literal('exits') }),
]);
export type PurgeProgress = Static<typeof PurgeProgress>;

export interface PurgeLimits {
  /** Rows of one transaction, which keeps the tenant's writers waiting: a fraction of a second. */
  readonly batch: number;
  /** Transactions of one job. What is left is another job. */
  readonly batches: number;
}

const LIMITS: PurgeLimits = { batch: 1_000, batches: 40 };

/** Forgets deletions that are older than the tenant's horizon. Who has not pulled since then must resync. */
export const purgeTombstonesTask = defineTask({
  name: 'purge-tombstones',
  payload: Type.Object({ ...TenantPayload.properties, progress: Type.Optional(PurgeProgress) }),
  async run(payload, { owner, domain, queue }) {
    const tenantId = tenantOf(payload);
    const { progress: from = null } = payload;
    const { purged, progress } = await purgeTenant(owner, { tenantId, domain, limits: LIMITS, from });
    if (progress !== null) {
      const { name } = purgeTombstonesTask;
      await queue.add([{ task: name, payload: { tenantId, progress }, key: `${name}:${tenantId}` }]);
    }
    return { tenantId, purged };
  },
});

export interface PurgeRequest {
  readonly tenantId: TenantId;
  readonly domain: Domain;
  readonly limits: PurgeLimits;
  /** Where an earlier one has stopped; `null`: from the start. */
  readonly from: PurgeProgress | null;
}

/**
 * Purges in transactions of their own, so that a crash between two leaves nothing half done. Takes no version: rows that stay
 * keep theirs, and nobody has news to pull. Answers where the next one goes on: what a live row refers to is not looked at twice.
 */
export async function purgeTenant(
  owner: Database,
  { tenantId, domain, limits, from }: PurgeRequest,
): Promise<{ purged: number; progress: PurgeProgress | null }> {
  let purged = 0;
  let progress = from;
  for (let batch = 0; batch < limits.batches; batch += 1) {
    const part = await purgeBatch(owner, { tenantId, domain, limit: limits.batch, from: progress });
    purged += part.count;
    progress = part.progress;
    if (progress === null) break;
  }
  return { purged, progress };
}

interface Batch {
  readonly count: number;
  readonly progress: PurgeProgress | null;
}

function purgeBatch(
  owner: Database,
  { tenantId, domain, limit, from }: Omit<PurgeRequest, 'limits'> & { readonly limit: number },
): Promise<Batch> {
  return withTenant(owner, tenantId, async (tx): Promise<Batch> => {
    const clock = await lockTenantClock(tx);
    if (!clock) return { count: 0, progress: null };
    const { values } = await readSettings(tx);
    const upTo = daysBefore(clock.peek(), values.tombstoneHorizonDays);
    let count = 0;
    if (from?.kind !== 'exits') {
      const tombstones = await purgeTombstones(tx, domain, { upTo, limit, from: positionOf(domain, from) });
      count = tombstones.count;
      if (tombstones.next !== null) return { count, progress: { kind: 'tombstones', ...tombstones.next } };
    }
    const exits = await purgeScopeExits(tx, { upTo, limit });
    return { count: count + exits, progress: exits < limit ? null : { kind: 'exits' } };
  });
}

/** A payload may come from another version of the service: what it names and this one does not know is the start again. */
function positionOf(domain: Domain, from: Extract<PurgeProgress, { kind: 'tombstones' }> | null): PurgePosition | null {
  const after = parseCursor(from?.after);
  return from === null || after === null || !entityOf(domain, from.entity) ? null : { entity: from.entity, after };
}

const DAY_MICROS = 86_400_000_000n;

/** By the tenant's clock, which is what versions are made of. */
function daysBefore(now: Cursor, days: number): Cursor {
  return microsToCursor(cursorToMicros(now) - BigInt(days) * DAY_MICROS);
}
