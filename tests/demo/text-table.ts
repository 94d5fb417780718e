/** Rows under a heading, each column as wide as it needs and at most as wide as it may. */
export interface Column {
  readonly heading: string;
  readonly max?: number;
  readonly align?: 'right';
}

export const WIDTH = 98;

/** Lines of plain text. What does not fit into its column ends in an ellipsis. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ heading, max = WIDTH }, n) =>
    Math.min(max, Math.max(heading.length, ...rows.map((row) => row[n]?.length ?? 0))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, n) => {
        const cell = clip(cells[n] ?? '', widths[n] ?? 0);
        return align === 'right' ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ heading }) => heading)),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(line),
  ];
}

export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Breaks at spaces; later lines are indented as the first. */
export function wrap(text: string, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text) => ' '.repeat(indent) + text);
}
