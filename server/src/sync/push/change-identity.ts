import { createHash } from 'node:crypto';
import { type ChangeId, type DeviceId, parseChangeId } from '@backhaul/shared';
import type { ChangeIdentity } from '@backhaul/shared/engine';
import canonicalize from 'canonicalize';
import { v5 as uuidV5 } from 'uuid';

/** A change's identity on the service: its RFC 8785 text, SHA-256, UUIDv5. */
export const CHANGE_IDENTITY: ChangeIdentity = { textOf: canonicalText, hashOf: contentHash, idOf: derivedChangeId };

/** SHA-256 of a canonical change, hexadecimal: tells a repetition from a reused id. */
export function contentHash(canonicalChange: string): string {
  return createHash('sha256').update(canonicalChange).digest('hex');
}

/** The id of a change that came without one: a UUIDv5 of device and content, so that repeating it repeats the id. */
export function derivedChangeId(deviceId: DeviceId, canonicalChange: string): ChangeId {
  return parseChangeId(uuidV5(canonicalChange, deviceId)) as ChangeId;
}

/** The one text (RFC 8785) of a change as sent, whatever the order of its keys. */
export function canonicalText(rawChange: object): string {
  return canonicalize(representable(rawChange)) as string;
}

/** RFC 8785 has no form for lone surrogates and infinities, and a change that holds one needs an id to be rejected under. */
function representable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(representable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), representable(item)]));
}
