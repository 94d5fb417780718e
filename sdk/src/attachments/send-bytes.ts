import type { ResolvedOptions } from '../options.ts';

/** One upload to an address of the object store. */
export interface SendRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly bytes: ArrayBuffer;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number) => void;
}

/** Answers the HTTP status. Rejects when there is no answer. */
export type SendBytes = (request: SendRequest) => Promise<number>;

/** What is given as `fetch` carries everything. */
export function senderOf({ sendBytes, hasOwnFetch, fetch }: ResolvedOptions): SendBytes {
  if (sendBytes) return sendBytes;
  return hasOwnFetch || !('XMLHttpRequest' in globalThis) ? sendByFetch(fetch) : sendByXhr;
}

/** Tells no progress. */
function sendByFetch(fetch: typeof globalThis.fetch): SendBytes {
  return async ({ url, headers, bytes, signal }) => {
    const response = await fetch(url, { method: 'PUT', headers, body: bytes, signal });
    await response.arrayBuffer();
    return response.status;
  };
}

/** The one way in which a browser tells how much of a body has been sent. */
export const sendByXhr: SendBytes = ({ url, headers, bytes, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () => resolve(request.status));
    const end = (): void => reject(new Error('The upload was cut off'));
    request.addEventListener('error', end);
    request.addEventListener('abort', end);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) end();
    else request.send(bytes);
  });
