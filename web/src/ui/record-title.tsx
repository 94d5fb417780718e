import { useLiveQuery } from '@backhaul/sdk/react';
import { entityOf, words } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { useWork } from '../shell/work-context.ts';

/** What a record is called, as far as this device knows it. */
export function RecordTitle({ entity, id }: { readonly entity: string; readonly id: string }) {
  const { db } = useWork();
  const collection = entityOf(fieldService, entity)?.collection;
  const record = useLiveQuery<{ title?: string; name?: string } | undefined>(
    async () => (collection ? db.table(collection).get(id) : undefined),
    [db, collection, id],
  );
  const kind = words(entity);
  return record?.title ?? record?.name ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)} that is not on this device`;
}
