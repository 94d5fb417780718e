/** What the platform knows about the network and about who is looking. */
export interface ConnectionSignals {
  /** `false` only when there is certainly no network. */
  isOnline(): boolean;
  isVisible(): boolean;
  /** The network is paid for by its use, as far as the platform says. Left out: nobody knows. */
  isMetered?(): boolean;
  /** Calls back when either may have changed; answers a function that ends it. */
  subscribe(listener: () => void): () => void;
}

/** A browser's window; outside one: always online, always visible. */
export const platformSignals: ConnectionSignals = {
  isOnline: () => globalThis.navigator?.onLine ?? true,
  isVisible: () => globalThis.document?.visibilityState !== 'hidden',
  isMetered() {
    const { connection } = (globalThis.navigator ?? {}) as { readonly connection?: NetworkInformation };
    return connection?.saveData === true || connection?.type === 'cellular';
  },
  subscribe(listener) {
    if (typeof globalThis.addEventListener !== 'function') return () => undefined;
    const ended = new AbortController();
    const { signal } = ended;
    globalThis.addEventListener('online', listener, { signal });
    globalThis.addEventListener('offline', listener, { signal });
    globalThis.document?.addEventListener('visibilitychange', listener, { signal });
    return () => ended.abort();
  },
};

/** Of Chromium; others do not say. */
interface NetworkInformation {
  readonly saveData?: boolean;
  readonly type?: string;
}
