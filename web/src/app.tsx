import type { TenantSummary } from '@backhaul/shared';
import { useCallback, useEffect, useState } from 'react';
import { setCutOff } from './network/network.ts';
import { loadSession, type Session, storeSession } from './session/session.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { TenantPage } from './session/tenant-page.tsx';
import { Workspace } from './shell/workspace.tsx';

/** Signed out, choosing a business, or at work in one. */
export function App() {
  const [session, setSession] = useState(loadSession);
  const [askedForList, setAskedForList] = useState(false);

  const change = useCallback((next: Session | null): void => {
    storeSession(next);
    setSession(next);
  }, []);
  const choose = useCallback(
    (tenant: TenantSummary | null): void => {
      // The token may have been renewed since this page got it.
      const current = loadSession();
      if (current) change({ ...current, tenant });
      setAskedForList(tenant === null);
    },
    [change],
  );

  // Another tab has signed in or out.
  useEffect(() => {
    const follow = (): void => setSession(loadSession());
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, []);

  const signOut = (): void => {
    // The switch is out of reach from here on, and nobody signs in without a network.
    setCutOff(false);
    setAskedForList(false);
    change(null);
  };
  if (session === null) return <SignInPage onSignedIn={change} />;
  if (session.tenant === null) {
    return <TenantPage session={session} onChosen={choose} onSignOut={signOut} askedFor={askedForList} />;
  }
  return (
    <Workspace
      key={`${session.tenant.id} ${session.user.id}`}
      user={session.user}
      tenant={session.tenant}
      onTenant={choose}
      onSwitch={() => choose(null)}
      onSignedOut={signOut}
    />
  );
}
