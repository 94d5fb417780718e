import {
  insertReceipts,
  type QuarantineDecisionRow,
  type QuarantineRefusalRow,
  type QuarantineRow,
  readConflictsOfChanges,
  readReceipts,
} from '@backhaul/db';
import type { ChangeId, Cursor } from '@backhaul/shared';
import type { Access } from '../access/read-access.ts';
import type { LockedAccess } from '../access/with-locked-access.ts';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import type { Services } from '../services.ts';
import { applyChanges } from '../sync/push/apply-changes.ts';
import {
  type ChangeOutcome,
  type DecidableChange,
  distrustFuture,
  newReceipts,
  type Receipt,
  type Writer,
} from '@backhaul/shared/engine';
import { readPullCursors } from './current-record.ts';
import { contextOf, openContent, sealContent } from './entry-content.ts';
import { isAcceptanceOf } from './is-acceptance-of.ts';
import { ownChangeId, readLaterEdits, withoutLaterEdits } from './later-edits.ts';
import { admitCorrected, type QuarantineContent } from './read-item.ts';

/** Values that replace typed ones. */
export type Corrections = { readonly [field: string]: unknown };

export interface Applied {
  readonly decided: readonly QuarantineDecisionRow[];
  readonly refused: readonly QuarantineRefusalRow[];
}

export interface ApplyEntriesContext {
  readonly services: Services;
  readonly locked: LockedAccess;
  readonly keyring: Keyring;
  /** See `ApplyContext`. */
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/**
 * Applies waiting changes through the engine, in the order in which they arrived, each as its device would have pushed it: with
 * the base that it was made on and under its own id, so that what others wrote since is a conflict, and a change that had been
 * accepted after all is recognised by its receipt. What is refused goes on waiting. Writes rows, receipts, audit and conflicts;
 * the entries themselves are the caller's to settle.
 */
export async function applyEntries(
  context: ApplyEntriesContext,
  rows: readonly QuarantineRow[],
  corrections: Corrections | null,
): Promise<Applied> {
  const { tx } = context.locked;
  const pullCursors = await readPullCursors(tx, [...new Set(rows.map((row) => row.device_id))]);
  const applied: Applied[] = [];
  // The engine takes the changes of one outbox at a time.
  for (const run of runsOfOneDevice(rows)) {
    const pullCursor = pullCursors.get(run[0].device_id) ?? null;
    applied.push(await applyRun(context, run, { pullCursor, corrections }));
  }
  return {
    decided: applied.flatMap(({ decided }) => decided),
    refused: applied.flatMap(({ refused }) => refused),
  };
}

/** Entries of one device that follow each other; never empty. */
type Run = readonly [QuarantineRow, ...QuarantineRow[]];

function runsOfOneDevice(rows: readonly QuarantineRow[]): Run[] {
  const runs: [QuarantineRow, ...QuarantineRow[]][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last?.[0].device_id === row.device_id) last.push(row);
    else runs.push([row]);
  }
  return runs;
}

interface Prepared {
  readonly row: QuarantineRow;
  readonly content: QuarantineContent;
  /** `null`: the same device has edited all of it later. */
  readonly change: DecidableChange | null;
}

