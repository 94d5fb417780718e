import type { Captured } from '../faults/proxy.ts';
import type { Device } from '../world/device.ts';
import type { World } from '../world/world.ts';
import type { Journal } from './journal.ts';
import { visibleTo } from './truth.ts';

/** Keeps what leaves the devices, so that it can be compared with what became of it. */
export function checkRequest(journal: Journal, { path, body }: Captured): void {
  if (!path.startsWith('/v1/sync/push')) return;
  const { changes } = JSON.parse(body.toString('utf8')) as { changes: { changeId: string }[] };
  for (const change of changes) journal.sent(change.changeId, JSON.stringify(change));
}

/** A record as an answer told it to a device. */
interface Told {
  readonly device: Device;
  readonly entity: string;
  readonly id: string;
  readonly fields: readonly string[];
}

const MANAGED: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'deletedAt']);

/**
 * I6 on the wire: every record in every answer that a device got during a step is one that its member may see, with the fields
 * that they may see.
 */
export class WireWatch {
  #told: Told[] = [];

  hear(device: Device, path: string, answer: string): void {
    // A manager sees everything.
    if (!device.person.limited || !path.includes('/v1/sync/')) return;
    for (const { entity, id, payload } of recordsIn(answer)) {
      const fields = Object.keys(payload).filter((field) => !MANAGED.has(field));
      this.#told.push({ device, entity, id, fields });
    }
  }

  get hasHeard(): boolean {
    return this.#told.length > 0;
  }

  forget(): void {
    this.#told = [];
  }

  /** After a step in which nobody else wrote. */
  check({ violation, truth }: World): void {
    for (const { device, entity, id, fields } of this.#told.splice(0)) {
      const key = `${entity}/${id}`;
      // What a deleted record was, and so who might see it, is not known any more.
      if (!truth.live.get(entity)?.has(id)) continue;
      const seen = visibleTo(truth, device.person).get(key);
      const hidden = fields.filter((field) => seen && !Object.hasOwn(seen, field));
      if (!seen) violation('I6', `device ${device.index} was told of ${key}, which it may not see`);
      if (hidden.length > 0) violation('I6', `device ${device.index} was told ${key}.${hidden.join()}`);
    }
  }
}

interface ToldRecord {
  readonly entity: string;
  readonly id: string;
  readonly payload: { readonly [field: string]: unknown };
}

function recordsIn(answer: string): ToldRecord[] {
  let body: unknown;
  try {
    body = JSON.parse(answer);
  } catch {
    // Cut in its middle, or not the service's.
    return [];
  }
  const { changes = [], results = [] } = body as { changes?: RawRecord[]; results?: RawRecord[] };
  return [...changes, ...results].flatMap(({ entity, entityId, payload }) =>
    payload == null || entity == null || entityId == null ? [] : [{ entity, id: entityId, payload }],
  );
}

interface RawRecord {
  readonly entity?: string | null;
  readonly entityId?: string | null;
  readonly payload?: ToldRecord['payload'] | null;
}
