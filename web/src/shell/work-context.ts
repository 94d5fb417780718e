import type { BackhaulDatabase } from '@backhaul/sdk';
import type { TenantSummary } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';
import { createContext, use } from 'react';
import type { Api } from '../api/api.ts';
import type { Session } from '../session/session.ts';

export type Database = BackhaulDatabase<typeof fieldService>;

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
