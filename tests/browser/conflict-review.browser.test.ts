import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  cardOf,
  type DemoBrowser,
  DESK,
  PHONE,
  startDemoBrowser,
  statusLine,
  syncNow,
  taskTitles,
  writeNote,
} from './demo-browser.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let demo: DemoBrowser;
beforeAll(async () => {
  demo = await startDemoBrowser();
});
afterAll(() => demo?.stop());
afterEach(async () => {
  expect(await demo.closeContexts()).toEqual([]);
});

const synced = (page: Page): Promise<void> => statusLine(page).filter({ hasText: 'Everything is synced.' }).waitFor();

/** Both write the same notes without a network; the first one's arrive first, so the second one's stand. */
async function collide(first: Page, second: Page, titles: readonly string[]): Promise<void> {
  for (const page of [first, second]) await page.context().setOffline(true);
  for (const title of titles) {
    await writeNote(first, title, `First about ${title}`);
    await writeNote(second, title, `Second about ${title}`);
  }
  for (const page of [first, second]) {
    await page.context().setOffline(false);
    await synced(page);
  }
}

async function showsJust(items: Locator, count: number): Promise<void> {
  await items.nth(count - 1).waitFor();
  await items.nth(count).waitFor({ state: 'detached' });
}

test('two devices collide; the manager filters, restores several at once, and reads the history', async () => {
  const ana = await demo.openAs('Ana Ribeiro', { viewport: PHONE });
  const manager = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const titles = (await taskTitles(ana)).slice(0, 3);
  expect(titles).toHaveLength(3);
  await collide(ana, manager, titles);

  await manager.getByRole('button', { name: 'Review conflicts (3 open)' }).click();
  const review = manager.getByRole('region', { name: 'Conflicts' });
  const conflicts = review.getByRole('article', { name: /both changed the notes of a task/ });
  await showsJust(conflicts, 3);

  // Filters: nobody else’s, and Ana’s.
  await review.getByRole('combobox', { name: 'Person' }).click();
  await manager.getByRole('option', { name: 'Ana Ribeiro (3)' }).click();
  await showsJust(conflicts, 3);
  await review.getByRole('combobox', { name: 'Kind of record' }).click();
  await manager.getByRole('option', { name: 'Task (3)' }).click();
  await review.getByText('Must choose (0)').click();
  await review.getByText('None of these').waitFor();
  await review.getByRole('button', { name: 'Show all' }).click();
  await showsJust(conflicts, 3);

  // Two of the three together.
  const [kept, ...restored] = titles as [string, string, string];
  for (const title of restored) await review.getByRole('checkbox', { name: `Choose: ${title}` }).check();
  await review.getByText('2 of 3 shown chosen').waitFor();
  await review.getByRole('button', { name: 'Restore all' }).click();
  await manager.getByRole('dialog', { name: 'Restore 2?' }).getByRole('button', { name: 'Restore 2' }).click();
  await showsJust(conflicts, 1);
  await review.getByRole('article').filter({ hasText: kept }).getByText('Second about').waitFor();

  // Settled ones stay to be looked at.
  await review.getByText('Settled (2)').click();
  const settled = review.getByRole('article', { name: /Marta Oliveira restored Ana Ribeiro's value/ });
  await showsJust(settled, 2);

  // The history of one of them, from its conflict.
  const [one] = restored;
  await settled
    .filter({ hasText: one })
    .getByRole('button', { name: `History: ${one}` })
    .click();
  const history = manager.getByRole('dialog', { name: 'History' });
  const told = history.getByRole('article');
  await history.getByText(`Notes: Second about ${one} → First about ${one}`).waitFor();
  const sentences = await Promise.all((await told.all()).map((item) => item.getAttribute('aria-label')));
  expect(sentences.slice(0, 3)).toEqual([
    'Marta Oliveira settled a conflict of a task',
    "Marta Oliveira and Ana Ribeiro both changed the notes of a task; Marta Oliveira restored Ana Ribeiro's value.",
    'Marta Oliveira changed the notes of a task',
  ]);
  expect(sentences.at(-1)).toMatch(/ created a task$/);
  await history.getByRole('button', { name: 'Close the history' }).click();

  // What was restored is on both devices; the task card leads to the same history.
  await manager.getByRole('button', { name: 'Back to the day' }).click();
  await cardOf(manager, one).getByText(`First about ${one}`).waitFor();
  await syncNow(ana);
  await cardOf(ana, one).getByText(`First about ${one}`).waitFor();
  await cardOf(manager, one)
    .getByRole('button', { name: `History: ${one}` })
    .click();
  await manager.getByRole('dialog', { name: 'History' }).getByText('Restored', { exact: true }).waitFor();
  expect(await ana.getByRole('button', { name: /^History/ }).count()).toBe(0);
});

test('on a phone, in Spanish: the sentences are, and one click keeps what stands', async () => {
  const ana = await demo.openAs('Ana Ribeiro', { viewport: PHONE });
  const manager = await demo.openAs('Marta Oliveira', { viewport: PHONE, locale: 'es-MX', colorScheme: 'dark' });
  const [title = ''] = (await taskTitles(ana)).slice(-1);
  await collide(ana, manager, [title]);

  await manager.getByRole('button', { name: /^Attention \(\d+ open\)$/ }).click();
  const conflict = manager.getByRole('article').filter({ hasText: `Second about ${title}` });
  await conflict.getByText('Marta Oliveira y Ana Ribeiro cambiaron por separado las notas de una tarea').waitFor();
  await conflict.getByText('se mantiene el valor de Marta Oliveira').waitFor();
  await conflict.getByRole('button', { name: 'Keep what stands' }).click();
  await conflict.waitFor({ state: 'detached' });

  await manager.getByRole('button', { name: 'Activity' }).click();
  await manager.getByText('Marta Oliveira resolvió un conflicto de una tarea').first().waitFor();
});
