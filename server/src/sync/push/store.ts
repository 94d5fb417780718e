import {
  insertAudit,
  insertConflicts,
  markScopeChanged,
  type NewAuditRow,
  releaseUniqueValues,
  type SealedConflict,
  type TenantTx,
  writeRecords,
} from '@backhaul/db';
import { type AuditAction, type Domain, type Entity, entityOf } from '@backhaul/shared';
import { sealRecord, splitSensitive } from '../../crypto/record-seal.ts';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import {
  type AuditedWrite,
  type Folded,
  membersWithNewScope,
  type NewConflict,
  type Writer,
  type WrittenRecord,
} from '@backhaul/shared/engine';

export interface StoreContext {
  readonly domain: Domain;
  readonly keyring: Keyring;
  readonly writer: Writer;
  readonly newId: () => string;
  /** Names the action in the audit log where it is more than the write itself, for example a resolution. */
  readonly auditAs?: AuditAction | undefined;
}

/** Writes what a fold decided: rows, audit, conflicts, scope marks. One statement for each kind and each entity. */
export async function storeFolded(tx: TenantTx, folded: Folded, context: StoreContext): Promise<void> {
  const { domain, keyring } = context;
  for (const [name, group] of Map.groupBy(folded.written.values(), ({ entity }) => entity)) {
    const declaration = entityOf(domain, name) as Entity;
    await releaseHandedOver(tx, declaration, group);
    await writeRecords(
      tx,
      declaration,
      group.map(({ before, after }) => sealRecord(keyring, { name, entity: declaration, before, after })),
    );
  }
  await insertAudit(
    tx,
    folded.audit.map((write) => auditRow(write, context)),
  );
  const conflicts = folded.outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.conflicts : []));
  await insertConflicts(
    tx,
    conflicts.map((conflict) => sealConflict(conflict, context)),
  );
  const changed = membersWithNewScope(domain, folded.written.values());
  if (changed) await markScopeChanged(tx, changed.users, changed.version);
}

/** Makes room where one record takes over a unique value that another one of the same request gives up. */
async function releaseHandedOver(tx: TenantTx, declaration: Entity, group: readonly WrittenRecord[]): Promise<void> {
  for (const field of declaration.fieldNames.filter((name) => declaration.fields[name]?.uniqueLive)) {
    const taken = new Set(group.map(({ after }) => after.values[field] ?? null));
    const givers = group.filter(({ before, after }) => {
      const old = before?.values[field] ?? null;
      return old !== null && old !== after.values[field] && taken.has(old);
    });
    if (givers.length === 0) continue;
    await releaseUniqueValues(
      tx,
      declaration,
      field,
      givers.map(({ after }) => after.id),
    );
  }
}

function auditRow(
  { change, version, action, changes }: AuditedWrite,
  { keyring, writer, newId, auditAs }: StoreContext,
): NewAuditRow {
  const auditId = newId();
  const { plain, sensitive } = splitSensitive(change.declaration, changes);
  return {
    auditId,
    version,
    entity: change.entity,
    entityId: change.entityId,
    action: auditAs ?? action,
    actor: writer.userId,
    author: writer.typedBy?.userId ?? null,
    device: writer.deviceId,
    changeId: change.receipt?.changeId ?? null,
    at: change.at,
    changes: plain,
    sealed: Object.keys(sensitive).length === 0 ? null : keyring.seal(['audit', auditId], sensitive),
  };
}

function sealConflict(conflict: NewConflict, { domain, keyring }: StoreContext): SealedConflict {
  const declaration = entityOf(domain, conflict.entity) as Entity;
  const client = splitSensitive(declaration, conflict.client.values);
  const server = splitSensitive(declaration, conflict.server.values);
  const sensitive = { client: client.sensitive, server: server.sensitive };
  const isEmpty = Object.keys(client.sensitive).length + Object.keys(server.sensitive).length === 0;
  return {
    ...conflict,
    client: { ...conflict.client, values: client.plain },
    server: { ...conflict.server, values: server.plain },
    sealed: isEmpty ? null : keyring.seal(['conflict', conflict.conflictId], sensitive),
  };
}
