import type { QuarantineEntry } from '@backhaul/shared';
import { words } from '@backhaul/shared';
import { RecordTitle } from '../ui/record-title.tsx';
import { nameIn } from './describe-entry.ts';

/** What the record of an entry is called, by the entry itself or by what this device has of it. */
export function EntryTitle({ entry }: { readonly entry: QuarantineEntry }) {
  const { entity, entityId, current } = entry;
  const name = nameIn(entry);
  if (name !== null) return name;
  if (entity === null) return 'Something that can not be read';
  if (current.state === 'live' && entityId !== null) return <RecordTitle entity={entity} id={entityId} />;
  const kind = words(entity);
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}
