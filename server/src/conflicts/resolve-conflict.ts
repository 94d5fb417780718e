import { type ConflictRow, insertAudit, readConflict } from '@backhaul/db';
import { type Cursor, parseCursor, type ResolveRequest, type ResolveResponse, unreachable } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import { openVisible } from '../records/list-records.ts';
import type { Caller } from '../access/with-locked-access.ts';
import { type LockedRecords, type RecordWrite, withLockedRecords } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { sideValues, toConflicts } from './list-conflicts.ts';

/**
 * Settles a conflict by an ordinary change on the record as it is now, whatever the field's policy. The decision and the
 * change are one transaction, so two managers can not both decide.
 *
 * Throws NOT_FOUND, ALREADY_RESOLVED (with the conflict), RECORD_MOVED (with the record), or what the change is rejected for.
 */
export async function resolveConflict(
  services: Services,
  caller: Caller,
  { conflictId, request }: { conflictId: string; request: ResolveRequest },
): Promise<ResolveResponse> {
  if (request.resolution === 'edit' && request.values === undefined) {
    throw new ApiError('INVALID_REQUEST', { message: 'An edit needs values' });
  }
  return withLockedRecords(services, caller, async (locked) => {
    const { tx, access } = locked;
    if (access.role !== 'manager') throw new ApiError('FORBIDDEN');
    const row = await readConflict(tx, conflictId);
    if (!row) throw new ApiError('NOT_FOUND');
    if (row.status === 'resolved') {
      throw new ApiError('ALREADY_RESOLVED', { details: { conflict: (await toConflicts(services, tx, [row]))[0] } });
    }
    await refuseMoved(services, locked, row, request.expectedUpdatedAt);
    const write = await resolvingWrite(services, locked, row, request);
    const accepted = write === null ? null : await locked.write({ ...write, auditAs: 'resolve' });
    // Deciding is an event of its own where it changes nothing.
    const changed = accepted !== null && accepted.outcome !== 'unchanged';
    const version = changed ? accepted.record.updatedAt : await auditDecision(services, locked, row);
    await tx.db
      .updateTable('conflicts')
      .set({
        status: 'resolved',
        resolution: request.resolution,
        resolved_by: access.userId,
        resolved_version: version,
      })
      .where('tenant_id', '=', tx.tenantId)
      .where('conflict_id', '=', row.conflict_id)
      .execute();
    const settled = await readConflict(tx, conflictId);
    const [conflict] = await toConflicts(services, tx, settled ? [settled] : []);
    const [record = null] = await openVisible(services, tx, access, { entity: row.entity, ids: [row.entity_id] });
    if (!conflict) throw new Error('A conflict vanished while it was resolved');
    return { conflict, record };
  });
}

async function refuseMoved(
  services: Services,
  { tx, access }: LockedRecords,
  row: ConflictRow,
  expectedUpdatedAt: string | undefined,
): Promise<void> {
  if (expectedUpdatedAt === undefined) return;
  const expected = parseCursor(expectedUpdatedAt);
  if (!expected) throw new ApiError('INVALID_CURSOR', { details: { field: 'expectedUpdatedAt' } });
  const [record] = await openVisible(services, tx, access, { entity: row.entity, ids: [row.entity_id] });
  if (record && (record.updatedAt as Cursor) > expected) throw new ApiError('RECORD_MOVED', { details: { record } });
}

/** The change that carries a decision out; `null` when the winner is kept. */
async function resolvingWrite(
  services: Services,
  { tx }: LockedRecords,
  row: ConflictRow,
  { resolution, values = {} }: ResolveRequest,
): Promise<RecordWrite | null> {
  const target = { entity: row.entity, id: row.entity_id, base: { kind: 'current' } } as const;
  const op = row.kind === 'deletedOverEdit' ? 'revive' : 'upsert';
  switch (resolution) {
    case 'keep':
      return null;
    case 'edit':
      return { ...target, op, values };
    case 'restore': {
      if (row.kind === 'editedOverDelete') return { ...target, op: 'delete', values: {} };
      const sides = sideValues(await services.crypto.keyring(tx), row);
      return { ...target, op, values: row.winner === 'client' ? sides.server : sides.client };
    }
    default:
      return unreachable(resolution);
  }
}

async function auditDecision(
  { newId, now }: Services,
  { tx, clock, access }: LockedRecords,
  row: ConflictRow,
): Promise<Cursor> {
  const version = clock.next();
  await insertAudit(tx, [
    {
      auditId: newId(),
      version,
      entity: row.entity,
      entityId: row.entity_id,
      action: 'resolve',
      actor: access.userId,
      device: access.deviceId,
      changeId: null,
      at: now().toISOString(),
      changes: {},
      sealed: null,
    },
  ]);
  return version;
}
