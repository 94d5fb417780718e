import type { TenantSummary } from '@backhaul/shared';
import { createContext, use } from 'react';
import type { Api } from '../api/api.ts';
import type { Session } from '../session/session.ts';
import type { Database } from './use-database.ts';

/** What every part of the app works with once a business is open. */
export interface Work {
  readonly db: Database;
  readonly api: Api;
  readonly tenant: TenantSummary;
  readonly user: Session['user'];
}

export const WorkContext = createContext<Work | null>(null);

export function useWork(): Work {
  const work = use(WorkContext);
  if (!work) throw new Error('No business is open here');
  return work;
}
