import type { DevSignInResponse, TenantSummary } from '@backhaul/shared';
import { request } from '../api/api.ts';

/** Who is signed in on this device, and the business they work in once that is chosen. */
export interface Session {
  readonly token: string;
  readonly expiresAt: string;
  readonly user: DevSignInResponse['user'];
  readonly tenant: TenantSummary | null;
}

const KEY = 'backhaul.session';
/** Milliseconds: a token that is about to run out is not worth a request. */
const MARGIN = 30_000;

export async function signIn(email: string, name: string | null): Promise<Session> {
  const body = name === null ? { email } : { email, name };
  const { token, expiresAt, user } = await request<DevSignInResponse>('POST', '/dev/sign-in', { body });
  return { token, expiresAt, user, tenant: null };
}

/** `null`: nobody is signed in, or what is stored is of no use. */
export function loadSession(): Session | null {
  const text = localStorage.getItem(KEY);
  if (text === null) return null;
  try {
    const stored = JSON.parse(text) as Partial<Session>;
    return stored.token && stored.user ? (stored as Session) : null;
  } catch {
    return null;
  }
}

export function storeSession(session: Session | null): void {
  if (session === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(session));
}

/** Tokens for the API and the SDK, renewed as the same person before they run out. */
export function tokenSource(user: Session['user']): (request: { readonly refresh: boolean }) => Promise<string> {
  return async ({ refresh }) => {
    const session = loadSession();
    // Another tab has signed out, or in as somebody else: nothing of this person's may be sent any more.
    if (session?.user.id !== user.id) throw new Error('Signed out');
    const usable = Date.parse(session.expiresAt) - MARGIN > Date.now();
    if (usable && !refresh) return session.token;
    const { token, expiresAt } = await signIn(user.email, user.name);
    storeSession({ ...session, token, expiresAt });
    return token;
  };
}
