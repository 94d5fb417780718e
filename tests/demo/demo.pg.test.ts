import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderDevices, renderEnd, renderRound, renderStart } from './render.ts';
import type { DemoReport } from './report.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

let folder: string;
let ended: { code: number | null; stdout: string; stderr: string };
let report: DemoReport;

// One run for all: what `pnpm demo -- --json` prints, with a folder of its own for temporary files.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backhaul-demo-test-'));
  ended = await run(['--json'], { TMPDIR: folder });
  report = JSON.parse(ended.stdout || '{}') as DemoReport;
}, 90_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<typeof ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...environment } });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, ...printed }));
  });
}

const titleOf = (entityId: string): string | undefined =>
  report.rounds.flatMap(({ edits }) => edits).find(({ id }) => id === entityId)?.title;

const conflictsIn = (field: string) => report.conflicts.filter(({ fields }) => fields.join() === field);

test('it ends well, and everything is equal', () => {
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(report.equal).toBe(true);
  expect(report.comparisons.map(({ left, right, differences }) => [left, right, differences])).toEqual([
    ['Office', 'Server, for a manager', []],
    ['Tablet', 'Server, for a manager', []],
    ['Office', 'Tablet', []],
    ['Phone', 'Server, for Ana Ribeiro', []],
  ]);
  for (const { fields, records } of report.comparisons) expect(fields).toBeGreaterThan(records * 10);
  expect(report.milliseconds).toBeLessThan(40_000);
});

test('it leaves neither a process nor a file behind', async () => {
  expect(await readdir(folder)).toEqual([]);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const using = await Promise.all(pids.map(async (pid) => ((await commandLine(pid)).includes(folder) ? pid : null)));
  expect(using.filter((pid) => pid !== null)).toEqual([]);
});

/** Empty when the process has ended in the meantime. */
async function commandLine(pid: string): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

test('the first sync gives managers everything and the employee a part', () => {
  const [office, tablet, phone] = report.devices;
  expect(office).toMatchObject({ role: 'manager', counts: { client: 40, employee: 8, task: 300, finance_entry: 60 } });
  expect(tablet?.counts).toEqual(office?.counts);
  expect(phone).toMatchObject({ person: 'Ana Ribeiro', role: 'employee', counts: { employee: 8, team: 3 } });
  expect(phone?.counts.client).toBeGreaterThan(0);
  expect(phone?.counts.client).toBeLessThan(40);
  expect(phone?.counts.task).toBeLessThan(200);
});

test('without a network edits wait on both devices', () => {
  for (const { waiting } of report.rounds) {
    for (const device of ['Office', 'Phone']) {
      expect(waiting[device]).toMatchObject({ error: 'NETWORK' });
      expect(waiting[device]?.pending).toBeGreaterThan(0);
    }
  }
});

test('edits of different fields merge, in both orders', () => {
  expect(report.rounds.map(({ order }) => order)).toEqual([
    ['Office', 'Phone'],
    ['Phone', 'Office'],
  ]);
  for (const { outcomes } of report.rounds) {
    const conflicted = new Set(report.conflicts.map(({ entityId }) => titleOf(entityId)));
    const merged = outcomes.filter(({ title, field, written }) => {
      const byBoth = outcomes.filter((other) => other.title === title).flatMap((other) => Object.keys(other.written));
      return (
        !conflicted.has(title) &&
        new Set(byBoth).size === 2 &&
        field !== '(record)' &&
        Object.keys(written).length === 1
      );
    });
    expect(merged.length).toBeGreaterThanOrEqual(2);
    for (const { written, now } of merged) expect(now).toBe(Object.values(written)[0]);
  }
});

test('edits of the same field collide: the later arrival stands, the other value is logged', () => {
  expect(conflictsIn('notes').filter(({ client }) => 'notes' in client.values)).toMatchObject([
    {
      winner: 'client',
      client: { by: { name: 'Ana Ribeiro' }, values: { notes: 'Do the windows' } },
      server: { by: { name: 'Marta Oliveira' }, values: { notes: 'Use back entrance' } },
    },
    {
      winner: 'client',
      client: { by: { name: 'Marta Oliveira' }, values: { notes: 'Client is back at noon' } },
      server: { by: { name: 'Ana Ribeiro' }, values: { notes: 'Nobody at home' } },
    },
  ]);
});

test('a deletion against an edit: the record lives when the edit comes last, and is kept in the log when it comes first', () => {
  const [first, second] = report.rounds.map(({ outcomes }) =>
    outcomes.filter(({ written }) => Object.values(written).includes('deleted')),
  );
  expect(first).toMatchObject([{ now: 'there' }]);
  expect(second).toMatchObject([{ now: 'deleted' }]);
  expect(report.conflicts).toHaveLength(4);
  expect(
    report.conflicts.filter(({ client, server }) => 'deletedAt' in client.values || 'deletedAt' in server.values),
  ).toHaveLength(2);
});

test('the refused value is kept on the device, with its code and field, and the server’s is shown', () => {
  expect(report.rejections).toMatchObject([
    {
      device: 'Phone',
      code: 'INVALID_AMOUNT',
      fields: ['amount'],
      kept: { amount: 23.755 },
      shown: { amount: 23.75 },
    },
  ]);
});

test('the restored value reaches every device and is on record', () => {
  const { restored, audit, conflicts } = report;
  expect(restored).toMatchObject({ before: 'Do the windows', value: 'Use back entrance' });
  expect(restored.seen).toEqual({ Office: restored.value, Tablet: restored.value, Phone: restored.value });
  expect(conflicts.find(({ id }) => id === restored.conflictId)).toMatchObject({
    status: 'resolved',
    resolution: 'restore',
  });
  expect(audit.filter(({ action }) => action === 'resolve')).toMatchObject([
    { actor: { name: 'Marta Oliveira' }, changes: { notes: { from: restored.before, to: restored.value } } },
  ]);
});

test('its text fits a terminal, tells no secret, and says what the data says', () => {
  const lines = [
    ...renderStart(report.business),
    ...renderDevices(report.devices),
    ...report.rounds.flatMap((round, n) => renderRound(round, n + 1)),
    ...renderEnd(report),
  ];
  expect(lines.filter((line) => line.length >= 100)).toEqual([]);
  expect(lines.join('\n')).not.toMatch(/eyJ|postgres:\/\/|[^\t\n\x20-\u2122]/);
  expect(lines.at(-1)).toMatch(/^EQUAL/);
  const unequal = { ...report, equal: false };
  expect(renderEnd(unequal).at(-1)).toMatch(/^NOT EQUAL/);
});
