/** Characters of one statement's JSON. PostgreSQL takes 256 MiB; far less holds up everybody else. */
const MAX_STATEMENT = 8 * 1024 * 1024;

/** JSON arrays of these rows, none of them longer than a statement should be, unless one row alone is. */
export function jsonBatches(rows: readonly string[]): string[] {
  const batches: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (size + row.length > MAX_STATEMENT) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(row);
    size += row.length;
  }
  return batches.map((batch) => `[${batch.join(',')}]`);
}
