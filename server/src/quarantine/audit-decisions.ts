import { insertAudit, type NewAuditRow, type QuarantineDecisionRow, type QuarantineRow } from '@backhaul/db';
import type { LockedAccess } from '../access/with-locked-access.ts';
import type { Services } from '../services.ts';

/** Outcomes that the engine has audited as the write that they are. */
const WRITES: ReadonlySet<QuarantineDecisionRow['outcome']> = new Set(['applied', 'merged', 'conflict']);

/** Deciding is an event of its own where it changes no record. */
export async function auditDecisions(
  { newId, now }: Services,
  { tx, clock, access }: LockedAccess,
  rows: readonly QuarantineRow[],
  decided: readonly QuarantineDecisionRow[],
): Promise<void> {
  const byId = new Map(rows.map((row) => [row.quarantine_id, row]));
  const at = now().toISOString();
  const entries = decided.flatMap(({ id, status, outcome }): NewAuditRow[] => {
    const row = byId.get(id);
    if (!row || WRITES.has(outcome)) return [];
    const isRecord = row.entity !== null && row.entity_id !== null;
    return [
      {
        auditId: newId(),
        version: clock.next(),
        entity: isRecord ? (row.entity ?? '') : 'device',
        entityId: isRecord ? (row.entity_id ?? '') : row.device_id,
        action: status === 'discarded' ? 'discard' : 'apply',
        actor: access.userId,
        author: row.user_id === access.userId ? null : row.user_id,
        // Like a resolution: not a write of that device's outbox.
        device: access.deviceId,
        changeId: null,
        at,
        changes: {},
        sealed: null,
      },
    ];
  });
  await insertAudit(tx, entries);
}
