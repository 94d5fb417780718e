import type { Database } from '@backhaul/db';

/** Messages to PostgreSQL that carry statements, from all connections of a pool, while `work` runs. */
export async function countStatements<T>(
  { pool }: Database,
  work: () => Promise<T>,
): Promise<{ answer: T; count: number }> {
  let count = 0;
  const restore = new Map<object, () => void>();
  const watch = (client: { query: (...args: unknown[]) => unknown }): void => {
    if (restore.has(client)) return;
    const { query } = client;
    client.query = (...args) => {
      count += 1;
      return query.apply(client, args);
    };
    restore.set(client, () => {
      client.query = query;
    });
  };
  // pg declares `query` by its overloads; what passes through it is of no interest here.
  const onAcquire = (client: unknown): void => watch(client as Parameters<typeof watch>[0]);
  pool.on('acquire', onAcquire);
  try {
    return { answer: await work(), count };
  } finally {
    pool.off('acquire', onAcquire);
    for (const undo of restore.values()) undo();
  }
}
