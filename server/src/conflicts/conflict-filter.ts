import type { ConflictFilter } from '@backhaul/db';
import { type ConflictsFilter, parseDeviceId, parseRecordId, parseUserId } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';

/** What a manager asked for, in the forms that are stored. Throws INVALID_ID. */
export function conflictFilter({
  status,
  entity,
  entityId,
  kind,
  policy,
  device,
  author,
}: ConflictsFilter): ConflictFilter {
  return {
    status,
    entity,
    kind,
    policy,
    entityId: parsed('entityId', entityId, parseRecordId),
    device: parsed('device', device, parseDeviceId),
    author: parsed('author', author, parseUserId),
  };
}

function parsed<Id>(parameter: string, text: string | undefined, parse: (text: string) => Id | null): Id | undefined {
  if (text === undefined) return undefined;
  const id = parse(text);
  if (id === null) throw new ApiError('INVALID_ID', { details: { parameter } });
  return id;
}
