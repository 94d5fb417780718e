import type { PullResponse } from '@backhaul/shared';
import type { ResolvedOptions } from '../options.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import { lacksDeclared, statedVersion } from '../store/schema-memory.ts';
import { clockOffset } from '../sync/clock-offset.ts';
import type { Failure } from '../transport/failure.ts';
import type { Answer, Transport } from '../transport/transport.ts';
import { applyPage, type PulledPage } from './apply-page.ts';
import { beginResync, holdsAcceptedRecords, stagePage } from './resync.ts';

export type PullStep =
  | { readonly kind: 'more' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface PullCycle {
  /** A position was refused in this cycle, and the pull began again. */
  resynced: boolean;
  /** Something has come. */
  changed: boolean;
  /** The next page, which is fetched while this one is stored. */
  ahead: (PullPosition & { readonly answer: Promise<Answer<PullResponse>> }) | null;
}

interface PullPosition {
  /** `null`: at the beginning. */
  readonly since: string | null;
  /** In a resync. */
  readonly isStaged: boolean;
}

export interface Puller {
  /** Fetches and stores one page. `done`: this was the last one. */
  pullPage(cycle: PullCycle, signal: AbortSignal): Promise<PullStep>;
}

export interface PullerParts {
  readonly local: LocalDatabase;
  readonly transport: Transport;
  readonly options: Pick<ResolvedOptions, 'now' | 'pullLimit'>;
}

/** Never more than one call at a time. Without a cursor the pages are shown as they come; a resync stages them first. */
export function createPuller({ local, transport, options }: PullerParts): Puller {
  return {
    async pullPage(cycle, signal) {
      const { ahead } = cycle;
      const { since, isStaged } = ahead ?? (await pullPosition(local));
      const fetchPage = (from: string | null): Promise<Answer<PullResponse>> =>
        transport.pull({ since: from, limit: options.pullLimit, schemaVersion: local.schemaVersion }, signal);
      cycle.ahead = null;
      const answer = await (ahead === null ? fetchPage(since) : ahead.answer);
      if (!answer.ok) {
        // The very first position can not be refused, and one that the server has just given not for ever.
        const isStale = answer.failure.kind === 'resync' && since !== null && !cycle.resynced;
        if (!isStale) return { kind: 'failed', failure: answer.failure };
        cycle.resynced = true;
        await beginResync(local, answer.failure.code);
        return { kind: 'more' };
      }
      const { body, timing } = answer;
      if (body.hasMore) cycle.ahead = { since: body.nextCursor, isStaged, answer: fetchPage(body.nextCursor) };
      const page: PulledPage = {
        since,
        changes: body.changes,
        nextCursor: body.nextCursor,
        last: !body.hasMore,
        schemaVersion: statedVersion(body),
        clockOffset: clockOffset(body.serverTime, timing),
        at: new Date(options.now()).toISOString(),
      };
      // Where it is not, somebody else has gone on meanwhile, and from there the next page is fetched.
      const isStored = await (isStaged ? stagePage : applyPage)(local, page);
      if (!isStored) cycle.ahead = null;
      if (!isStored && ahead !== null) return { kind: 'more' };
      if (page.changes.length > 0) cycle.changed = true;
      if (body.hasMore) return { kind: 'more' };
      // The server has been updated: what it did not know before comes from the beginning.
      if (cycle.resynced || !(await isIncomplete(local))) return { kind: 'done' };
      cycle.resynced = true;
      await beginResync(local);
      return { kind: 'more' };
    },
  };
}

/**
 * A first pull tells of no deletions before its snapshot. A device that pushed before it may hold a record that has been deleted
 * since, so it does as in a resync: what the server no longer shows goes away.
 */
async function pullPosition(local: LocalDatabase): Promise<PullPosition> {
  const { cursor, resync } = await readMemory(local);
  if (resync !== null) return { since: resync.cursor, isStaged: true };
  if (cursor !== null || !(await holdsAcceptedRecords(local))) return { since: cursor, isStaged: false };
  await beginResync(local);
  return { since: null, isStaged: true };
}

/** Whether rows may be missing that this app declares; they come with a pull from the beginning. */
export async function isIncomplete(local: LocalDatabase): Promise<boolean> {
  const { schema, resync } = await readMemory(local);
  const declares = (name: string): boolean => local.entity(name) !== null;
  return resync === null && lacksDeclared(schema, { schemaVersion: local.schemaVersion, declares });
}
