import { join } from 'node:path';
import { ROOT } from '../docs/markdown-pages.ts';
import { BUG_GROUPS } from './catalogue.ts';
import type { Catches } from './catches.ts';
import type { BugGroup, PlantedBug } from './planted-bug.ts';

export const PAGE = join(ROOT, 'docs/spec/planted-bugs.md');

/** The whole page. A bug that nothing has caught yet stands in it as such. */
export function renderPage(catches: Catches): string {
  const bugs = BUG_GROUPS.flatMap((group) => group.bugs);
  const caught = bugs.filter(({ id }) => catches[id] !== undefined);
  return `# Planted bugs

<!-- written by tests/planted-bugs/write-page.ts -->

Proof that the [simulation](simulation.md) notices: each bug below is a patch of one source file, applied by a module loader
in the process of the simulation and nowhere else. Of ${bugs.length} bugs, ${caught.length} are caught, each within 200 seeds; CI replays the plans
that caught them, with the bug and without. Only a violation of what the bug breaks counts, so that no crash passes for one.
Where none is caught yet, a few seeds have been tried and not 200: that says nothing about the simulation so far.

\`\`\`sh
npx -y pnpm@12 plant --bugs ${bugs[0]?.id ?? ''}   # looks for a seed again; without --bugs: for all that nothing has caught
node tests/planted-bugs/write-page.ts             # this page
\`\`\`

A patch names the text that it replaces. Where that text is no longer in the file exactly once, a test fails: rewrite the
patch, and look for a seed again.

${BUG_GROUPS.map((group) => section(group, catches)).join('\n')}`;
}

function section({ part, bugs }: BugGroup, catches: Catches): string {
  const head = '| bug | with it | breaks | caught by | seed | scenarios tried |\n| --- | --- | --- | --- | --- | --- |';
  return `## ${part}\n\n${head}\n${bugs.map((bug) => line(bug, catches)).join('\n')}\n`;
}

function line({ id, title, breaks }: PlantedBug, catches: Catches): string {
  const found = catches[id];
  const seed =
    found === undefined ? '' : found.profile === 'mixed' ? String(found.seed) : `${found.seed} (${found.profile})`;
  const cells = [
    `\`${id}\``,
    title,
    breaks.join(', '),
    found?.invariant ?? 'not caught yet',
    seed,
    String(found?.scenariosTried ?? ''),
  ];
  return `| ${cells.join(' | ')} |`;
}
