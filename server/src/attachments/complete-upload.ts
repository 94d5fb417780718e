import { isObjectSwept, readRecords } from '@backhaul/db';
import { type CompleteResponse, type Entity, entityOf, type RecordId } from '@backhaul/shared';
import { type Caller, type LockedAccess, withLockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import type { ObjectFacts, StoredObject } from '../infra/objects/object-store.ts';
import { writeAsService } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { ATTACHMENT, attachmentsOf, factsOf } from './attachment-entity.ts';
import { objectStore, SWEEP_WAIT } from './object-store-of.ts';
import { type Attachment, ownerOf, requireOwner, requireVisible } from './read-attachment.ts';

/**
 * Looks at the object and makes its record `ready`: a completed attachment always has its object. The store is asked between two
 * transactions, never in one; the second one takes the answer only for the version that the first one read, and while no sweep
 * is at the object. Completing again answers the same.
 */
export async function completeUpload(
  services: Services,
  caller: Caller,
  attachmentId: RecordId,
): Promise<CompleteResponse> {
  const store = objectStore(services);
  for (;;) {
    const seen = await withLockedAccess(services, caller, (locked) => requireOwn(services, locked, attachmentId));
    if (seen.values.status !== 'ready') {
      const object = await store.head({ tenantId: caller.tenantId, attachmentId });
      if (!object) throw new ApiError('UPLOAD_MISSING', { details: { attachmentId } });
      refuseMismatch(factsOf(seen.values), object);
    }
    const done = await withLockedAccess(services, caller, (locked) => settle(services, locked, seen));
    if (done) return done;
  }
}

/** `null`: somebody was at the record meanwhile, so what was seen does not count. */
async function settle(services: Services, locked: LockedAccess, seen: Attachment): Promise<CompleteResponse | null> {
  const { tx, clock, access } = locked;
  const current = await requireOwn(services, locked, seen.id);
  if (current.updatedAt !== seen.updatedAt) return null;
  if (current.values.status !== 'ready') {
    if (await isObjectSwept(tx, seen.id, services.now().toISOString())) {
      throw new ApiError('UNAVAILABLE', { retryAfter: SWEEP_WAIT });
    }
    const write = { op: 'upsert', entity: ATTACHMENT, id: seen.id, base: { kind: 'current' } } as const;
    const written = await writeAsService(
      services,
      { tx, clock, actor: access.userId },
      { ...write, values: { status: 'ready' } },
    );
    if (!written) throw new Error('A pending attachment can not be completed');
  }
  return { attachmentId: seen.id, status: 'ready', linked: await link(services, locked, current) };
}

/** A live attachment of a record that the member may add files to. */
async function requireOwn(services: Services, { tx, access }: LockedAccess, id: RecordId): Promise<Attachment> {
  const attachment = await requireVisible(services, tx, access, id);
  if (attachment.deletedAt !== null) throw new ApiError('RECORD_GONE', { details: { attachmentId: id } });
  await requireOwner(services, tx, access, ownerOf(services, attachment));
  return attachment;
}

/**
 * Names the attachment in its owner, where the domain has a field for it and that names none: the first receipt that arrives is
 * the receipt. What somebody has chosen stays, be it an upload that is still to come.
 */
async function link(services: Services, { tx, clock, access }: LockedAccess, attachment: Attachment): Promise<boolean> {
  const { ownerType, ownerId } = ownerOf(services, attachment);
  const field = attachmentsOf(services.domain).ownedBy.links?.[ownerType];
  if (field === undefined) return false;
  const [owner] = await readRecords(tx, entityOf(services.domain, ownerType) as Entity, [ownerId]);
  const named = owner?.values[field] ?? null;
  if (named !== null) return named === attachment.id;
  const written = await writeAsService(
    services,
    { tx, clock, actor: access.userId },
    { op: 'upsert', entity: ownerType, id: ownerId, values: { [field]: attachment.id }, base: { kind: 'current' } },
  );
  return written !== null;
}

function refuseMismatch(expected: ObjectFacts, found: StoredObject): void {
  const sameChecksum = expected.sha256 === null || found.sha256 === null || expected.sha256 === found.sha256;
  if (expected.mimeType === found.mimeType && expected.size === found.size && sameChecksum) return;
  throw new ApiError('UPLOAD_MISMATCH', { details: { expected, found } });
}
