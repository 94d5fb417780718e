import { createHash, randomBytes } from 'node:crypto';
import { type Json, type Language, parseTenantId, type TenantId } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import type { SentFile } from './sent-file.ts';

/** What a queued message is rendered from, kept sealed: where it goes, and everything that it says. */
export interface SealedLetter {
  readonly to: string;
  readonly token: string;
  readonly content: Json;
  readonly message: string | null;
  readonly language: Language;
  readonly from: string;
  readonly replyTo: string | null;
  readonly includePdf: boolean;
  /** Until when the link in it leads to a dispute. */
  readonly disputeUntil: string | null;
  readonly file: SentFile | null;
}

export function sealLetter(keyring: Keyring, notificationId: string, letter: SealedLetter): Buffer {
  return keyring.seal(['notification', notificationId], { ...letter, file: letter.file && { ...letter.file } });
}

export function openLetter(keyring: Keyring, notificationId: string, sealed: Buffer): SealedLetter {
  const opened = keyring.open(['notification', notificationId], sealed) as unknown as SealedLetter;
  // Those that were sealed before files could go along do not say.
  return { ...opened, file: opened.file ?? null };
}

/** For the link in one message: names the tenant, and 16 random bytes that let nobody else in. 43 characters. */
export function createLinkToken(tenantId: TenantId): string {
  return Buffer.concat([Buffer.from(tenantId.replaceAll('-', ''), 'hex'), randomBytes(16)]).toString('base64url');
}

/** `null` for what no link of ours holds. */
export function tenantOfToken(token: string): TenantId | null {
  if (!/^[\w-]{43}$/.test(token)) return null;
  const hex = Buffer.from(token, 'base64url').toString('hex').slice(0, 32);
  return parseTenantId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}

/** The table has the hash alone: whoever reads it can not open the link. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
