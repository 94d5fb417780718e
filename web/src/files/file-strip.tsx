import { useLiveQuery } from '@backhaul/sdk/react';
import { Group } from '@mantine/core';
import { useWork } from '../shell/work-context.ts';
import { FileTile } from './file-tile.tsx';

/** The files of a record, in the order in which they were added. Nothing where there are none. */
export function FileStrip({ ownerId }: { readonly ownerId: string }) {
  const { db } = useWork();
  // What this device has added has no time of the service's yet: it comes last.
  const files = useLiveQuery(
    async () =>
      (await db.attachments.filter((file) => file.ownerId === ownerId).toArray()).sort((a, b) =>
        (a.createdAt ?? '9').localeCompare(b.createdAt ?? '9'),
      ),
    [db, ownerId],
  );
  if (!files || files.length === 0) return null;
  return (
    <Group gap="xs" align="flex-start" role="group" aria-label="Files">
      {files.map((file) => (
        <FileTile key={file.id} file={file} />
      ))}
    </Group>
  );
}
