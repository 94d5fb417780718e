import {
  type Entity,
  entityOf,
  grantFor,
  isOwnedRows,
  meetsWhere,
  type Ownership,
  type RecordId,
} from '@backhaul/shared';
import { type MemoryTenant, rowOf, type StoredRow } from '../memory/memory-tenant.ts';
import { viewOf } from '../memory/view-of.ts';
import type { Access } from './access.ts';
import { viewerOf } from './pull.ts';
import { Refusal } from './refusal.ts';

export const ATTACHMENT = 'attachment';

/** The record that a file belongs to. */
export interface Owner {
  readonly ownerType: string;
  readonly ownerId: RecordId;
}

export function attachmentsOf({ domain }: MemoryTenant): { readonly entity: Entity; readonly ownedBy: Ownership } {
  const entity = entityOf(domain, ATTACHMENT);
  if (!entity?.ownedBy) throw new Refusal('NOT_FOUND');
  return { entity, ownedBy: entity.ownedBy };
}

/** Who may see the record and add files to it. */
export function requireOwner(tenant: MemoryTenant, access: Access, { ownerType, ownerId }: Owner): void {
  const { entity, ownedBy } = attachmentsOf(tenant);
  const type = entity.fields[ownedBy.type];
  if (type?.kind !== 'enum' || !type.values.includes(ownerType)) {
    throw new Refusal('INVALID_FIELD', { fields: ['ownerType'] }, 'ownerType is not one of its values');
  }
  const owner = visible(tenant, access, { entity: ownerType, id: ownerId });
  if (!owner) throw new Refusal('NOT_FOUND', { ownerType, ownerId });
  if (owner.deletedAt !== null) throw new Refusal('RECORD_GONE', { ownerType, ownerId });
  const grants = tenant.domain.roles[access.member.role][ATTACHMENT]?.create ?? [];
  const mayAdd = grantFor(
    grants,
    owner,
    access.keys,
    (rule) => isOwnedRows(rule) && rule.owner === ownerType && meetsWhere(rule, owner),
  );
  if (!mayAdd) throw new Refusal('FORBIDDEN', {}, 'This member may not add files to this record');
}

/** A file that the member sees, live or deleted. */
export function requireVisible(tenant: MemoryTenant, access: Access, id: RecordId): StoredRow {
  attachmentsOf(tenant);
  const row = visible(tenant, access, { entity: ATTACHMENT, id });
  if (!row) throw new Refusal('NOT_FOUND', { attachmentId: id });
  return row;
}

export function requireLive(tenant: MemoryTenant, access: Access, id: RecordId): StoredRow {
  const row = requireVisible(tenant, access, id);
  if (row.deletedAt !== null) throw new Refusal('RECORD_GONE', { attachmentId: id });
  return row;
}

export function ownerOf(tenant: MemoryTenant, { values }: StoredRow): Owner {
  const { ownedBy } = attachmentsOf(tenant);
  return { ownerType: values[ownedBy.type] as string, ownerId: values[ownedBy.id] as RecordId };
}

function visible(
  tenant: MemoryTenant,
  access: Access,
  { entity, id }: { readonly entity: string; readonly id: RecordId },
): StoredRow | null {
  const row = rowOf(tenant, entity, id);
  return row && viewOf(tenant, viewerOf(tenant, access), [{ entity, id }]).grantOf(entity, row) ? row : null;
}
