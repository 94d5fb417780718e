import type { ListeningState, TenantTx } from '@backhaul/db';
import { type Cursor, cursorToMicros, type PullResponse, type Role, type ScopeKeys } from '@backhaul/shared';
import { planPull, type PullPlan } from '@backhaul/shared/engine';
import { readChanges } from '../sync/pull/pull.ts';
import { changesFrame, pokeFrame } from './frames.ts';
import type { NewsParts, Verdict } from './read-news.ts';

export interface ScopeReading {
  readonly state: ListeningState;
  readonly role: Role;
  readonly keys: ScopeKeys;
  /** Where the scope's listeners stand, each once. Almost always one; others have just come. */
  readonly cursors: readonly (Cursor | null)[];
}

type Told = ReadonlyMap<Cursor | null, Verdict>;

/**
 * What to tell the listeners of one scope. One read from the oldest cursor serves those that are ahead of it, too; if that is
 * too much to carry, those at the old end are told to pull, and a read from further on is tried, three in all.
 */
export async function readScopeNews(tx: TenantTx, parts: NewsParts, reading: ScopeReading): Promise<Told> {
  const { clock } = reading.state;
  const told = new Map<Cursor | null, Verdict>();
  const behind: { cursor: Cursor; plan: PullPlan }[] = [];
  for (const cursor of reading.cursors) {
    const planned = cursor === null ? null : planPull({ ...reading.state, scopeVersion: reading.state.origin }, cursor);
    if (cursor === null || planned === null) told.set(cursor, poke(clock));
    else if (planned.kind === 'refused') told.set(cursor, { kind: 'ended', reason: 'mustResync', lastFrame: null });
    else if (cursor === clock) told.set(cursor, { kind: 'current' });
    else behind.push({ cursor, plan: planned.plan });
  }
  behind.sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
  const page = await readCarried(tx, parts, reading, behind);
  for (const { cursor } of behind) {
    const carried = page !== null && cursor >= page.from ? carry(parts, cursor, page.news) : null;
    told.set(cursor, carried ?? poke(clock));
  }
  return told;
}

interface CarriedPage {
  readonly from: Cursor;
  readonly news: PullResponse;
}

/** The news from the oldest cursor from which it is short enough; `null`: from none that was tried. */
async function readCarried(
  tx: TenantTx,
  parts: NewsParts,
  { state, role, keys }: ScopeReading,
  behind: readonly { cursor: Cursor; plan: PullPlan }[],
): Promise<CarriedPage | null> {
  if (parts.settings.maxRows === 0) return null;
  const tries = new Set([0, Math.floor(behind.length / 2), behind.length - 1]);
  for (const index of tries) {
    const start = behind[index];
    if (!start) continue;
    const page = await readChanges(
      tx,
      parts,
      { role, keys, clock: state.clock },
      { plan: start.plan, limit: parts.settings.maxRows },
    );
    if (!page.hasMore) return { from: start.cursor, news: { serverTime: parts.now().toISOString(), ...page } };
  }
  return null;
}

/** In microseconds of the tenant's clock. */
const LONGEST_SILENCE = 60_000_000n;

/** `null`: too much to carry. */
function carry({ settings }: NewsParts, since: Cursor, news: PullResponse): Verdict | null {
  const changes = news.changes.filter(({ updatedAt }) => updatedAt > since);
  const cursor = news.nextCursor as Cursor;
  // What its member can not see wakes no device; but its position must not stay behind for long, or it grows costly to read from.
  const isQuiet = changes.length === 0 && cursorToMicros(cursor) - cursorToMicros(since) < LONGEST_SILENCE;
  if (isQuiet) return { kind: 'current' };
  const frame = changesFrame({ since, ...news, changes });
  return frame.length > settings.maxBytes ? null : { kind: 'news', frame, cursor };
}

function poke(cursor: Cursor): Verdict {
  return { kind: 'news', frame: pokeFrame(cursor), cursor };
}
