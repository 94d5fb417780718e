import { relative } from 'node:path';
import type { Bundle } from './measure-bundle.ts';
import { ROOT } from './published-packages.ts';
import { BUDGET, type SizeReport } from './size-report.ts';

/** The report as text: parts, the total against the budget, and what weighs most in it. */
export function formatSizes({ parts, total, withModernDexie }: SizeReport): string {
  const rows = [
    ...parts.map(({ name, bundle }) => row(name, bundle)),
    row('together', total),
    row('with Dexie’s modern build', withModernDexie),
  ];
  const weights = [...weightsByFolder(total)]
    .sort(([, a], [, b]) => b - a)
    .map(([name, bytes]) => line(name, kb(bytes)));
  return [
    line('', 'minified', 'gzip'),
    ...rows,
    '',
    `Budget: ${kb(total.gzipped)} of ${kb(BUDGET)} KB; ${kb(total.later)} more on demand`,
    '',
    line('Before minifying', 'KB'),
    ...weights,
    '',
  ].join('\n');
}

const row = (name: string, { minified, gzipped }: Bundle): string => line(name, kb(minified), kb(gzipped));

const line = (name: string, ...cells: readonly string[]): string =>
  `${name.padEnd(28)}${cells.map((cell) => cell.padStart(10)).join('')}`.trimEnd();

const kb = (bytes: number): string => (bytes / 1000).toFixed(1);

/** `sdk/push` -> bytes, dependencies by their names. */
function weightsByFolder({ modules }: Bundle): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [file, bytes] of modules) {
    const name = folderOf(file);
    weights.set(name, (weights.get(name) ?? 0) + bytes);
  }
  return weights;
}

function folderOf(file: string): string {
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  if (dependency) return dependency;
  const own = /^(\w+)\/dist\/([^/]+)(\/|$)/.exec(relative(ROOT, file));
  if (!own) return 'the app';
  const [, name = '', part = '', isFolder] = own;
  return isFolder ? `${name}/${part}` : name;
}
