import type { TenantClock, TenantTx } from '@backhaul/db';
import type { AuditAction, Domain } from '@backhaul/shared';
import { sql } from 'kysely';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import { type AdmittedChange, type ChangeOutcome, type RejectedChange, reject, type Writer } from './change.ts';
import { foldChanges } from './fold.ts';
import { loadState } from './load-state.ts';
import { storeFolded } from './store.ts';

/** What the engine needs in a transaction that already holds the tenant clock. */
export interface ApplyContext {
  readonly domain: Domain;
  readonly keyring: Keyring;
  readonly clock: TenantClock;
  readonly writer: Writer;
  readonly newId: () => string;
  readonly auditAs?: AuditAction | undefined;
}

/** Creations that wait, by record, while a request is decided in parts. */
type Waiting = Map<string, RejectedChange>;

/**
 * The one way that domain rows are written (I11): pushes, generic routes, resolutions and the service's own writes. Loads,
 * decides and stores a batch with a bounded number of statements. Changes must be in the order of their request; the
 * outcomes answer in the same order. The caller locks the clock before and saves it after.
 *
 * A data error that no check foresaw is narrowed down to the change that causes it, which is rejected `INTERNAL_CHANGE`;
 * the others are accepted (I7).
 */
export async function applyChanges(
  tx: TenantTx,
  changes: readonly AdmittedChange[],
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  if (changes.length === 0) return [];
  const whole = await tryBatch(tx, changes, context, new Map());
  if (whole) return whole;
  const outcomes = await bisect(tx, changes, context, new Map());
  return retryMissingReferences(tx, changes, outcomes, context);
}

async function bisect(
  tx: TenantTx,
  changes: readonly AdmittedChange[],
  context: ApplyContext,
  waiting: Waiting,
): Promise<ChangeOutcome[]> {
  const [first] = changes;
  if (first && changes.length === 1) {
    return [reject(first, 'INTERNAL_CHANGE', 'The database refused this change')];
  }
  const middle = Math.ceil(changes.length / 2);
  const outcomes: ChangeOutcome[] = [];
  for (const half of [changes.slice(0, middle), changes.slice(middle)]) {
    outcomes.push(...((await tryBatch(tx, half, context, waiting)) ?? (await bisect(tx, half, context, waiting))));
  }
  return outcomes;
}

/** A change may refer to a record that a later half created: those are tried once more, when every half has landed. */
async function retryMissingReferences(
  tx: TenantTx,
  changes: readonly AdmittedChange[],
  outcomes: readonly ChangeOutcome[],
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  const isMissing = (position: number): boolean => {
    const outcome = outcomes[position];
    return outcome?.kind === 'rejected' && outcome.code === 'MISSING_REFERENCE';
  };
  const again = changes.filter((_, position) => isMissing(position));
  const retried = again.length === 0 ? [] : await tryBatch(tx, again, context, new Map());
  if (!retried) return [...outcomes];
  let next = 0;
  return outcomes.map((outcome, position) => (isMissing(position) ? (retried[next++] as ChangeOutcome) : outcome));
}

/** `null`: the database refused some value of the batch, and nothing of it is written. */
async function tryBatch(
  tx: TenantTx,
  changes: readonly AdmittedChange[],
  { domain, keyring, clock, writer, newId, auditAs }: ApplyContext,
  waiting: Waiting,
): Promise<ChangeOutcome[] | null> {
  await sql`savepoint batch`.execute(tx.db);
  try {
    const state = await loadState(tx, { domain, keyring, writer, changes });
    const folded = foldChanges(changes, state, { domain, writer, newId, clock, waiting });
    await storeFolded(tx, folded, { domain, keyring, writer, newId, auditAs });
    await sql`release savepoint batch`.execute(tx.db);
    clock.adopt(folded.clock);
    for (const [key, creation] of folded.waiting) waiting.set(key, creation);
    return [...folded.outcomes];
  } catch (error) {
    if (!isDataError(error)) throw error;
    await sql`rollback to savepoint batch`.execute(tx.db);
    return null;
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint): the values are at fault, not the database. */
function isDataError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^2[23]/.test(code);
}
