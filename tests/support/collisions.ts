import type { Conflict, ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { create, edit, remove, type SyncClient, TASK } from './sync-client.ts';

/** Two devices that collide, and the conflicts that come of it. */
export interface Collisions {
  /** A new task, made by the first device. */
  task(values?: object): Promise<{ id: string; version: string }>;
  /** Both write these values of one version of a task, the first device first: the second one's stand. */
  fields(first: object, second: object, on?: { id: string; version: string }): Promise<Conflict>;
  /** The second deletes what the first has edited meanwhile. */
  deletedOverEdit(values: object): Promise<Conflict>;
  /** The second edits what the first has deleted meanwhile. */
  editedOverDelete(values: object): Promise<Conflict>;
  /** Of a record, oldest first. */
  conflictsOf(id: string): Promise<Conflict[]>;
}

/** `manager` reads the log; the devices may be anybody's. */
export function collisions(manager: SyncClient, first: SyncClient, second: SyncClient): Collisions {
  const task: Collisions['task'] = async (values = {}) => {
    const id = v7();
    const { results, rejected } = await manager.push([create('task', id, { ...TASK, ...values })]);
    if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
    return { id, version: results[0]?.updatedAt as string };
  };
  const conflictsOf: Collisions['conflictsOf'] = async (id) =>
    (await manager.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}&limit=1000`)).body.conflicts;
  const newest = async (id: string): Promise<Conflict> => (await conflictsOf(id)).at(-1) as Conflict;
  return {
    task,
    conflictsOf,
    async fields(mine, theirs, on) {
      const { id, version } = on ?? (await task());
      await first.push([edit('task', id, version, mine)]);
      await second.push([edit('task', id, version, theirs)]);
      return newest(id);
    },
    async deletedOverEdit(values) {
      const { id, version } = await task();
      await first.push([edit('task', id, version, values)]);
      await second.push([remove('task', id, version)]);
      return newest(id);
    },
    async editedOverDelete(values) {
      const { id, version } = await task();
      await first.push([remove('task', id, version)]);
      await second.push([edit('task', id, version, values)]);
      return newest(id);
    },
  };
}
