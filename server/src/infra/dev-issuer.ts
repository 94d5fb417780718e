import { createHash, createPublicKey, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseUserId, type UserId } from '@backhaul/shared';
import { exportPKCS8, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import type { TokenSettings } from '../config/load-config.ts';
import { readOrCreateSecret } from './secret-file.ts';

/** Signs tokens that go through the same verification as Clerk's. Never exists in production. */
export interface DevIssuer {
  readonly tokens: TokenSettings;
  /** Any email is taken at its word. `at`: when the token is issued; it lasts an hour. */
  issue(person: DevPerson, at: Date): Promise<DevToken>;
}

export interface DevPerson {
  readonly email: string;
  readonly name?: string | undefined;
  /** `true` if left out. */
  readonly emailVerified?: boolean;
}

export interface DevToken {
  readonly token: string;
  readonly expiresAt: Date;
  readonly userId: UserId;
  /** Lower case. */
  readonly email: string;
  readonly name: string | null;
}

const LIFETIME = 3600;
const FRONTEND_API = 'clerk.backhaul.test';
const ISSUER = `https://${FRONTEND_API}`;
const PARTY = 'http://dev.backhaul.test';

/** @param privateKey PEM (PKCS #8) of a 2048-bit RSA key */
export async function createDevIssuer(privateKey: string): Promise<DevIssuer> {
  const key = await importPKCS8(privateKey, 'RS256');
  const jwtKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return {
    tokens: {
      // The verifier insists on both; these lead nowhere.
      publishableKey: `pk_test_${btoa(`${FRONTEND_API}$`)}`,
      secretKey: 'sk_test_local',
      jwtKey,
      issuer: ISSUER,
      authorizedParties: [PARTY],
    },
    async issue({ email, name, emailVerified = true }, at) {
      const lowered = email.toLowerCase();
      const userId = devUserId(lowered);
      const issuedAt = Math.floor(at.getTime() / 1000);
      const claims = { azp: PARTY, sid: `sess_${randomUUID()}`, email: lowered, email_verified: emailVerified };
      const token = await new SignJWT(name === undefined ? claims : { ...claims, name })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'local' })
        .setIssuer(ISSUER)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt - 10)
        .setExpirationTime(issuedAt + LIFETIME)
        .sign(key);
      const expiresAt = new Date((issuedAt + LIFETIME) * 1000);
      return { token, expiresAt, userId, email: lowered, name: name ?? null };
    },
  };
}

/** The key in the data folder, made at the first start: tokens outlive a restart. */
export function loadDevKey(dataDir: string): Promise<string> {
  return readOrCreateSecret(join(dataDir, 'dev-issuer.pem'), generateDevKey);
}

export async function generateDevKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  return exportPKCS8(privateKey);
}

/** The same person is the same user at every start and on every machine. */
function devUserId(email: string): UserId {
  const hash = createHash('sha256').update(email).digest('base64url').replace(/[-_]/g, '').slice(0, 27);
  return parseUserId(`user_${hash}`) as UserId;
}
