import { liveQuery } from 'dexie';
import { type DependencyList, useEffect, useState } from 'react';

type Answer<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The result of a query, again whenever it may have changed: by this tab, another one, or a pull. `initial` until the first
 * result is there; while the query runs again, after a change of `deps` too, the last result stays. A query that fails throws
 * to the nearest error boundary. Like that of `dexie-react-hooks`, which an app then does not need.
 */
export function useLiveQuery<T>(query: () => Promise<T> | T, deps: DependencyList): T | undefined;
export function useLiveQuery<T, I>(query: () => Promise<T> | T, deps: DependencyList, initial: I): T | I;
export function useLiveQuery<T>(query: () => Promise<T> | T, deps: DependencyList, initial?: T): T | undefined {
  const [answer, setAnswer] = useState<Answer<T> | null>(null);
  useEffect(() => {
    const subscription = liveQuery(query).subscribe(
      (value) => setAnswer({ value }),
      (error: unknown) => setAnswer({ error }),
    );
    return () => subscription.unsubscribe();
    // The caller says when it is another query: a function written in place is a new one with every rendering.
  }, deps);
  if (answer === null) return initial;
  if ('error' in answer) throw answer.error;
  return answer.value;
}
