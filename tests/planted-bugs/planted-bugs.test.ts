import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown-pages.ts';
import { BUGS } from './catalogue.ts';
import { readCatches, readPlan } from './catches.ts';
import { PAGE, renderPage } from './page.ts';
import { patchSource } from './patch-source.ts';

describe('the catalogue of planted bugs', () => {
  it('names each bug once', () => {
    expect(new Set(BUGS.map(({ id }) => id)).size).toBe(BUGS.length);
  });

  it.each(BUGS)('$id still fits its source', async (bug) => {
    const patched = patchSource(bug, await readFile(join(ROOT, bug.file), 'utf8'));
    expect(stripTypeScriptTypes(patched)).not.toBe('');
  });

  it('has at least 25 that are caught, each within 200 seeds and by something that it breaks', async () => {
    const catches = await readCatches();
    expect(Object.keys(catches).length).toBeGreaterThanOrEqual(25);
    for (const [id, { scenariosTried, invariant, plan, seed }] of Object.entries(catches)) {
      expect(BUGS.find((bug) => bug.id === id)?.breaks, id).toContain(invariant);
      expect(scenariosTried).toBeLessThanOrEqual(200);
      expect((await readPlan(plan)).seed).toBe(seed);
    }
  });

  it('is listed in a page that is current: run write-page.ts', async () => {
    expect(await readFile(PAGE, 'utf8')).toBe(renderPage(await readCatches()));
  });
});

describe('a patch', () => {
  const bug = { id: 'x', title: '', breaks: ['I1'], file: 'some.ts', edits: [{ find: 'a', replace: '$& b' }] } as const;

  it('is put in as it is written', () => {
    expect(patchSource(bug, 'an x')).toBe('$& bn x');
  });

  it.each(['nothing', 'banana'])('is refused where its text does not occur exactly once: %s', (source) => {
    expect(() => patchSource(bug, source)).toThrow(/Planted bug x: found \d times in some.ts/);
  });
});
