import {
  noteRefusals,
  type QuarantineDecisionRow,
  type QuarantineRow,
  readQuarantine,
  settleQuarantine,
} from '@backhaul/db';
import {
  entityOf,
  type ErrorCode,
  parseRecordId,
  type QuarantineBulkResponse,
  type QuarantineDecision,
} from '@backhaul/shared';
import type { Caller, LockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { asManager } from '../members/authorise-manager.ts';
import { openVisible } from '../records/list-records.ts';
import type { Services } from '../services.ts';
import { type Applied, applyEntries, type Corrections } from './apply-entries.ts';
import { auditDecisions } from './audit-decisions.ts';
import type { Reader } from './list-quarantine.ts';
import { toEntries } from './to-entries.ts';

export type Decision =
  | {
      readonly kind: 'apply';
      /** `null`: just as it was typed. */
      readonly corrections: Corrections | null;
      /** See `ApplyContext`. */
      readonly onRefused?: (error: unknown) => void;
    }
  | { readonly kind: 'discard' };

type Result = QuarantineBulkResponse['results'][number];

/** Applies or discards those of the entries that can be, all in one transaction. One result for each id, in their order. */
export function decideMany(
  services: Services,
  caller: Caller,
  { ids, decision }: { ids: readonly string[]; decision: Decision },
): Promise<Result[]> {
  return asManager(services, caller, (locked) => decide(services, locked, ids, decision));
}

/**
 * Decides about one entry. Throws NOT_FOUND, or ALREADY_DECIDED and what the change is refused for, with the entry as it is
 * now: a refusal is noted in it all the same.
 */
export async function decideOne(
  services: Services,
  reader: Reader,
  { id, decision }: { id: string; decision: Decision },
): Promise<QuarantineDecision> {
  const { refusal, entry, record } = await asManager(services, reader, async (locked) => {
    const [result] = await decide(services, locked, [id], decision);
    const [decided] = await toEntries(services, locked.tx, {
      rows: await readQuarantine(locked.tx, [id]),
      language: reader.language,
    });
    return {
      refusal: result?.refusal,
      entry: decided,
      record: decided ? await recordOf(services, locked, decided) : null,
    };
  });
  if (!entry) throw new ApiError('NOT_FOUND');
  if (!refusal) return { entry, record };
  throw new ApiError(refusal.code, { message: refusal.message, details: { fields: refusal.fields, entry } });
}

/** Under the clock's lock, so two managers can not both decide. */
async function decide(
  services: Services,
  locked: LockedAccess,
  asked: readonly string[],
  decision: Decision,
): Promise<Result[]> {
  const { tx } = locked;
  const ids = asked.map((id) => id.toLowerCase());
  const rows = await readQuarantine(tx, [...new Set(ids)]);
  const waiting = rows.filter(({ status }) => status === 'waiting');
  const { decided, refused } = await carryOut(services, locked, waiting, decision);
  await settleQuarantine(tx, decided);
  await noteRefusals(tx, refused);
  await auditDecisions(services, locked, waiting, decided);

  const results = new Map<string, Result>();
  for (const row of rows) results.set(row.quarantine_id, undecided(row.quarantine_id, row, 'ALREADY_DECIDED'));
  for (const { id, status, outcome, conflictIds } of decided) {
    results.set(id, { id, status, outcome, conflicts: [...conflictIds], refusal: null });
  }
  for (const { id, code, message, fields } of refused) {
    const refusal = { code, message, fields: [...fields] };
    results.set(id, { id, status: 'waiting', outcome: null, conflicts: [], refusal });
  }
  return ids.map((id) => results.get(id) ?? undecided(id, null, 'NOT_FOUND'));
}

async function carryOut(
  services: Services,
  locked: LockedAccess,
  waiting: readonly QuarantineRow[],
  decision: Decision,
): Promise<Applied> {
  const { tx, clock, access } = locked;
  if (decision.kind === 'apply') {
    const keyring = await services.crypto.keyring(tx);
    const { corrections, onRefused } = decision;
    if (corrections !== null && waiting.some(({ op }) => op === 'delete')) {
      throw new ApiError('INVALID_REQUEST', { message: 'A deletion has no values' });
    }
    return applyEntries({ services, locked, keyring, onRefused }, waiting, corrections);
  }
  const decided = waiting.map(
    (row): QuarantineDecisionRow => ({
      id: row.quarantine_id,
      status: 'discarded',
      decidedBy: access.userId,
      decidedVersion: clock.next(),
      outcome: null,
      conflictIds: [],
      sealed: null,
    }),
  );
  return { decided, refused: [] };
}

function undecided(id: string, row: QuarantineRow | null, code: ErrorCode): Result {
  return {
    id,
    status: row?.status ?? null,
    outcome: row?.outcome ?? null,
    conflicts: row?.conflict_ids ?? [],
    refusal: { code, message: new ApiError(code).message, fields: [] },
  };
}

async function recordOf(
  services: Services,
  { tx, access }: LockedAccess,
  { entity, entityId }: QuarantineDecision['entry'],
): Promise<QuarantineDecision['record']> {
  const id = parseRecordId(entityId);
  if (entity === null || id === null || !entityOf(services.domain, entity)) return null;
  const [record = null] = await openVisible(services, tx, access, { entity, ids: [id] });
  return record;
}
