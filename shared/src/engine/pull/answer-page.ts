import { type Cursor, formatPullCursor } from '../../cursor.ts';
import type { Domain } from '../../domain/define-domain.ts';
import type { Grant, Role } from '../../domain/roles.ts';
import { readGrants } from '../../domain/scope-keys.ts';
import type { RecordId } from '../../ids.ts';
import type { PulledChange, PullResponse } from '../../protocol/pull.ts';
import { type OpenedRecord, projectRecord } from '../projection/project-record.ts';
import type { PullPlan } from './plan-pull.ts';

/** A row that a member may see, opened. */
export interface SeenRow extends OpenedRecord {
  readonly kind: 'row';
  readonly entity: string;
  readonly deletedAt: Cursor | null;
  readonly updatedAt: Cursor;
  /** Position of the read grant, among those of role and entity, that shows the row. */
  readonly grant: number;
}

/** A record that left the member's sight. */
export interface SeenExit {
  readonly kind: 'exit';
  readonly entity: string;
  readonly id: RecordId;
  readonly updatedAt: Cursor;
}

export interface PageAnswer<Item extends SeenExit | { readonly kind: 'row'; readonly updatedAt: Cursor }> {
  readonly domain: Domain;
  readonly role: Role;
  readonly clock: Cursor;
  readonly plan: PullPlan;
  readonly limit: number;
  /** What comes next for the member, in the order of versions; one more than `limit` where there is more. */
  readonly items: readonly Item[];
  readonly open: (row: Exclude<Item, SeenExit>) => SeenRow;
}

export type Page = Omit<PullResponse, 'serverTime'>;

/** Whether the device holds everything up to the clock. */
export function isUpToDate({ after }: PullPlan, clock: Cursor): boolean {
  return after !== null && after >= clock;
}

/** What a pull answers, but for the time. */
export function answerPage<Item extends SeenExit | { readonly kind: 'row'; readonly updatedAt: Cursor }>({
  domain,
  role,
  clock,
  plan,
  limit,
  items,
  open,
}: PageAnswer<Item>): Page {
  const hasMore = items.length > limit;
  const shown = hasMore ? items.slice(0, limit) : items;
  const changes = shown.map((item) =>
    item.kind === 'exit' ? exitChange(item) : rowChange(domain, role, open(item as Exclude<Item, SeenExit>)),
  );
  const last = shown.at(-1)?.updatedAt;
  const nextCursor = hasMore && last ? cursorAfter(last, plan.snapshot) : endOf(clock);
  return { schemaVersion: domain.schemaVersion, changes, nextCursor, hasMore };
}

/** What a device is answered that holds everything. */
export function emptyPage({ schemaVersion }: Pick<Domain, 'schemaVersion'>, clock: Cursor): Page {
  return { schemaVersion, changes: [], nextCursor: endOf(clock), hasMore: false };
}

/** A first pull has shown no row that left before its snapshot. */
export function exitsAfter({ after, snapshot }: PullPlan, clock: Cursor): Cursor {
  if (after === null) return snapshot ?? clock;
  return snapshot !== null && snapshot > after ? snapshot : after;
}

function endOf(clock: Cursor): string {
  return formatPullCursor({ position: clock, snapshot: null });
}

/** While the position is older than the first pull's snapshot, the snapshot travels along. */
function cursorAfter(position: Cursor, snapshot: Cursor | null): string {
  return formatPullCursor({ position, snapshot: snapshot !== null && position < snapshot ? snapshot : null });
}

function exitChange({ entity, id, updatedAt }: SeenExit): PulledChange {
  return { op: 'delete', entity, entityId: id, updatedAt, reason: 'scope', payload: null };
}

function rowChange(domain: Domain, role: Role, row: SeenRow): PulledChange {
  const { entity, id: entityId, updatedAt } = row;
  if (row.deletedAt !== null) return { op: 'delete', entity, entityId, updatedAt, payload: null };
  // Whoever read the row has decided by which grant it is seen.
  const grant = readGrants(domain, role, entity)[row.grant] as Grant;
  return { op: 'upsert', entity, entityId, updatedAt, payload: projectRecord(grant, row) };
}
