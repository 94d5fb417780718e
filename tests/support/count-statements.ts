import type { Database } from '@backhaul/db';

/** Messages to PostgreSQL that carry statements, from all connections of a pool, while `work` runs. */
export async function countStatements<T>(
  { pool }: Database,
  work: () => Promise<T>,
): Promise<{ answer: T; count: number }> {
  let count = 0;
  const restore = new Map<object, () => void>();
  const watch = (client: { query: (...args: never[]) => unknown }): void => {
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
  pool.on('acquire', watch as never);
  try {
    return { answer: await work(), count };
  } finally {
    pool.off('acquire', watch as never);
    for (const undo of restore.values()) undo();
  }
}
