import { OUTBOX } from '../store/schema.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useLiveQuery } from './use-live-query.ts';

/** How many changes of a record the service has not acknowledged yet. `entity` is the declared name: `finance_entry`. */
export function usePending(entity: string, id: string): number {
  const db = useBackhaul();
  return useLiveQuery(() => db.table(OUTBOX).where({ entity, entityId: id }).count(), [db, entity, id], 0);
}
