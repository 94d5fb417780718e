import { fieldService, type Json, jsonEqual, type PullResponse } from '@backhaul/shared';
import type { DemoDevice } from './demo-device.ts';

export type DemoRecord = { readonly [field: string]: Json };
/** `entity/id` -> record. */
export type Records = ReadonlyMap<string, DemoRecord>;

export interface Comparison {
  readonly left: string;
  readonly right: string;
  readonly records: number;
  readonly fields: number;
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly record: string;
  /** `null`: one side has no such record at all. */
  readonly field: string | null;
  readonly left: Json;
  readonly right: Json;
}

const key = (entity: string, id: string): string => `${entity}/${id}`;

export async function recordsOnDevice({ db }: DemoDevice): Promise<Records> {
  const records = new Map<string, DemoRecord>();
  for (const [name, { collection }] of Object.entries(fieldService.entities)) {
    const rows = (await db.table(collection).toArray()) as (DemoRecord & { id: string })[];
    for (const row of rows) records.set(key(name, row.id), row);
  }
  return records;
}

/** Everything that the service shows the device's person, read page by page and past the device. */
export async function recordsOnServer({ api }: DemoDevice): Promise<Records> {
  const records = new Map<string, DemoRecord>();
  let since: string | null = null;
  for (;;) {
    const query: string = new URLSearchParams(since === null ? {} : { since }).toString();
    const page: PullResponse = await api.call<PullResponse>('GET', `/v1/sync/pull?${query}`);
    for (const { op, entity, entityId, payload } of page.changes) {
      if (op === 'upsert') records.set(key(entity, entityId), withoutDeletion(payload as DemoRecord));
    }
    since = page.nextCursor;
    if (!page.hasMore) return records;
  }
}

/** Of live records only, and a device keeps no tombstones, so its records have no such field. */
function withoutDeletion(payload: DemoRecord): DemoRecord {
  return Object.fromEntries(Object.entries(payload).filter(([field]) => field !== 'deletedAt'));
}

/** Field by field, versions and times included. An absent field and a null one mean the same. */
export function compareRecords(
  [left, leftRecords]: readonly [name: string, Records],
  [right, rightRecords]: readonly [name: string, Records],
): Comparison {
  const differences: Difference[] = [];
  let fields = 0;
  const names = new Set([...leftRecords.keys(), ...rightRecords.keys()]);
  for (const record of names) {
    const [ours, theirs] = [leftRecords.get(record), rightRecords.get(record)];
    if (!ours || !theirs) {
      differences.push({ record, field: null, left: ours ?? null, right: theirs ?? null });
      continue;
    }
    for (const field of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      fields += 1;
      const [a, b] = [ours[field] ?? null, theirs[field] ?? null];
      if (!jsonEqual(a, b)) differences.push({ record, field, left: a, right: b });
    }
  }
  return { left, right, records: names.size, fields, differences };
}
