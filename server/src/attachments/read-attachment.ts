import { readRecords, type TenantTx } from '@backhaul/db';
import { type Cursor, grantFor, isOwnedRows, meetsWhere, type RecordId, type RecordValues } from '@backhaul/shared';
import type { Access } from '../access/read-access.ts';
import { openRecord } from '../crypto/record-seal.ts';
import { ApiError } from '../http/api-error.ts';
import { openVisible } from '../records/list-records.ts';
import type { Services } from '../services.ts';
import { ATTACHMENT, attachmentsOf } from './attachment-entity.ts';

export interface Attachment {
  readonly id: RecordId;
  readonly values: RecordValues;
  readonly updatedAt: Cursor;
  readonly deletedAt: Cursor | null;
}

/** As stored, whoever asks. */
export async function readAttachment(
  { domain, crypto }: Services,
  tx: TenantTx,
  id: RecordId,
): Promise<Attachment | null> {
  const { entity } = attachmentsOf(domain);
  const [row] = await readRecords(tx, entity, [id]);
  return row ? openRecord(await crypto.keyring(tx), ATTACHMENT, entity, row) : null;
}

/** An attachment that the member sees, because they see its owner. Throws NOT_FOUND. */
export async function requireVisible(
  services: Services,
  tx: TenantTx,
  access: Access,
  id: RecordId,
): Promise<Attachment> {
  const [visible] = await openVisible(services, tx, access, { entity: ATTACHMENT, ids: [id] });
  const attachment = visible && (await readAttachment(services, tx, id));
  if (!attachment) throw new ApiError('NOT_FOUND', { details: { attachmentId: id } });
  return attachment;
}

export function ownerOf({ domain }: Services, { values }: Attachment): { ownerType: string; ownerId: RecordId } {
  const { ownedBy } = attachmentsOf(domain);
  return { ownerType: values[ownedBy.type] as string, ownerId: values[ownedBy.id] as RecordId };
}

/**
 * The record that a file is to belong to, if the member may see it and add files to it. Throws NOT_FOUND, RECORD_GONE or
 * FORBIDDEN.
 */
export async function requireOwner(
  services: Services,
  tx: TenantTx,
  access: Access,
  { ownerType, ownerId }: { ownerType: string; ownerId: RecordId },
): Promise<void> {
  const { domain } = services;
  const { entity, ownedBy } = attachmentsOf(domain);
  const type = entity.fields[ownedBy.type];
  if (type?.kind !== 'enum' || !type.values.includes(ownerType)) {
    throw new ApiError('INVALID_FIELD', {
      message: `ownerType is not one of its values`,
      details: { fields: ['ownerType'] },
    });
  }
  const [owner] = await openVisible(services, tx, access, { entity: ownerType, ids: [ownerId] });
  if (!owner) throw new ApiError('NOT_FOUND', { details: { ownerType, ownerId } });
  if (owner.deletedAt !== null) throw new ApiError('RECORD_GONE', { details: { ownerType, ownerId } });
  const grants = domain.roles[access.role][ATTACHMENT]?.create ?? [];
  const row = { id: ownerId, values: owner };
  const mayAdd = grantFor(
    grants,
    row,
    access.keys,
    (rule) => isOwnedRows(rule) && rule.owner === ownerType && meetsWhere(rule, row),
  );
  if (!mayAdd) throw new ApiError('FORBIDDEN', { message: 'This member may not add files to this record' });
}
