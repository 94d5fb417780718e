import type { Conflict, Language, ResolveManyRequest, ResolveManyResponse } from '@backhaul/shared';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { type WireRecord } from '@backhaul/shared/engine';
import { withLockedRecords } from '../records/write-record.ts';
import type { Services } from '../services.ts';
import type { Decision } from './plan-decision.ts';
import { parseExpected } from './resolve-conflict.ts';
import { settle, type Settlement } from './settle.ts';

/**
 * Settles up to 100 conflicts in one transaction, in the order of the ids; each has its own result. Throws INVALID_REQUEST and
 * INVALID_CURSOR; then nothing is written.
 */
export async function resolveConflicts(
  services: Services,
  caller: Caller & { readonly language: Language },
  request: ResolveManyRequest,
): Promise<ResolveManyResponse> {
  const decisions = decisionsOf(request);
  return withLockedRecords(services, caller, async (locked) => {
    const settled = await settle(services, locked, { decisions, language: caller.language });
    return { results: settled.map((one, index) => resultOf((decisions[index] as Decision).conflictId, one)) };
  });
}

function decisionsOf({ ids, resolution, expectedUpdatedAt = {} }: ResolveManyRequest): Decision[] {
  const expected = new Map(
    Object.entries(expectedUpdatedAt).map(([id, version]) => [id.toLowerCase(), parseExpected(version)]),
  );
  const decisions = ids.map((id) => {
    const conflictId = id.toLowerCase();
    return { conflictId, resolution, expectedUpdatedAt: expected.get(conflictId) };
  });
  const known = new Set(decisions.map(({ conflictId }) => conflictId));
  // A guard that guards nothing is a mistake whose price is an overwritten value.
  if ([...expected.keys()].some((id) => !known.has(id))) {
    throw new ApiError('INVALID_REQUEST', { message: 'expectedUpdatedAt names a conflict that is not among the ids' });
  }
  return decisions;
}

function resultOf(id: string, settled: Settlement): ResolveManyResponse['results'][number] {
  if (settled.kind === 'resolved') {
    return { id, outcome: 'resolved', conflict: settled.conflict, record: settled.record };
  }
  const { code, message, details } = settled.error;
  const { conflict, record } = details as { conflict?: Conflict; record?: WireRecord };
  return { id, outcome: 'refused', code, message, ...(conflict ? { conflict } : {}), ...(record ? { record } : {}) };
}
