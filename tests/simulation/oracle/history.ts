import type { AuditEntry, AuditResponse, Conflict, ConflictsResponse, QuarantineResponse } from '@backhaul/shared';
import type { World } from '../world/world.ts';

/** An audit entry of a domain record, with what only the database says of it. */
export interface Effect extends AuditEntry {
  /** `null`: not from an outbox. */
  readonly changeId: string | null;
}

export interface Receipt {
  readonly changeId: string;
  readonly deviceId: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly version: string | null;
}

/** Everything that the service has written down, in the order of versions. */
export interface History {
  readonly effects: readonly Effect[];
  readonly audit: readonly AuditEntry[];
  readonly conflicts: readonly Conflict[];
  readonly receipts: ReadonlyMap<string, Receipt>;
  readonly purged: ReadonlySet<string>;
}

export async function readHistory(world: World): Promise<History> {
  const { pool } = world.environment.owner;
  const { domain, tenantId } = world;
  const audit = await readLog<AuditEntry>(world, 'audit');
  const changeIds = await pool.query<{ audit_id: string; change_id: string | null }>(
    'select audit_id, change_id from audit where tenant_id = $1',
    [tenantId],
  );
  const byAudit = new Map(changeIds.rows.map((row) => [row.audit_id, row.change_id]));
  const receipts = await pool.query<Receipt>(
    `select change_id as "changeId", device_id as "deviceId", outcome, code, version from receipts where tenant_id = $1`,
    [tenantId],
  );
  const purged = await pool.query<{ key: string }>(
    `select entity || '/' || id as key from purged_records where tenant_id = $1`,
    [tenantId],
  );
  return {
    audit,
    effects: audit
      // A discard is a decision about what a device had typed: it writes nothing.
      .filter(({ entity, action }) => domain.entities[entity] !== undefined && action !== 'discard')
      .map((entry) => ({ ...entry, changeId: byAudit.get(entry.id) ?? null })),
    conflicts: await readLog<Conflict>(world, 'conflicts'),
    receipts: new Map(receipts.rows.map((row) => [row.changeId, row])),
    purged: new Set(purged.rows.map(({ key }) => key)),
  };
}

/** All pages of a log. */
export async function readLog<Entry>({ office }: World, what: 'audit' | 'conflicts' | 'quarantine'): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let since = ''; ; ) {
    const page = await office.get<AuditResponse & ConflictsResponse & QuarantineResponse>(
      `/v1/${what}?limit=1000${since}`,
    );
    entries.push(...(page[what] as unknown as Entry[]));
    if (!page.hasMore || page.nextCursor === null) return entries;
    since = `&since=${encodeURIComponent(page.nextCursor)}`;
  }
}
