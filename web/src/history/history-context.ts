import { createContext, use } from 'react';

export interface RecordRef {
  readonly entity: string;
  readonly id: string;
}

/** Opens a record's history; `null` for who may not read it. */
export const HistoryContext = createContext<((record: RecordRef) => void) | null>(null);

export const useHistory = () => use(HistoryContext);
