import type { FastifyReply } from 'fastify';
import { HEARTBEAT } from './frames.ts';
import type { Sink, StreamEnd } from './stream-hub.ts';
import type { StreamSettings } from './stream-settings.ts';

/** A reader that does not take what is left within this is cut off; milliseconds. */
const LAST_WORDS_MS = 1_000;

/**
 * Turns a reply into server-sent events. From here on it is out of the framework's hands: nothing is compressed or held
 * back, and the headers that hooks have set go out with it.
 */
export function openEventStream(
  reply: FastifyReply,
  { maxUnread }: Pick<StreamSettings, 'maxUnread'>,
  onEnd: (reason: StreamEnd) => void,
): Sink & { onHangUp(listener: () => void): void } {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    // A connection that is kept after its stream has ended would hold up the closing of the service.
    connection: 'close',
  });
  // The first bytes tell the reader, and every proxy between, that the stream is open.
  raw.write(HEARTBEAT);
  return {
    write(frame) {
      if (raw.destroyed || raw.writableEnded) return false;
      raw.write(frame);
      return raw.writableLength <= maxUnread;
    },
    end(reason) {
      onEnd(reason);
      if (reason === 'tooSlow' || reason === 'hungUp') return void raw.destroy();
      raw.end();
      const cutOff = setTimeout(() => raw.destroy(), LAST_WORDS_MS);
      cutOff.unref();
      raw.once('close', () => clearTimeout(cutOff));
    },
    onHangUp(listener) {
      raw.once('close', listener);
      // It may have hung up while its token was being checked.
      if (raw.destroyed) listener();
    },
  };
}
