import { parseRecordId, parseTenantId, type RecordId, type TenantId } from '@backhaul/shared';

/** `tenants/<tenantId>/attachments/<attachmentId>`, both in lower case. */
export interface ObjectKey {
  readonly tenantId: TenantId;
  readonly attachmentId: RecordId;
}

export function keyText({ tenantId, attachmentId }: ObjectKey): string {
  return `${keyPrefix(tenantId)}${attachmentId}`;
}

export function keyPrefix(tenantId: TenantId): string {
  return `tenants/${tenantId}/attachments/`;
}

/** `null` for anything else: no such text reaches a file system or a bucket. */
export function parseObjectKey(text: string): ObjectKey | null {
  const [, tenant, attachment] = /^tenants\/([^/]+)\/attachments\/([^/]+)$/.exec(text) ?? [];
  const tenantId = parseTenantId(tenant);
  const attachmentId = parseRecordId(attachment);
  if (tenantId === null || attachmentId === null) return null;
  const key = { tenantId, attachmentId };
  return keyText(key) === text ? key : null;
}
