import type { Browser } from 'playwright-core';
import { v7 } from 'uuid';
import type { Business } from './business.ts';
import { openTab } from './tab.ts';

/**
 * A first pull against what the same browser needs to store the same pages in bare Dexie. Milliseconds, the best of each of several
 * rounds on empty databases.
 */
export interface InitialSync {
  readonly rows: number;
  /** From the service, with the time that it takes to read and to send the pages. */
  readonly overTheWire: number;
  /** The same answers from the page's memory: what is left is the SDK's own. */
  readonly fromMemory: number;
  readonly bare: number;
}

const BATCH = 1_000;

/** Gives the business `count` tasks. */
export async function addTasks(business: Business, count: number): Promise<void> {
  const at = new Date().toISOString();
  for (let start = 0; start < count; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => ({
      changeId: v7(),
      op: 'upsert',
      entity: 'task',
      entityId: v7(),
      clientUpdatedAt: at,
      baseUpdatedAt: null,
      payload: {
        title: `Task ${start + index}`,
        date: '2026-11-25',
        status: 'scheduled',
        notes: 'Bring the long ladder and ring twice.',
        address: '12 Harbour Street',
      },
    }));
    await business.push(batch);
  }
}

export async function measureInitialSync(
  browser: Browser,
  business: Business & { readonly url: string },
  rounds: number,
): Promise<InitialSync> {
  const runs: InitialSync[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const device = await browser.newContext();
    const { page } = await openTab(device, business, { options: { autoSync: false, stream: false } });
    const overTheWire = await page.evaluate(pullRecording);
    const { tenantId, email } = business;
    const again = { tenantId, email, options: { autoSync: false, stream: false, name: 'again' } };
    await page.evaluate((request) => sdk.open(request), again);
    runs.push({ overTheWire, ...(await page.evaluate(pullFromMemory)) });
    await device.close();
  }
  const best = (name: keyof InitialSync): number => Math.min(...runs.map((run) => run[name]));
  return { rows: best('rows'), overTheWire: best('overTheWire'), fromMemory: best('fromMemory'), bare: best('bare') };
}

/** Answers how long the pull took, and leaves what the service answered with the page. */
async function pullRecording(): Promise<number> {
  const answers = new Map<string, string>();
  Object.assign(globalThis, { answers });
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    const url = input as string;
    if (url.includes('/pull')) answers.set(url, await response.clone().text());
    return response;
  };
  const began = performance.now();
  const { error } = await sdk.db.sync.now();
  const took = performance.now() - began;
  globalThis.fetch = async (input, init) => {
    const known = answers.get(input as string);
    return known === undefined ? fetch(input, init) : new Response(known, { status: 200 });
  };
  if (error) throw new Error(error.code);
  return took;
}

async function pullFromMemory(): Promise<Omit<InitialSync, 'overTheWire'>> {
  const { db, Dexie } = sdk;
  const began = performance.now();
  const { error } = await db.sync.now();
  const fromMemory = performance.now() - began;
  if (error) throw new Error(error.code);
  const rows = await db.tasks.toArray();
  const { primKey, indexes } = db.tasks.schema;
  const bare = new Dexie('bare');
  bare.version(1).stores({ tasks: [primKey, ...indexes].map(({ src }) => src).join() });
  await bare.open();
  const bareBegan = performance.now();
  for (let start = 0; start < rows.length; start += 500) {
    await bare.table('tasks').bulkPut(rows.slice(start, start + 500));
  }
  return { rows: rows.length, fromMemory, bare: performance.now() - bareBegan };
}
