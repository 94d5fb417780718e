import {
  allowsField,
  type Domain,
  grantFor,
  type Json,
  type RecordId,
  type RecordValues,
  type Role,
  type ScopeKeys,
} from '@backhaul/shared';

export type WireRecord = { readonly [key: string]: Json };

/** A record as one member may see it, or `null` where they may not see it at all. Hidden fields are left out. */
export function projectRecord(
  { domain, role, keys }: { readonly domain: Domain; readonly role: Role; readonly keys: ScopeKeys },
  entity: string,
  record: {
    readonly id: RecordId;
    readonly values: RecordValues;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly deletedAt: string | null;
  },
): WireRecord | null {
  const grant = grantFor(domain.roles[role][entity]?.read ?? [], record, keys);
  if (!grant) return null;
  const { id, createdAt, updatedAt, deletedAt } = record;
  const managed = { id, createdAt, updatedAt, deletedAt };
  if (grant.fields === 'all') return { ...managed, ...record.values };
  const visible = Object.entries(record.values).filter(([field]) => allowsField(grant, field));
  return { ...managed, ...Object.fromEntries(visible) };
}
