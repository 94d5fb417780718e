import type { PulledChange, PullResponse } from '@backhaul/shared';
import type { SyncClient } from './sync-client.ts';

/** What a client that pulls on and on holds, as a device would: the plainest there can be. */
export interface PullingClient {
  readonly client: SyncClient;
  /** Entity/id -> payload. */
  readonly records: Map<string, string>;
  /** Everything since the last resync, in the order received. */
  readonly received: PulledChange[];
  resyncs: number;
  /** Goes on from where it stands, in pages of `limit`; starts over where it is told to. */
  pull(limit?: number): Promise<void>;
}

export function createPullingClient(client: SyncClient): PullingClient {
  let cursor: string | undefined;
  const state: PullingClient = {
    client,
    records: new Map(),
    received: [],
    resyncs: 0,
    async pull(limit = 500) {
      for (;;) {
        const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { since: cursor }) });
        const { status, body } = await client.call<PullResponse & { error?: { code: string } }>(
          'GET',
          `/v1/sync/pull?${query}`,
        );
        if (status === 409 && body.error?.code === 'RESYNC_REQUIRED') {
          cursor = undefined;
          state.records.clear();
          state.received.length = 0;
          state.resyncs += 1;
          continue;
        }
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
        for (const change of body.changes) take(state, change);
        cursor = body.nextCursor;
        if (!body.hasMore) return;
      }
    },
  };
  return state;
}

function take({ records, received }: PullingClient, change: PulledChange): void {
  const key = `${change.entity}/${change.entityId}`;
  received.push(change);
  if (change.op === 'upsert') records.set(key, JSON.stringify(change.payload));
  else records.delete(key);
}

/** What a device that has never been here before is shown. */
export async function freshRecords(client: SyncClient): Promise<Map<string, string>> {
  const { changes } = await client.pullAll();
  const left = changes.find(({ reason }) => reason !== undefined);
  if (left) throw new Error(`A new device was told what left the scope: ${JSON.stringify(left)}`);
  return new Map(changes.map(({ entity, entityId, payload }) => [`${entity}/${entityId}`, JSON.stringify(payload)]));
}
