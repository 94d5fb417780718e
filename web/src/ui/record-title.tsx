import { useLiveQuery } from '@backhaul/sdk/react';
import { entityOf } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { useWork } from '../shell/work-context.ts';
import { entityLabel } from './value-text.ts';

/** What a record is called, as far as this device knows it. */
export function useRecordTitle(entity: string, id: string): string {
  const { db } = useWork();
  const collection = entityOf(fieldService, entity)?.collection;
  const record = useLiveQuery<{ title?: string; name?: string } | undefined>(
    async () => (collection ? db.table(collection).get(id) : undefined),
    [db, collection, id],
  );
  return record?.title ?? record?.name ?? `${entityLabel(entity)} that is not on this device`;
}

export function RecordTitle({ entity, id }: { readonly entity: string; readonly id: string }) {
  return useRecordTitle(entity, id);
}
