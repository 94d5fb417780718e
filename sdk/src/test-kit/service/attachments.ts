import {
  type CompleteResponse,
  type DeleteAttachmentResponse,
  type DownloadResponse,
  parseRecordId,
  type PresignResponse,
  type RecordId,
} from '@backhaul/shared';
import { DOWNLOAD_SECONDS, SETTINGS_DEFAULTS, UPLOAD_SECONDS } from '@backhaul/shared/schemas';
import { recordKey } from '@backhaul/shared/engine';
import { type MemoryTenant, rowOf } from '../memory/memory-tenant.ts';
import { writeAsService } from '../memory/write-as-service.ts';
import { type Caller, enter } from './access.ts';
import {
  ATTACHMENT,
  attachmentsOf,
  type Owner,
  ownerOf,
  requireLive,
  requireOwner,
  requireVisible,
} from './attachment-rights.ts';
import { addressOf, type ObjectFacts, objectKey } from './objects.ts';
import { Refusal } from './refusal.ts';

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
  const seen = requireLive(tenant, access, id);
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
  const { values } = requireLive(tenant, access, id);
  if (values['status'] !== 'ready') throw new Refusal('UPLOAD_MISSING', { attachmentId: id });
  const { url } = addressOf(tenant, id, { origin, facts: factsOf(values) });
  const expiresAt = new Date(tenant.now() + DOWNLOAD_SECONDS * 1000).toISOString();
  return { downloadUrl: url, expiresInSeconds: DOWNLOAD_SECONDS, expiresAt };
}

/** Softly, and as often as it is asked for. Its owner, if it names the file, names none from then on. */
export function deleteAttachment(tenant: MemoryTenant, caller: Caller, named: string): DeleteAttachmentResponse {
  const access = enter(tenant, caller);
  const id = parseRecordId(named);
  if (id === null) throw new Refusal('INVALID_REQUEST');
  const row = requireVisible(tenant, access, id);
  if (row.deletedAt !== null) return { attachmentId: id };
  const owner = ownerOf(tenant, row);
  requireOwner(tenant, access, owner);
  const announcedBy = tenant.history.get(recordKey(ATTACHMENT, id))?.[0]?.actor;
  if (access.member.role !== 'manager' && announcedBy !== caller.userId) throw new Refusal('FORBIDDEN');
  const base = { kind: 'current' } as const;
  writeAsService(tenant, caller.userId, { op: 'delete', entity: ATTACHMENT, id, values: {}, base });
  const { ownerType, ownerId } = owner;
  const field = attachmentsOf(tenant).ownedBy.links?.[ownerType];
  if (field !== undefined && rowOf(tenant, ownerType, ownerId)?.values[field] === id) {
    writeAsService(tenant, caller.userId, { entity: ownerType, id: ownerId, values: { [field]: null }, base });
  }
  return { attachmentId: id };
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
