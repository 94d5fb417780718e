import { describe, expect, test, vi } from 'vitest';
import { checkSnippets } from '../docs/check-snippets.ts';

// Dexie's overloads answer in their own way, so each call is put to the compiler as an app would write it.
vi.setConfig({ testTimeout: 60_000 });

const SETUP = [
  "import { type BackhaulDatabase } from '@backhaul/sdk';",
  "import { fieldService } from '@backhaul/shared/field-service';",
  'declare const db: BackhaulDatabase<typeof fieldService>;',
  "const task = { title: 'A', date: '2026-02-01', status: 'scheduled' } as const;",
  "const entry = { title: 'A', amount: 14.5, currency: 'usd', type: 'payable', kind: 'general', status: 'pending', dueDate: '2026-02-01' } as const;",
];

const RIGHT = [
  'const id: string = await db.tasks.add(task);',
  "await db.tasks.add({ ...task, id: '018f0000-0000-7000-8000-000000000001', notes: null, startTime: '2026-02-01T08:00:00Z' });",
  "await db.tasks.put({ ...task, notes: 'n' });",
  "await db.tasks.update('id', { status: 'completed', notes: null });",
  "await db.tasks.update('id', (row) => { row.notes = 'n'; });",
  "await db.tasks.upsert('id', { ...task });",
  "await db.tasks.delete('id');",
  "await db.tasks.bulkAdd([task, { ...task, notes: 'n' }]);",
  'await db.tasks.bulkPut([task]);',
  "await db.tasks.bulkUpdate([{ key: 'id', changes: { status: 'canceled' } }]);",
  "await db.tasks.bulkDelete(['id']);",
  "await db.tasks.where({ status: 'scheduled' }).modify({ notes: 'n' });",
  "await db.tasks.where('date').above('2026-01-01').modify((row) => { row.status = 'completed'; });",
  "await db.transaction('rw', db.tasks, db.financeEntries, async () => { await db.tasks.add(task); await db.financeEntries.add(entry); });",
  "await db.transaction('rw', 'tasks', async (tx) => { await tx.table('tasks').count(); });",
  'for (const row of await db.tasks.toArray()) await db.tasks.put({ ...row, title: row.title.trim() });',
  "await db.financeEntries.add({ ...entry, lineItems: [{ description: 'Hour', quantity: 1.5, unitPrice: 20 }], isDisputed: true });",
  "await db.clients.add({ name: 'A', preferredDeliveryChannels: ['sms'] });",
  'const shown: number = (await db.attachments.toArray()).length;',
  'export { id, shown };',
];

/** Each with what the compiler must name. */
const WRONG: readonly (readonly [code: string, named: string])[] = [
  ["await db.tasks.add({ ...task, titel: 'A' });", 'titel'],
  ["await db.tasks.add({ title: 'A', date: '2026-02-01' });", 'status'],
  ["await db.tasks.add({ ...task, status: 'done' });", '"done"'],
  ['await db.tasks.add({ ...task, date: new Date() });', 'Date'],
  ['await db.tasks.add({ ...task, title: null });', 'null'],
  ["await db.tasks.put({ ...task, status: 'done' });", '"done"'],
  ["await db.tasks.put({ title: 'A' });", 'date'],
  ["await db.tasks.update('id', { titel: 'A' });", 'titel'],
  ["await db.tasks.update('id', { status: 'done' });", '"done"'],
  ["await db.tasks.update('id', { title: null });", 'null'],
  ["await db.tasks.update('id', (row) => { row.status = 'done'; });", '"done"'],
  ["await db.tasks.update(7, { notes: 'n' });", 'number'],
  ["await db.tasks.upsert('id', { ...task, status: 'done' });", '"done"'],
  ['await db.tasks.delete(7);', 'number'],
  ["await db.tasks.bulkAdd([task, { title: 'A' }]);", 'date'],
  ["await db.tasks.bulkPut([{ ...task, status: 'done' }]);", '"done"'],
  ["await db.tasks.bulkUpdate([{ key: 'id', changes: { titel: 'A' } }]);", 'titel'],
  ['await db.tasks.bulkDelete([7]);', 'number'],
  ["await db.tasks.where({ status: 'scheduled' }).modify({ status: 'done' });", '"done"'],
  ["await db.tasks.where('date').above('2026').modify((row) => { row.titel = 'A'; });", 'titel'],
  ["await db.transaction('rw', db.invoices, async () => undefined);", 'invoices'],
  ["await db.financeEntries.add({ ...entry, amount: '14.50' });", 'string'],
  ["await db.financeEntries.add({ ...entry, currency: 'gbp' });", '"gbp"'],
  ["await db.financeEntries.add({ ...entry, method: 'cheque' });", '"cheque"'],
  ['await db.financeEntries.add({ ...entry, dueDate: new Date() });', 'Date'],
  ["await db.financeEntries.add({ ...entry, lineItems: [{ description: 'Hour' }] });", 'quantity'],
  ["await db.clients.add({ name: 'A', preferredDeliveryChannels: ['fax'] });", '"fax"'],
  ["await db.attachments.add({ ownerType: 'task' });", 'add'],
  ['await db.rejected.clear();', 'clear'],
  ["await db.conflicts.put({ id: 'x' });", 'put'],
];

/** Line of the module -> what the compiler says about it. */
async function complaints(lines: readonly string[]): Promise<ReadonlyMap<number, string>> {
  const text = `\`\`\`ts\n${[...SETUP, ...lines].join('\n')}\n\`\`\`\n`;
  const output = await checkSnippets([{ path: 'typed.md', text }]);
  const found = new Map<number, string>();
  for (const [, line, message = ''] of output.matchAll(/^typed\.md\.ts\((\d+),\d+\): (.*(?:\n .*)*)/gm)) {
    found.set(Number(line) - SETUP.length, message);
  }
  return found;
}

describe('the database is typed from the declaration', () => {
  test('every way that Dexie writes compiles with the declared fields', async () => {
    expect([...(await complaints(RIGHT))]).toEqual([]);
  });

  test('a wrong field, value or kind does not, in any of them', async () => {
    const found = await complaints(WRONG.map(([code]) => code));
    const missed = WRONG.flatMap(([code, named], n) => {
      const said = found.get(n + 1) ?? 'compiles';
      return said.includes(named) ? [] : [`${code} ${said}`];
    });
    expect(missed).toEqual([]);
  });
});
