import type { Cursor, ErrorCode, QuarantineOutcome, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface QuarantineDecisionRow {
  readonly id: string;
  readonly status: 'applied' | 'discarded';
  readonly decidedBy: UserId;
  readonly decidedVersion: Cursor;
  readonly outcome: QuarantineOutcome | null;
  readonly conflictIds: readonly string[];
  /** With the corrections of a manager; `null`: as it was. */
  readonly sealed: Buffer | null;
}

/** Settles entries that are waiting, in one statement. */
export async function settleQuarantine(tx: TenantTx, decisions: readonly QuarantineDecisionRow[]): Promise<void> {
  if (decisions.length === 0) return;
  const json = JSON.stringify(
    decisions.map(({ sealed, ...row }) => ({
      ...row,
      sealed: sealed === null ? null : `\\x${sealed.toString('hex')}`,
    })),
  );
  await sql`
    update quarantine q set status = new.status, decided_by = new."decidedBy", decided_version = new."decidedVersion",
      outcome = new.outcome, conflict_ids = new."conflictIds", sealed = coalesce(new.sealed, q.sealed)
    from jsonb_to_recordset(${json}::jsonb) as new (
      id uuid, status text, "decidedBy" text, "decidedVersion" timestamptz, outcome text, "conflictIds" uuid[],
      sealed bytea)
    where q.tenant_id = ${tx.tenantId} and q.quarantine_id = new.id and q.status = 'waiting'
  `.execute(tx.db);
}

export interface QuarantineRefusalRow {
  readonly id: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: readonly string[];
}

/** Notes why entries could not be applied; they go on waiting. One statement. */
export async function noteRefusals(tx: TenantTx, refusals: readonly QuarantineRefusalRow[]): Promise<void> {
  if (refusals.length === 0) return;
  await sql`
    update quarantine q set code = new.code, message = new.message, fields = new.fields
    from jsonb_to_recordset(${JSON.stringify(refusals)}::jsonb) as new (
      id uuid, code text, message text, fields text[])
    where q.tenant_id = ${tx.tenantId} and q.quarantine_id = new.id and q.status = 'waiting'
  `.execute(tx.db);
}
