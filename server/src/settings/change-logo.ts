import { deleteTenantLogo, readTenantLogo, type StoredLogo, writeTenantLogo } from '@backhaul/db';
import type { LogoResponse } from '@backhaul/shared';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { checkPicture } from '../infra/pdf/check-picture.ts';
import { isJpeg, LOGO_BYTES_MAX } from '../infra/pdf/logo.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';
import { auditMembership } from '../tenants/membership-audit.ts';

/**
 * Sets the picture on a tenant's documents, or takes it away with `null`: as a manager, audited. The same again changes nothing.
 * Throws INVALID_FIELD for what can not be printed: no whole JPEG or PNG, interlaced, or too large; RATE_LIMITED while the process
 * decodes another one. The picture is decoded before the tenant's clock is locked, so whoever calls has made sure that a manager asks.
 */
export async function changeLogo(services: Services, caller: Caller, bytes: Buffer | null): Promise<LogoResponse> {
  if (bytes !== null) await check(bytes);
  return asManager(services, caller, async ({ tx, clock }) => {
    const before = await readTenantLogo(tx);
    if (bytes === null ? before === null : before?.bytes.equals(bytes) === true) return toLogo(before);
    const version = clock.next();
    if (bytes === null) await deleteTenantLogo(tx);
    else await writeTenantLogo(tx, { bytes, version, updatedBy: caller.userId });
    await auditMembership(services, tx, {
      version,
      entity: 'settings',
      entityId: tx.tenantId,
      action: 'update',
      actor: caller.userId,
      device: caller.deviceId,
      changes: { 'company.logo': { from: before?.bytes.length ?? null, to: bytes?.length ?? null } },
    });
    return toLogo(bytes && { bytes, version });
  });
}

async function check(bytes: Buffer): Promise<void> {
  const isWhole = bytes.length <= LOGO_BYTES_MAX && (await checkPicture(bytes));
  if (isWhole === null) throw new ApiError('RATE_LIMITED', { retryAfter: DECODING_SECONDS });
  if (!isWhole) {
    throw new ApiError('INVALID_FIELD', {
      message: 'The logo must be a whole JPEG, or a PNG without interlacing, of at most 2 MB and four million pixels',
      details: { fields: ['data'] },
    });
  }
}

/** Of the slowest picture that is taken. */
const DECODING_SECONDS = 3;

export function toLogo(stored: StoredLogo | null): LogoResponse {
  if (stored === null) return { logo: null };
  const { bytes, version } = stored;
  const mimeType = isJpeg(bytes) ? 'image/jpeg' : 'image/png';
  return { logo: { mimeType, data: bytes.toString('base64'), updatedAt: version } };
}
