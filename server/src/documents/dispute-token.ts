import { timingSafeEqual } from 'node:crypto';
import { parseRecordId, parseTenantId, type RecordId, type TenantId } from '@backhaul/shared';
import type { TenantCrypto } from '../crypto/tenant-crypto.ts';

/** What the link in a document says, and nobody but the service can say. */
export interface DisputeLink {
  readonly tenantId: TenantId;
  readonly id: RecordId;
  /** From then on the link leads to a page that says so. */
  readonly until: Date;
}

const MAC_BYTES = 16;
const SIGNED_BYTES = 16 + 16 + 4;

/** Tenant, record and expiry with their HMAC: 70 characters, the same for the same link. */
export function createDisputeToken(crypto: TenantCrypto, { tenantId, id, until }: DisputeLink): string {
  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(Math.floor(until.getTime() / 1000));
  const signed = Buffer.concat([uuidBytes(tenantId), uuidBytes(id), seconds]);
  return Buffer.concat([signed, macOf(crypto, signed)]).toString('base64url');
}

/** `null` for what the service has not signed. Nothing is read from the database before: who guesses learns nothing. */
export function readDisputeToken(crypto: TenantCrypto, token: string): DisputeLink | null {
  if (!/^[\w-]{70}$/.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  // Two spellings of one token would be two links.
  if (bytes.length !== SIGNED_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return null;
  const signed = bytes.subarray(0, SIGNED_BYTES);
  if (!timingSafeEqual(macOf(crypto, signed), bytes.subarray(SIGNED_BYTES))) return null;
  const [tenantId, id] = [parseTenantId(uuidText(signed, 0)), parseRecordId(uuidText(signed, 16))];
  if (tenantId === null || id === null) return null;
  return { tenantId, id, until: new Date(signed.readUInt32BE(32) * 1000) };
}

function macOf(crypto: TenantCrypto, signed: Buffer): Buffer {
  return Buffer.from(crypto.fingerprint(`dispute link:${signed.toString('hex')}`), 'hex').subarray(0, MAC_BYTES);
}

function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer, offset: number): string {
  const hex = bytes.subarray(offset, offset + 16).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
