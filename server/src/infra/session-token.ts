import { decodeJwt } from '@clerk/backend/jwt';
import { parseUserId } from '@backhaul/shared';
import type { Identity } from '../http/identity.ts';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Whether a bearer may be shown to the verifier at all. Anything that is not an RS256 session token of our issuer would
 * be taken for an API key, an OAuth or a machine token, and make the verifier call its servers.
 */
export function looksLikeSessionToken(bearer: string, issuer: string): boolean {
  if (!JWT.test(bearer)) return false;
  try {
    const { header, payload } = decodeJwt(bearer);
    const typed: { typ?: unknown } = header;
    return header.alg === 'RS256' && (typed.typ === undefined || typed.typ === 'JWT') && payload.iss === issuer;
  } catch {
    // Three segments of base64 that are not JSON.
    return false;
  }
}

/** Reads verified claims; `null` when the subject is no user id. Malformed optional claims count as absent. */
export function identityFromClaims(claims: { readonly [claim: string]: unknown }): Identity | null {
  const userId = parseUserId(claims.sub);
  if (userId === null || userId.includes('\\')) return null;
  return {
    userId,
    email: parseEmail(claims.email),
    emailVerified: claims.email_verified === true,
    name: parseName(claims.name),
    issuedAt: parseTime(claims.iat),
  };
}

export function parseEmail(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 320 && /^[^\s\p{Cc}\\@]+@[^\s\p{Cc}\\@]+$/u.test(value)
    ? value.toLowerCase()
    : null;
}

/** Seconds since 1970, in years of four digits. */
function parseTime(value: unknown): string | null {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800
    ? new Date(value * 1000).toISOString()
    : null;
}

function parseName(value: unknown): string | null {
  if (typeof value !== 'string' || !value.isWellFormed()) return null;
  const name = value.replace(/\p{Cc}/gu, ' ').trim();
  return name === '' ? null : name.slice(0, 200);
}
