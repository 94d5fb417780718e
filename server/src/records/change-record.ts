import type { RecordId } from '@backhaul/shared';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { openView } from '../projection/open-view.ts';
import { type Base, type WireRecord } from '@backhaul/shared/engine';
import type { Services } from '../services.ts';
import { openVisible } from './list-records.ts';
import { type LockedRecords, type RecordWrite, withLockedRecords } from './write-record.ts';

interface Named {
  readonly entity: string;
  readonly id: RecordId;
}

/** Throws ALREADY_EXISTS, or what the creation is rejected for. */
export function createRecord(
  services: Services,
  caller: Caller,
  { entity, id, values }: Named & Pick<RecordWrite, 'values'>,
): Promise<WireRecord> {
  return withLockedRecords(services, caller, async (locked) => {
    await refuseExisting(services, locked, entity, id);
    return apply(services, locked, { op: 'upsert', entity, id, values, base: { kind: 'create' } });
  });
}

/** Throws NOT_FOUND, RECORD_GONE, or what the edit is rejected for. */
export function patchRecord(
  services: Services,
  caller: Caller,
  { entity, id, values, base }: Named & Pick<RecordWrite, 'values'> & { readonly base: Base },
): Promise<WireRecord> {
  return withLockedRecords(services, caller, async (locked) => {
    const { deletedAt } = await requireVisible(services, locked, entity, id);
    // Only an edit that was made without knowing of the deletion may undo it.
    if (deletedAt !== null && base.kind === 'current') throw new ApiError('RECORD_GONE');
    return apply(services, locked, { op: 'upsert', entity, id, values, base });
  });
}

/** Throws NOT_FOUND, or what the deletion is rejected for. */
export function deleteRecord(services: Services, caller: Caller, { entity, id }: Named): Promise<WireRecord> {
  return withLockedRecords(services, caller, async (locked) => {
    await requireVisible(services, locked, entity, id);
    return apply(services, locked, { op: 'delete', entity, id, values: {}, base: { kind: 'current' } });
  });
}

/** The wire record after a write, as the writer may see it. */
async function apply(services: Services, locked: LockedRecords, wanted: RecordWrite): Promise<WireRecord> {
  const { record } = await locked.write(wanted);
  const { id, createdAt, updatedAt, deletedAt } = record;
  const { role, keys } = locked.access;
  const view = await openView(locked.tx, { domain: services.domain, role, keys }, [wanted]);
  // A member may be allowed to write what they can not read back.
  return view.project(wanted.entity, record) ?? { id, createdAt, updatedAt, deletedAt };
}

async function refuseExisting(
  services: Services,
  { tx, access }: LockedRecords,
  entity: string,
  id: RecordId,
): Promise<void> {
  const [visible] = await openVisible(services, tx, access, { entity, ids: [id] });
  if (visible) throw new ApiError('ALREADY_EXISTS');
}

async function requireVisible(
  services: Services,
  { tx, access }: LockedRecords,
  entity: string,
  id: RecordId,
): Promise<WireRecord> {
  const [record] = await openVisible(services, tx, access, { entity, ids: [id] });
  if (!record) throw new ApiError('NOT_FOUND');
  return record;
}
