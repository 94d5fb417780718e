import { BackhaulError, type LocalErrorCode } from '../errors.ts';

const CODES: { readonly [name: string]: LocalErrorCode } = {
  QuotaExceededError: 'STORAGE_FULL',
  // A private window, blocked cookies, a sandboxed frame.
  SecurityError: 'STORAGE_UNAVAILABLE',
  InvalidStateError: 'STORAGE_UNAVAILABLE',
  MissingAPIError: 'STORAGE_UNAVAILABLE',
};

/** What IndexedDB or Dexie said, under a code of ours; Dexie wraps the cause, sometimes twice. */
export function storageError(error: unknown): BackhaulError {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as { inner?: unknown }).inner) {
    if (cause instanceof BackhaulError) return cause;
    const code = CODES[(cause as Partial<Error>).name ?? ''];
    if (code) return new BackhaulError(code, String(error));
  }
  return new BackhaulError('STORAGE', error instanceof Error ? error.message : String(error));
}

/**
 * A disk that is full ends a transaction when it commits, and Dexie tells the app of an abort. It rejects with the error that
 * the transaction states when it hears of one, so it is told of one first.
 */
export function codeQuotaError(transaction: IDBTransaction): void {
  transaction.addEventListener('abort', (event) => {
    if (transaction.error?.name !== 'QuotaExceededError') return;
    Object.defineProperty(transaction, 'error', { value: storageError(transaction.error) });
    transaction.onerror?.(event);
  });
}
