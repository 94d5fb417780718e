import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { launchChromium } from './chromium.ts';
import { startDemoService } from '../demo/start-demo-service.ts';
import { compile, OPTIONS } from '../docs/check-snippets.ts';
import { fencedBlocks, readPage, ROOT } from '../docs/markdown-pages.ts';

// A build, a database and a browser.
vi.setConfig({ testTimeout: 180_000 });

/** What `npm create vite` and `npm install` would have put there. */
const INSTALLED: readonly (readonly [name: string, folder: string])[] = [
  ['@backhaul/sdk', 'sdk'],
  ['@backhaul/shared', 'shared'],
  ['dexie', 'sdk/node_modules/dexie'],
  ['react', 'web/node_modules/react'],
  ['react-dom', 'web/node_modules/react-dom'],
  ['vite', 'web/node_modules/vite'],
  ['@vitejs/plugin-react', 'web/node_modules/@vitejs/plugin-react'],
  ['@types/react', 'web/node_modules/@types/react'],
  ['@types/react-dom', 'web/node_modules/@types/react-dom'],
];
const ENTRY =
  '<!doctype html><title>Today</title><div id="root"></div><script type="module" src="/src/main.tsx"></script>';

/** The files of the guide, each named by its first line, in a folder of their own. */
async function buildGuide(): Promise<{
  readonly webDir: string;
  readonly files: readonly string[];
  remove(): Promise<void>;
}> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'backhaul-guide-')));
  const page = await readPage('docs/guides/from-vite.md');
  const files = ['ts', 'tsx']
    .flatMap((language) => fencedBlocks(page, language))
    .map((text) => {
      const name = /^\/\/ (\S+)\n/.exec(text)?.[1];
      if (name === undefined) throw new Error(`A block without the name of its file: ${text}`);
      return { name, text };
    });
  for (const [name, target] of INSTALLED) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, target), link);
  }
  for (const { name, text } of [
    ...files,
    { name: 'index.html', text: ENTRY },
    { name: 'package.json', text: '{ "type": "module" }' },
  ]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['src'] }));
  const complaints = await compile(folder);
  if (complaints !== '') throw new Error(complaints);
  const vite = join(folder, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: folder });
  const remove = () => rm(folder, { recursive: true, force: true });
  return { webDir: join(folder, 'dist'), files: files.map(({ name }) => name), remove };
}

const says = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();

test('the guide’s app signs in, works offline, undoes, syncs, keeps it across a reload, and signs out', async () => {
  await using stack = new AsyncDisposableStack();
  const guide = await buildGuide();
  stack.defer(() => guide.remove());
  expect([...guide.files].sort()).toEqual(['src/main.tsx', 'src/session.ts', 'src/today.tsx', 'vite.config.ts']);
  const service = await startDemoService({ webDir: guide.webDir });
  stack.defer(() => service.stop());
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));

  await page.goto(service.url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await says(page, 'Everything is synced.');
  const tasks = page.getByRole('listitem');
  await tasks.first().waitFor();
  const open = tasks.filter({ hasText: '(scheduled)' }).first();
  const title = (await open.getAttribute('aria-label')) ?? '';

  await context.setOffline(true);
  // Before the browser has told the app, a change may still be marked as sent, and can not be undone.
  await says(page, 'Offline.');
  const task = page.getByRole('listitem', { name: title });
  await task.getByRole('button', { name: 'Finish' }).click();
  await task.getByText('Not sent yet').waitFor();
  await says(page, '1 change waits.');
  await page.getByRole('button', { name: 'Undo' }).click();
  await task.getByText('(scheduled)').waitFor();
  await task.getByText('Not sent yet').waitFor({ state: 'detached' });

  const note = task.getByRole('textbox', { name: 'Note' });
  await note.fill('Key is under the mat');
  await note.blur();
  await task.getByText('Not sent yet').waitFor();
  await task.getByRole('button', { name: 'Finish' }).click();
  await task.getByText('(completed)').waitFor();
  await context.setOffline(false);
  await says(page, 'Everything is synced.');
  await page.reload();
  await task.getByText('(completed)').waitFor();
  expect(await note.inputValue()).toBe('Key is under the mat');

  await page.getByText('Sync in detail').click();
  await page.getByRole('table', { name: 'Last cycles' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name).join())')).not.toContain(
    'user_',
  );
  expect(complaints).toEqual([]);
});
