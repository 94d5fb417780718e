import type { BrowserContext } from 'playwright-core';
import type { Business } from './business.ts';
import { addTasks } from './initial-sync.ts';
import { openTab, whenSynced } from './tab.ts';

/** Everything that was typed offline, and how it left. */
export interface WeekOffline {
  /** Changes in the outbox when the network came back. */
  readonly queued: number;
  /** Changes and bytes of each push. */
  readonly pushes: readonly { readonly changes: number; readonly bytes: number }[];
  /** Ids of changes in the order in which they were made, and in which they were sent. */
  readonly made: readonly string[];
  readonly sent: readonly string[];
  /** Milliseconds of the longest task of the main thread while typing, and while sending; 0: none over 50. */
  readonly longestTyping: number;
  readonly longestSending: number;
  /** Milliseconds from the network's return until nothing waited any more. */
  readonly took: number;
  /** Records on the service, and those of them with the note of the week. */
  readonly records: number;
  readonly noted: number;
}

/** `edits`: half of them of tasks that are there, half new tasks. An app with a list on the screen makes them, without a network. */
export async function weekOffline(
  device: BrowserContext,
  business: Business & { readonly url: string },
  edits: number,
): Promise<WeekOffline> {
  await addTasks(business, edits / 2);
  const tab = await openTab(device, business, { options: { stream: false } });
  const { page } = tab;
  await page.evaluate(() => sdk.db.sync.now());
  const pushes: { changes: { changeId: string }[]; bytes: number }[] = [];
  page.on('request', (request) => {
    const body = request.url().includes('/sync/push') ? request.postData() : null;
    if (body) pushes.push({ changes: JSON.parse(body).changes, bytes: body.length });
  });
  await device.setOffline(true);
  const made = await page.evaluate(typeForAWeek);
  const longestTyping = await page.evaluate(() => Math.max(0, ...sdk.longTasks.take()));
  const began = performance.now();
  await device.setOffline(false);
  await whenSynced(tab);
  const took = performance.now() - began;
  const longestSending = await page.evaluate(() => Math.max(0, ...sdk.longTasks.take()));
  const tasks = await business.tasks();
  return {
    queued: made.length,
    pushes: pushes.map(({ changes, bytes }) => ({ changes: changes.length, bytes })),
    made,
    sent: pushes.flatMap(({ changes }) => changes.map(({ changeId }) => changeId)),
    longestTyping,
    longestSending,
    took,
    records: tasks.length,
    noted: tasks.filter(({ notes }) => notes?.startsWith('Week')).length,
  };
}

/** One by one as a person does, some of it in bulk as an import does. Answers the ids of the changes. */
async function typeForAWeek(): Promise<string[]> {
  const { db, Dexie, longTasks } = sdk;
  const list = Dexie.liveQuery(() => db.tasks.orderBy('id').limit(50).toArray()).subscribe(() => undefined);
  const ids = await db.tasks.toCollection().primaryKeys();
  longTasks.take();
  const inBulk = ids.length - 500;
  for (const [index, id] of ids.entries()) {
    const fresh = { title: `New ${index}`, date: '2026-11-26', status: 'scheduled', notes: `Week ${index}` } as const;
    if (index < inBulk) continue;
    await db.tasks.update(id, { notes: `Week ${index}` });
    await db.tasks.add(fresh);
  }
  for (let start = 0; start < inBulk; start += 100) {
    const some = ids.slice(start, Math.min(start + 100, inBulk));
    await db.tasks.bulkUpdate(some.map((key, index) => ({ key, changes: { notes: `Week ${start + index}` } })));
    await db.tasks.bulkAdd(
      some.map((_, index) => ({
        title: `New ${start + index}`,
        date: '2026-11-26',
        status: 'scheduled' as const,
        notes: `Week ${start + index}`,
      })),
    );
  }
  list.unsubscribe();
  const outbox = (await db.table('_outbox').orderBy('seq').toArray()) as { changeId: string }[];
  return outbox.map(({ changeId }) => changeId);
}
