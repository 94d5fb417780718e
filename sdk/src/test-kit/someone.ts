import type { Json, PushChange, PushResponse, UserId } from '@backhaul/shared';
import { rowOf, type MemoryTenant } from './memory/memory-tenant.ts';
import { push } from './service/push.ts';

/** Somebody who writes on another device, online and at once. Rejects nothing in silence: what is refused throws its code. */
export interface Someone {
  /** Answers the new record's id. */
  add(entity: string, values: { readonly [field: string]: Json }): string;
  update(entity: string, id: string, values: { readonly [field: string]: Json }): void;
  delete(entity: string, id: string): void;
  /** Changes as a device sends them, and the service's answer. */
  push(changes: readonly Partial<PushChange>[]): PushResponse;
}

export function createSomeone(tenant: MemoryTenant, userId: string, onWritten: () => void): Someone {
  const deviceId = tenant.newId();

  function send(changes: readonly Partial<PushChange>[]): PushResponse {
    const clientUpdatedAt = new Date(tenant.now()).toISOString();
    const stamped = changes.map((change) => ({ changeId: tenant.newId(), clientUpdatedAt, ...change }));
    const caller = { userId: userId as UserId, deviceId: null, language: 'en' as const };
    const answer = push(tenant, caller, { deviceId, changes: stamped });
    onWritten();
    return answer;
  }

  function write(change: Partial<PushChange>): void {
    const { rejected } = send([change]);
    if (rejected[0]) throw new Error(`${rejected[0].code}: ${rejected[0].message}`);
  }

  const baseOf = (entity: string, id: string) => rowOf(tenant, entity, id)?.updatedAt ?? null;

  return {
    add(entity, values) {
      const entityId = tenant.newId();
      write({ op: 'upsert', entity, entityId, baseUpdatedAt: null, payload: values });
      return entityId;
    },
    update: (entity, entityId, payload) =>
      write({ op: 'upsert', entity, entityId, baseUpdatedAt: baseOf(entity, entityId), payload }),
    delete: (entity, entityId) => write({ op: 'delete', entity, entityId, baseUpdatedAt: baseOf(entity, entityId) }),
    push: send,
  };
}
