import type { GeneratedTable } from './generated-tables.ts';
import { type ExportedName, exportedNames } from './sdk-exports.ts';

/** What each entry of the SDK exports, by the name that an app imports it with. */
export const SDK_ENTRIES: readonly GeneratedTable[] = [
  { name: '@backhaul/sdk', entry: 'sdk/src/index.ts' },
  { name: '@backhaul/sdk/react', entry: 'sdk/src/react/index.ts' },
  { name: '@backhaul/sdk/testing', entry: 'sdk/src/test-kit/index.ts' },
].map(({ name, entry }) => ({
  page: 'docs/reference/sdk.md',
  name,
  render: async () => renderEntry(await exportedNames(entry)),
}));

/** Values first, then types, each with what its source says, and the members of interfaces. */
function renderEntry(names: readonly ExportedName[]): string {
  const values = names.filter(({ kind }) => kind === 'value');
  const types = names.filter(({ kind }) => kind === 'type');
  return `\n${[...values, ...types].map(renderName).join('\n')}\n`;
}

function renderName({ name, comment, definition, members }: ExportedName): string {
  const rows = members.map(
    ({ signature, comment: said }) => `| \`${signature.replaceAll('|', '\\|')}\` | ${cell(said)} |`,
  );
  const table = rows.length === 0 ? [] : ['', '| member | |', '| --- | --- |', ...rows];
  const code = definition === '' ? [] : ['', '```typescript', definition.replace(/^export /, ''), '```'];
  return [`### \`${name}\``, ...(comment === '' ? [] : ['', prose(comment)]), ...code, ...table, ''].join('\n');
}

/** Angle brackets would be read as HTML, but not in code. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, place) => (place % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('`');
}

function cell(text: string): string {
  return prose(text).replaceAll('|', '\\|');
}
