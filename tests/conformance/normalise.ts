import type { Transcript } from './run-history.ts';

/**
 * What must differ between two parties, and nothing else:
 * - versions become their rank among all that the transcript names, so that their order and equality is compared;
 * - `serverTime`, and the time of an edit that was not made before the server's now, is `now`;
 * - addresses of the object store and when they end are left out, and ids of messages are their places of first appearance;
 * - how far a message is on its way is left out: the kit's go nowhere;
 * - of a malformed envelope (`INVALID_REQUEST`) only the code is compared: the service's validator says where;
 * - a conflict's id is its place of first appearance, and so is the id of a change that came without one: it is derived from
 *   the change's text, which names a version.
 */
export function normalise(transcript: Transcript): Transcript {
  const text = JSON.stringify(transcript);
  const versions = [...new Set(text.match(VERSION))].sort();
  const ranks = new Map(versions.map((version, rank) => [version, `version ${rank}`]));
  const ids = new Map<string, string>();
  const parsed: unknown = JSON.parse(text, (key, value: unknown) => {
    if (key === 'serverTime') return 'now';
    if (key === 'uploadUrl' || key === 'downloadUrl' || key === 'expiresAt') return key;
    if (key === 'notificationId') return placeOf(String(value), ids);
    if (key === 'notificationIds' && Array.isArray(value)) return value.map((id) => placeOf(String(id), ids));
    if ((key === 'at' || key === 'deletedAt') && typeof value === 'string' && value > LONG_AGO && !isVersion(value))
      return 'now';
    if (key === 'conflicts' && Array.isArray(value)) return value.map((conflict) => named(conflict, ids));
    if (isMessage(value)) return { ...value, status: 'status' };
    if (isInvalidRequest(key, value)) return { code: value.code };
    if (typeof value !== 'string') return value;
    if (DERIVED_ID.test(value)) return placeOf(value, ids);
    return value.replace(VERSION, (version) => ranks.get(version) ?? version);
  });
  return parsed as Transcript;
}

/** A version or a cursor: six decimals. Nothing else in a history has them. */
const VERSION = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g;
/** UUIDs of version 5; all others of a history are of version 7. */
const DERIVED_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-5/;
/** Histories edit in January 2026, by the device's clock. */
const LONG_AGO = '2026-02';

function named(conflict: unknown, ids: Map<string, string>): unknown {
  if (typeof conflict !== 'object' || conflict === null || !('id' in conflict)) return conflict;
  return { ...conflict, id: placeOf(String(conflict.id), ids) };
}

function placeOf(id: string, ids: Map<string, string>): string {
  const place = ids.get(id) ?? `id ${ids.size}`;
  ids.set(id, place);
  return place;
}

function isInvalidRequest(key: string, value: unknown): value is { readonly code: string } {
  if (key !== 'error' || typeof value !== 'object' || value === null || !('code' in value)) return false;
  return value.code === 'INVALID_REQUEST';
}

function isMessage(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'notificationId' in value;
}

function isVersion(text: string): boolean {
  return text.search(VERSION) === 0;
}
