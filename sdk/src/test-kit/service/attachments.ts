import {
  type CompleteResponse,
  type DownloadResponse,
  type Entity,
  entityOf,
  grantFor,
  isOwnedRows,
  meetsWhere,
  type Ownership,
  parseRecordId,
  type PresignResponse,
  type RecordId,
} from '@backhaul/shared';
import { DOWNLOAD_SECONDS, SETTINGS_DEFAULTS, UPLOAD_SECONDS } from '@backhaul/shared/schemas';
import { type MemoryTenant, rowOf, type StoredRow } from '../memory/memory-tenant.ts';
import { viewOf } from '../memory/view-of.ts';
import { writeAsService } from '../memory/write-as-service.ts';
import { type Access, type Caller, enter } from './access.ts';
import { addressOf, type ObjectFacts, objectKey } from './objects.ts';
import { viewerOf } from './pull.ts';
import { Refusal } from './refusal.ts';

const ATTACHMENT = 'attachment';

/** Makes the pending record of a file, or finds it again, and an address for exactly these bytes. Throws a Refusal. */
export function presignUpload(
  tenant: MemoryTenant,
  caller: Caller,
  { body, origin }: { readonly body: unknown; readonly origin: string },
): PresignResponse {
  const access = enter(tenant, caller);
  const { attachmentId = tenant.newId(), ownerType, ownerId, ...facts } = body as { readonly [name: string]: unknown };
  const { mimeType, size, sha256 = null, fileName = null, purpose } = facts;
  const [id, owner] = [parseRecordId(attachmentId), parseRecordId(ownerId)];
  const isRead = typeof ownerType === 'string' && typeof mimeType === 'string' && Number.isInteger(size);
  if (id === null || owner === null || !isRead) throw new Refusal('INVALID_REQUEST');
  requireOwner(tenant, access, { ownerType, ownerId: owner });
  refuseBeyond({ mimeType, size: size as number });
  const same = { ownerType, ownerId: owner, mimeType, size, sha256 };
  const found = rowOf(tenant, ATTACHMENT, id);
  if (found && Object.entries(same).some(([field, value]) => (found.values[field] ?? null) !== value)) {
    throw new Refusal('ALREADY_EXISTS');
  }
  if (found?.deletedAt === null && found.values['status'] === 'ready') throw new Refusal('ALREADY_UPLOADED');
  if (found?.deletedAt !== null) {
    const status = found?.values['status'] ?? 'pending';
    const values = { ...same, status, fileName, ...(purpose === undefined ? {} : { purpose }) };
    const write = { entity: ATTACHMENT, id, values, base: { kind: 'create' } } as const;
    if (!writeAsService(tenant, caller.userId, write)) {
      throw new Refusal('INVALID_FIELD', { fields: ['purpose', 'fileName'] });
    }
  }
  const { url, headers } = addressOf(tenant, id, { origin, facts: factsOf(same) });
  const r2Key = objectKey(tenant.id, id);
  return { attachmentId: id, uploadUrl: url, method: 'PUT', headers, r2Key, expiresInSeconds: UPLOAD_SECONDS };
}

/** Looks at what was uploaded and makes its record `ready`; its owner names it, if it names no other. */
export function completeUpload(tenant: MemoryTenant, caller: Caller, body: unknown): CompleteResponse {
  const access = enter(tenant, caller);
  const id = parseRecordId((body as { attachmentId?: unknown }).attachmentId);
  if (id === null) throw new Refusal('INVALID_REQUEST');
  const seen = requireAttachment(tenant, access, id);
  const owner = ownerOf(tenant, seen);
  requireOwner(tenant, access, owner);
  if (seen.values['status'] !== 'ready') {
    const stored = tenant.objects.get(id);
    if (!stored) throw new Refusal('UPLOAD_MISSING', { attachmentId: id });
    refuseMismatch(factsOf(seen.values), stored);
    const write = { entity: ATTACHMENT, id, values: { status: 'ready' }, base: { kind: 'current' } } as const;
    writeAsService(tenant, caller.userId, write);
  }
  return { attachmentId: id, status: 'ready', linked: link(tenant, caller, { id, owner }) };
}

