import type { Conflict, ResolveManyResponse } from '@backhaul/shared';
import { entityOf } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { useState } from 'react';
import { type Database, useWork } from '../shell/work-context.ts';

export type Resolution = 'keep' | 'restore';

/** What one request takes. */
const MOST = 100;

/** Why a decision was not carried out, by conflict. */
export type Refusals = ReadonlyMap<string, string>;

export interface Settling {
  readonly busy: Resolution | null;
  readonly refusals: Refusals;
  /** The request as a whole did not get through. */
  readonly problem: string | null;
  readonly settle: (conflicts: readonly Conflict[], resolution: Resolution) => Promise<void>;
}

/** Decides conflicts, the older ones first, so that of several lost values of one field the latest one comes back. */
export function useSettle(onSettled: () => Promise<void>): Settling {
  const { api, db } = useWork();
  const [busy, setBusy] = useState<Resolution | null>(null);
  const [refusals, setRefusals] = useState<Refusals>(new Map());
  const [problem, setProblem] = useState<string | null>(null);

  const settle: Settling['settle'] = async (conflicts, resolution) => {
    setBusy(resolution);
    setProblem(null);
    setRefusals(new Map());
    const queue = conflicts.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    const refused = new Map<string, string>();
    try {
      while (queue.length > 0) {
        const part = queue.splice(0, MOST);
        const body = { ids: part.map(({ id }) => id), resolution, ...(await guard(db, part, resolution)) };
        const { results } = await api.call<ResolveManyResponse>('POST', '/v1/conflicts/resolve', body);
        for (const result of results) {
          // Somebody else was faster: it is off the list all the same.
          if (result.outcome === 'resolved' || result.code === 'ALREADY_RESOLVED') continue;
          refused.set(result.id, REASONS[result.code] ?? result.message);
        }
      }
    } catch (error) {
      setProblem((error as Error).message);
    }
    setRefusals(refused);
    // What was restored comes back the way every change does.
    void db.sync.now();
    await onSettled();
    setBusy(null);
  };
  return { busy, refusals, problem, settle };
}

const REASONS: { readonly [code: string]: string } = {
  RECORD_MOVED: 'The record has changed since it was shown here. Look at it again, then decide.',
  RECORD_GONE: 'The record has been removed for good, so there is nothing left to restore.',
};

/**
 * A value is restored over the version that this person could see and no newer one. Records that are not on this device are
 * decided as they are.
 */
async function guard(db: Database, conflicts: readonly Conflict[], resolution: Resolution) {
  if (resolution === 'keep') return {};
  const seen: Record<string, string> = {};
  for (const { id, entity, entityId } of conflicts) {
    const collection = entityOf(fieldService, entity)?.collection;
    const record: { updatedAt?: string | null } | undefined = collection
      ? await db.table(collection).get(entityId)
      : undefined;
    if (record?.updatedAt) seen[id] = record.updatedAt;
  }
  return { expectedUpdatedAt: seen };
}
