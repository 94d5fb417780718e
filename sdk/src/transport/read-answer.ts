import type { PullResponse, PushResponse } from '@backhaul/shared';

// Just enough to act on an answer safely. Members that are missing or malformed inside a result leave that result without
// effect; a validator library would outweigh the rest of the SDK.

export function isPushResponse(body: unknown): body is PushResponse {
  return (
    isObject(body) &&
    typeof body['serverTime'] === 'string' &&
    isObjectList(body['results']) &&
    isObjectList(body['rejected']) &&
    isObjectList(body['conflicts'])
  );
}

export function isPullResponse(body: unknown): body is PullResponse {
  return (
    isObject(body) &&
    typeof body['serverTime'] === 'string' &&
    typeof body['nextCursor'] === 'string' &&
    typeof body['hasMore'] === 'boolean' &&
    isObjectList(body['changes']) &&
    body['changes'].every(isPulledChange)
  );
}

export function isTaken(body: unknown): body is { readonly ok: true } {
  return isObject(body) && body['ok'] === true;
}

function isPulledChange(change: { [key: string]: unknown }): boolean {
  const { op, entity, entityId, updatedAt, payload } = change;
  const addressed = typeof entity === 'string' && typeof entityId === 'string' && typeof updatedAt === 'string';
  return addressed && (op === 'delete' || (op === 'upsert' && isObject(payload)));
}

export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObjectList(value: unknown): value is { [key: string]: unknown }[] {
  return Array.isArray(value) && value.every(isObject);
}
