import { type AuditRow, readMemberNames, type TenantTx } from '@backhaul/db';
import { type AuditEntry, auditSummary, type Domain, entityOf, type Language, parseInstant } from '@backhaul/shared';
import { type FieldChanges, personOf } from '@backhaul/shared/engine';
import type { Services } from '../services.ts';

/** Entries of the log as they are answered: sealed values opened, people by name, a sentence in the reader's language. */
export async function toEntries(
  { domain, crypto }: Pick<Services, 'domain' | 'crypto'>,
  tx: TenantTx,
  { rows, language }: { readonly rows: readonly AuditRow[]; readonly language: Language },
): Promise<AuditEntry[]> {
  if (rows.length === 0) return [];
  const keyring = await crypto.keyring(tx);
  const people = rows.flatMap((row) => [row.actor_user_id, row.author_user_id]);
  const names = await readMemberNames(
    tx,
    people.filter((userId) => userId !== null),
  );
  return rows.map((row) => {
    const sealed = row.sealed === null ? {} : (keyring.open(['audit', row.audit_id], row.sealed) as FieldChanges);
    const changes = inDeclaredOrder(domain, row.entity, { ...row.changes, ...sealed });
    const { entity, action } = row;
    const [actor, author] = [personOf(names, row.actor_user_id), personOf(names, row.author_user_id)];
    const told = { actor: actor?.name ?? null, author: author?.name ?? null };
    return {
      id: row.audit_id,
      entity,
      entityId: row.entity_id,
      action,
      summary: auditSummary({ domain, entity, action, fields: Object.keys(changes), ...told }, language),
      actor,
      author,
      device: row.device_id,
      changes,
      editedAt: parseInstant(row.edited_at) ?? row.edited_at,
      createdAt: row.version,
    };
  });
}

/** Neither log keeps the order of fields, and sealed ones would always come last. */
function inDeclaredOrder(domain: Domain, entity: string, changes: FieldChanges): FieldChanges {
  const order = new Map(entityOf(domain, entity)?.fieldNames.map((field, index) => [field, index]));
  const rank = (field: string): number => order.get(field) ?? order.size;
  return Object.fromEntries(Object.entries(changes).toSorted(([a], [b]) => rank(a) - rank(b)));
}
