import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signature of the embedded store is over. Whoever changes any of it has to sign anew, and can not. */
export interface SignedParts {
  readonly method: 'PUT' | 'GET';
  readonly key: string;
  /** Seconds of the epoch. */
  readonly expires: number;
  /** Of an upload: what must be sent. Of a download: what is answered. */
  readonly bound: readonly string[];
}

export function signParts(secret: Buffer, { method, key, expires, bound }: SignedParts): string {
  // As JSON, so that no two lists of parts are one text.
  return createHmac('sha256', secret)
    .update(JSON.stringify([method, key, expires, ...bound]))
    .digest('base64url');
}

export function isSignedBy(secret: Buffer, parts: SignedParts, signature: string): boolean {
  const expected = Buffer.from(signParts(secret, parts));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
