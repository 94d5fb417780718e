import type { ClientDomain } from '@backhaul/shared';
import { createContext, useContext } from 'react';
import type { BackhaulDatabase } from '../database-types.ts';
import type { Messages } from './messages/messages.ts';

export interface BackhaulContextValue {
  readonly db: BackhaulDatabase;
  /** `null`: the provider was given a database without saying of which domain. */
  readonly domain: ClientDomain | null;
  readonly messages: Messages;
}

export const BackhaulContext = createContext<BackhaulContextValue | null>(null);

export function useBackhaulContext(): BackhaulContextValue {
  const value = useContext(BackhaulContext);
  if (value === null) throw new Error('There is no BackhaulProvider around this component');
  return value;
}

/** The database of the nearest provider, open: `useBackhaul<typeof fieldService>()`. */
export function useBackhaul<D extends ClientDomain = ClientDomain>(): BackhaulDatabase<D> {
  return useBackhaulContext().db;
}

/** The texts of the nearest provider, for an app's own parts. */
export function useMessages(): Messages {
  return useBackhaulContext().messages;
}