export function presignDownload(
  tenant: MemoryTenant,
  caller: Caller,
  { id: named, origin }: { readonly id: string; readonly origin: string },
): DownloadResponse {
  const access = enter(tenant, caller);
  const id = parseRecordId(named);
  if (id === null) throw new Refusal('INVALID_REQUEST');
  const { values } = requireAttachment(tenant, access, id);
  if (values['status'] !== 'ready') throw new Refusal('UPLOAD_MISSING', { attachmentId: id });
  const { url } = addressOf(tenant, id, { origin, facts: factsOf(values) });
  const expiresAt = new Date(tenant.now() + DOWNLOAD_SECONDS * 1000).toISOString();
  return { downloadUrl: url, expiresInSeconds: DOWNLOAD_SECONDS, expiresAt };
}

interface Owner {
  readonly ownerType: string;
  readonly ownerId: RecordId;
}

function attachmentsOf({ domain }: MemoryTenant): { readonly entity: Entity; readonly ownedBy: Ownership } {
  const entity = entityOf(domain, ATTACHMENT);
  if (!entity?.ownedBy) throw new Refusal('NOT_FOUND');
  return { entity, ownedBy: entity.ownedBy };
}

function requireOwner(tenant: MemoryTenant, access: Access, { ownerType, ownerId }: Owner): void {
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

function requireAttachment(tenant: MemoryTenant, access: Access, id: RecordId): StoredRow {
  attachmentsOf(tenant);
  const row = visible(tenant, access, { entity: ATTACHMENT, id });
  if (!row) throw new Refusal('NOT_FOUND', { attachmentId: id });
  if (row.deletedAt !== null) throw new Refusal('RECORD_GONE', { attachmentId: id });
  return row;
}

function visible(
  tenant: MemoryTenant,
  access: Access,
  { entity, id }: { readonly entity: string; readonly id: RecordId },
): StoredRow | null {
  const row = rowOf(tenant, entity, id);
  return row && viewOf(tenant, viewerOf(tenant, access), [{ entity, id }]).grantOf(entity, row) ? row : null;
}

function ownerOf(tenant: MemoryTenant, { values }: StoredRow): Owner {
  const { ownedBy } = attachmentsOf(tenant);
  return { ownerType: values[ownedBy.type] as string, ownerId: values[ownedBy.id] as RecordId };
}

function link(tenant: MemoryTenant, { userId }: Caller, { id, owner }: { id: RecordId; owner: Owner }): boolean {
  const { ownerType, ownerId } = owner;
  const field = attachmentsOf(tenant).ownedBy.links?.[ownerType];
  if (field === undefined) return false;
  const named = rowOf(tenant, ownerType, ownerId)?.values[field] ?? null;
  if (named !== null) return named === id;
  return writeAsService(tenant, userId, {
    entity: ownerType,
    id: ownerId,
    values: { [field]: id },
    base: { kind: 'current' },
  });
}

function refuseBeyond({ mimeType, size }: { readonly mimeType: string; readonly size: number }): void {
  const limits = SETTINGS_DEFAULTS.attachments;
  if (!limits.allowedTypes.includes(mimeType)) throw new Refusal('TYPE_NOT_ALLOWED', { ...limits });
  if (size > limits.maxBytes) throw new Refusal('ATTACHMENT_TOO_LARGE', { ...limits });
}

function refuseMismatch(expected: ObjectFacts, { mimeType, size, sha256 }: ObjectFacts): void {
  const sameChecksum = expected.sha256 === null || expected.sha256 === sha256;
  if (expected.mimeType === mimeType && expected.size === size && sameChecksum) return;
  throw new Refusal('UPLOAD_MISMATCH', { expected, found: { mimeType, size, sha256 } });
}

function factsOf({ mimeType, size, sha256 }: { readonly [field: string]: unknown }): ObjectFacts {
  return { mimeType: mimeType as string, size: size as number, sha256: (sha256 ?? null) as string | null };
}
