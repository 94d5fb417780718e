import { applyPage } from '../pull/apply-page.ts';
import { isIncomplete } from '../pull/pull-page.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import { statedVersion } from '../store/schema-memory.ts';
import type { StreamNews } from './stream-news.ts';

/**
 * `known`: the device holds all of it, or will by the resync that is on its way. `missed`: something lies between the device's
 * cursor and the beginning, and a pull has to bring it.
 */
export type NewsOutcome = 'applied' | 'known' | 'missed';

/**
 * Stores news that begins at the device's cursor or before it, and ends after it. What the device holds already is no trouble:
 * a record is never replaced by an older copy, and the news shows all records as they were at its end.
 */
export async function applyNews(local: LocalDatabase, news: StreamNews, at: string): Promise<NewsOutcome> {
  const { since, changes, nextCursor } = news;
  const { cursor, resync } = await readMemory(local);
  if (resync !== null) return 'known';
  // Cursors have one length, but for those of a first pull that is still on its way.
  if (cursor === null || cursor.length !== since.length) return 'missed';
  if (nextCursor <= cursor) return 'known';
  if (since > cursor) return 'missed';
  const schemaVersion = statedVersion(news);
  const page = { since: cursor, changes, nextCursor, last: true, schemaVersion, clockOffset: null, at };
  // A server that has been updated knows what was left out before: a pull begins that again.
  return (await applyPage(local, page)) && !(await isIncomplete(local)) ? 'applied' : 'missed';
}
