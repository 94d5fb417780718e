/** A value that tells its listeners when it changes. */
export interface Observed<T> {
  get(): T;
  /** Calls back on every change, not at once; answers a function that ends it. */
  subscribe(listener: (value: T) => void): () => void;
}

export interface ObservedSource<T> extends Observed<T> {
  update(changes: Partial<T>): void;
}

/** `get` answers the same object until something in it changes, as React's external stores need it. */
export function observed<T extends object>(initial: T): ObservedSource<T> {
  let value = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    update(changes) {
      const keys = Object.keys(changes) as (keyof T)[];
      if (keys.every((key) => Object.is(value[key], changes[key]))) return;
      value = { ...value, ...changes };
      for (const listener of listeners) call(listener, value);
    },
  };
}

/** An app's listener that throws is the app's to hear of; what is told of a change goes on. */
function call<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
