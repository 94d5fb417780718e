import { type Cursor, type Language, parseCursor, type ResolveRequest, type ResolveResponse } from '@backhaul/shared';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { withLockedRecords } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import { settle } from './settle.ts';

/**
 * Settles one conflict. Throws INVALID_REQUEST, INVALID_CURSOR, NOT_FOUND, ALREADY_RESOLVED (with the conflict), RECORD_MOVED
 * (with the record), or what the change is rejected for; then nothing is written.
 */
export async function resolveConflict(
  services: Services,
  caller: Caller & { readonly language: Language },
  { conflictId, request }: { conflictId: string; request: ResolveRequest },
): Promise<ResolveResponse> {
  const { resolution, values, expectedUpdatedAt } = request;
  if (resolution === 'edit' && values === undefined) {
    throw new ApiError('INVALID_REQUEST', { message: 'An edit needs values' });
  }
  const expected = parseExpected(expectedUpdatedAt);
  return withLockedRecords(services, caller, async (locked) => {
    const decision = { conflictId: conflictId.toLowerCase(), resolution, values, expectedUpdatedAt: expected };
    const [settled] = await settle(services, locked, { decisions: [decision], language: caller.language });
    if (!settled) throw new Error('A decision has no settlement');
    if (settled.kind === 'refused') throw settled.error;
    return { conflict: settled.conflict, record: settled.record };
  });
}

/** Throws INVALID_CURSOR. */
export function parseExpected(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const version = parseCursor(text);
  if (!version) throw new ApiError('INVALID_CURSOR', { details: { field: 'expectedUpdatedAt' } });
  return version;
}
