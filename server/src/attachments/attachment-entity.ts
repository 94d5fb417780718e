import { type Domain, type Entity, entityOf, type Ownership, type RecordValues } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { ObjectFacts } from '../infra/objects/object-store.ts';

/** What a domain calls its files: an entity of this name with `ownedBy`, and the fields of `AttachmentValues`. */
export const ATTACHMENT = 'attachment';

export interface AttachmentEntity {
  readonly entity: Entity;
  readonly ownedBy: Ownership;
}

/** A domain may have no files. Throws NOT_FOUND then. */
export function attachmentsOf(domain: Domain): AttachmentEntity {
  const found = findAttachments(domain);
  if (!found) throw new ApiError('NOT_FOUND');
  return found;
}

export function findAttachments(domain: Domain): AttachmentEntity | null {
  const entity = entityOf(domain, ATTACHMENT);
  return entity?.ownedBy ? { entity, ownedBy: entity.ownedBy } : null;
}

export function factsOf({ mimeType, size, sha256 }: RecordValues): ObjectFacts {
  return { mimeType: mimeType as string, size: size as number, sha256: (sha256 ?? null) as string | null };
}
