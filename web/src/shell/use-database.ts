import { type BackhaulDatabase, openBackhaul } from '@backhaul/sdk';
import { fieldService } from '@backhaul/shared/field-service';
import { useEffect, useState } from 'react';
import { networkFetch, signals } from '../network/network.ts';
import { type Session, tokenSource } from '../session/session.ts';

export type Database = BackhaulDatabase<typeof fieldService>;

export type OpeningDatabase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'ready'; readonly db: Database }
  | { readonly kind: 'failed'; readonly message: string };

/** The local database of this user in this tenant, open and syncing for as long as the component lives. */
export function useDatabase(tenantId: string, user: Session['user']): OpeningDatabase {
  const [state, setState] = useState<OpeningDatabase>({ kind: 'opening' });
  useEffect(() => {
    let left = false;
    const opening = openBackhaul(fieldService, {
      url: location.origin,
      tenantId,
      userId: user.id,
      getToken: tokenSource(user),
      fetch: networkFetch,
      signals,
      platform: 'web',
    });
    const show = async (): Promise<void> => {
      try {
        const db = await opening;
        if (!left) setState({ kind: 'ready', db });
      } catch (error) {
        setState({ kind: 'failed', message: String(error) });
      }
    };
    void show();
    return () => {
      left = true;
      void closeWhenOpen(opening);
    };
  }, [tenantId, user]);
  return state;
}

async function closeWhenOpen(opening: Promise<Database>): Promise<void> {
  const [opened] = await Promise.allSettled([opening]);
  if (opened.status === 'fulfilled') await opened.value.sync.close();
}