async function applyRun(
  { services, locked, keyring, onRefused }: ApplyEntriesContext,
  run: Run,
  { pullCursor, corrections }: { readonly pullCursor: Cursor | null; readonly corrections: Corrections | null },
): Promise<Applied> {
  const { domain, newId, now } = services;
  const { tx, clock, access } = locked;
  const deviceId = run[0].device_id;
  const receipts = await receiptsOf(locked, run);
  const later = await readLaterEdits(tx, keyring, run);
  const corrected = new Set(Object.keys(corrections ?? {}));
  const identityOf = identities(receipts);
  const arrived = run.filter((row) => hasArrived(row, receipts));
  const fresh = run
    .filter((row) => !hasArrived(row, receipts))
    .map((row, index): Prepared => {
      const content = { ...openContent(keyring, row), corrections };
      const judged = admitCorrected(content, contextOf(domain, row));
      const change = { ...judged, index, receipt: identityOf(row) };
      return { row, content, change: withoutLaterEdits(change, later.get(row), corrected) };
    });

  const writer = writerOf(access, run[0], { pullCursor, corrected });
  const changes = fresh.flatMap(({ change }) => (change ? [change] : []));
  const context = { domain, keyring, clock, writer, newId, onRefused };
  const outcomes = await applyChanges(tx, distrustFuture(changes, clock.current), context);
  const accepted = outcomes.filter(({ kind }) => kind === 'accepted');
  await insertReceipts(tx, newReceipts(accepted, deviceId), now().toISOString());

  const decision = { status: 'applied', decidedBy: access.userId, decidedVersion: clock.current } as const;
  const decided: QuarantineDecisionRow[] = await arrivedDecisions(locked, arrived, decision);
  const refused: QuarantineRefusalRow[] = [];
  const inOrder = outcomes.values();
  for (const { row, content, change } of fresh) {
    const id = row.quarantine_id;
    const outcome = change === null ? NOTHING_LEFT : (inOrder.next().value as ChangeOutcome);
    if (outcome.kind === 'rejected') {
      const { code, message, fields } = outcome;
      refused.push({ id, code, message, fields });
      continue;
    }
    const conflictIds = outcome.conflicts.map(({ conflictId }) => conflictId);
    const sealed = corrections === null ? null : sealContent(keyring, id, content);
    decided.push({ ...decision, id, outcome: outcome.outcome, conflictIds, sealed });
  }
  return { decided, refused };
}

const NOTHING_LEFT = { kind: 'accepted', outcome: 'unchanged', conflicts: [] } as const;

type Receipts = ReadonlyMap<ChangeId, Receipt>;

async function receiptsOf({ tx }: LockedAccess, run: Run): Promise<Receipts> {
  const found = await readReceipts(tx, [...new Set(run.map((row) => row.change_id))]);
  return new Map(found.map((receipt) => [receipt.change_id, receipt]));
}

function hasArrived(row: QuarantineRow, receipts: Receipts): boolean {
  const receipt = receipts.get(row.change_id);
  return receipt !== undefined && isAcceptanceOf(receipt, row.content_hash, row.device_id);
}

/**
 * Its own id, so that a push of the same change that is still on its way finds a receipt. Where that id already has another
 * one, of a refusal for example, the change is tried under an id of its own, as a device does it; so is one that was handed
 * over under the id of an earlier entry, with other content.
 */
function identities(receipts: Receipts): (row: QuarantineRow) => NonNullable<DecidableChange['receipt']> {
  const taken = new Set(receipts.keys());
  return (row) => {
    const changeId = taken.has(row.change_id) ? ownChangeId(row) : row.change_id;
    taken.add(row.change_id);
    return { changeId, contentHash: row.content_hash };
  };
}

/** The device's outbox is what writes, so its own earlier writes are no surprise to it; the right to is the manager's. */
function writerOf(
  { userId, role, keys }: Access,
  row: QuarantineRow,
  { pullCursor, corrected }: { readonly pullCursor: Cursor | null; readonly corrected: ReadonlySet<string> },
): Writer {
  return {
    userId,
    ...(row.user_id === userId ? {} : { typedBy: { userId: row.user_id, corrected } }),
    deviceId: row.device_id,
    outbox: row.device_id,
    pullCursor,
    authority: { kind: 'member', role, keys },
  };
}

async function arrivedDecisions(
  { tx }: LockedAccess,
  rows: readonly QuarantineRow[],
  decision: Pick<QuarantineDecisionRow, 'status' | 'decidedBy' | 'decidedVersion'>,
): Promise<QuarantineDecisionRow[]> {
  if (rows.length === 0) return [];
  const conflicts = await readConflictsOfChanges(
    tx,
    rows.map((row) => row.change_id),
  );
  return rows.map((row) => {
    const own = conflicts.filter(({ changeId }) => changeId === row.change_id);
    return {
      ...decision,
      id: row.quarantine_id,
      outcome: 'arrived',
      conflictIds: own.map(({ conflictId }) => conflictId),
      sealed: null,
    };
  });
}
