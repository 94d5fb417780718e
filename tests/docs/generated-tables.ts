import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES, ERROR_POLICY } from '@backhaul/shared';
import { OPTIONS, type Option } from '../../server/src/config/options.ts';
import { ROOT } from './markdown-pages.ts';

/** A table in a page that is made from a table in the code. It stands between two comments that name it. */
export interface GeneratedTable {
  readonly page: string;
  readonly name: string;
  readonly render: () => string | Promise<string>;
}

export const ERROR_TABLE: GeneratedTable = { page: 'docs/reference/errors.md', name: 'errors', render: errorTable };
export const OPTION_TABLE: GeneratedTable = {
  page: 'docs/reference/configuration.md',
  name: 'options',
  render: optionTable,
};

/** What the page holds now. Throws when the page has no place for the table. */
export async function storedTable({ page, name }: GeneratedTable): Promise<string> {
  return split(await readFile(join(ROOT, page), 'utf8'), name).table;
}

export async function writeTable({ page, name, render }: GeneratedTable): Promise<void> {
  const path = join(ROOT, page);
  const { before, after } = split(await readFile(path, 'utf8'), name);
  await writeFile(path, `${before}${await render()}${after}`);
}

function split(text: string, name: string): { before: string; table: string; after: string } {
  const [start, end] = [`<!-- ${name}: written by tests/docs/write-tables.ts -->\n`, `<!-- end of ${name} -->`];
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  if (from < start.length || to < from) throw new Error(`The page has no place for the table ${name}`);
  return { before: text.slice(0, from), table: text.slice(from, to), after: text.slice(to) };
}

function errorTable(): string {
  const rows = ERROR_CODES.map((code) => {
    const { status, retry, meaning } = ERROR_POLICY[code];
    return [`\`${code}\``, String(status), retry, meaning];
  });
  return table(['code', 'status', 'retry', 'meaning'], rows);
}

function optionTable(): string {
  const rows = (Object.entries(OPTIONS) as [string, Option<unknown>][]).map(
    ([name, { defaultText, secret, explanation }]) => [
      `\`${name}\``,
      // What is no value, but a description of one, has spaces.
      /^\S+$/.test(defaultText) ? `\`${defaultText}\`` : defaultText,
      secret ? 'yes' : '',
      explanation,
    ],
  );
  return table(['variable', 'default', 'secret', 'meaning'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return `\n${lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')}\n\n`;
}

/** Angle brackets would be read as HTML, and a bar as the end of the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
