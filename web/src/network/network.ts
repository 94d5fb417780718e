import type { ConnectionSignals } from '@backhaul/sdk';
import { useSyncExternalStore } from 'react';

const KEY = 'backhaul.offline';
const listeners = new Set<() => void>();
let cutOff = sessionStorage.getItem(KEY) === 'yes';

/** Whether this tab plays offline. It is remembered for the tab's life, so that a reload does not end it. */
export const isCutOff = (): boolean => cutOff;

export function setCutOff(value: boolean): void {
  cutOff = value;
  sessionStorage.setItem(KEY, value ? 'yes' : 'no');
  for (const listener of listeners) listener();
}

/** The way out for everything that the app sends: fails while it plays offline, as a dead network would. */
export const networkFetch: typeof fetch = async (input, init) => {
  if (cutOff) throw new TypeError('This tab plays offline');
  return fetch(input, init);
};

/** What the SDK hears of the connection: the browser's own word, and the switch. */
export const signals: ConnectionSignals = {
  isOnline: () => navigator.onLine && !cutOff,
  isVisible: () => document.visibilityState !== 'hidden',
  subscribe(listener) {
    const ended = new AbortController();
    const { signal } = ended;
    listeners.add(listener);
    addEventListener('online', listener, { signal });
    addEventListener('offline', listener, { signal });
    document.addEventListener('visibilitychange', listener, { signal });
    return () => {
      listeners.delete(listener);
      ended.abort();
    };
  },
};

const subscribe = (listener: () => void): (() => void) => signals.subscribe(listener);
const isOnline = (): boolean => signals.isOnline();

export function useCutOff(): boolean {
  return useSyncExternalStore(subscribe, isCutOff);
}

export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, isOnline);
}
