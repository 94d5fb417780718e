import { parseChangeId, type ChangeId } from '@backhaul/shared';
import type { ChangeIdentity } from '@backhaul/shared/engine';
import { v5 } from 'uuid';

/** As the service's, but that a hash is the text itself: nothing is saved by hashing what is in memory. */
export const CHANGE_IDENTITY: ChangeIdentity = {
  textOf: (change) => JSON.stringify(sorted(change)),
  hashOf: (text) => text,
  idOf: (deviceId, text) => parseChangeId(v5(text, deviceId)) as ChangeId,
};

function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key.toWellFormed(), sorted(item)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
