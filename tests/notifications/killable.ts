import type { Database } from '@backhaul/db';
import type { PoolClient } from 'pg';

/** One life of a worker: it ends at a chosen step, and from then on does nothing any more, as a killed process. */
export interface Life {
  /** Counts a step; throws once it is the last one. `after`: the step is done, but nobody hears of it. */
  step<T>(work: () => Promise<T>): Promise<T>;
  readonly isOver: () => boolean;
}

export class Killed extends Error {
  override readonly name = 'Killed';
}

/** `null`: it lives on. */
export function createLife(end: { readonly step: number; readonly when: 'before' | 'after' } | null): Life {
  let steps = 0;
  let isOver = false;
  return {
    isOver: () => isOver,
    async step(work) {
      if (isOver) throw new Killed();
      steps += 1;
      if (end === null || steps !== end.step) return work();
      isOver = true;
      if (end.when === 'after') await work();
      throw new Killed();
    },
  };
}

/** The database as a process with that life reaches it: what it has open when it ends is rolled back. */
export function killable(database: Database, life: Life): Database {
  const pool = new Proxy(database.pool, {
    get(target, name) {
      if (name !== 'connect') return Reflect.get(target, name, target) as unknown;
      return async () => {
        if (life.isOver()) throw new Killed();
        return mortalClient(await target.connect(), life);
      };
    },
  });
  return { ...database, pool };
}

function mortalClient(client: PoolClient, life: Life): PoolClient {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'query') {
        return (...args: unknown[]) =>
          life.step(() => (target.query as (...all: unknown[]) => Promise<unknown>).apply(target, args));
      }
      // A killed process takes its connections with it.
      if (name === 'release') return () => target.release(life.isOver());
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
