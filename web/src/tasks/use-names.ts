import { useLiveQuery } from '@backhaul/sdk/react';
import { useMemo } from 'react';
import { useWork } from '../shell/work-context.ts';
import type { Names } from '../ui/value-text.ts';

/** What the records that others refer to are called. */
export function useNames(): Names {
  const { db } = useWork();
  const lists = useLiveQuery(
    () => Promise.all([db.teams.toArray(), db.employees.toArray(), db.serviceTypes.toArray(), db.clients.toArray()]),
    [db],
  );
  return useMemo(() => new Map((lists ?? []).flat().map(({ id, name }) => [id, name])), [lists]);
}
