import type { Cursor, StreamChanges, StreamEventName } from '@backhaul/shared';

/** Server-sent events as bytes, made once and written to any number of streams. */
export const HEARTBEAT = Buffer.from(':\n\n');
export const REVOKED = frame('revoked', {});

export function changesFrame(news: StreamChanges): Buffer {
  return frame('changes', news);
}

export function pokeFrame(cursor: Cursor): Buffer {
  return frame('poke', { cursor });
}

/** JSON has no line breaks outside of strings and none unescaped inside, so that one `data` line holds it. */
function frame(event: StreamEventName, data: object): Buffer {
  return Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
