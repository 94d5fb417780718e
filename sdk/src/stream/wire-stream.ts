import { readMemory } from '../store/local-database.ts';
import { failure } from '../transport/failure.ts';
import { readStream } from './read-stream.ts';
import type { LiveStreamParts } from './start-stream.ts';
import { createStreamRunner, type StreamRunner } from './stream-runner.ts';

/** Wires the stream to the sync cycle: what it brings goes through the cycle's single flow. */
export function wireStream({ local, options, deviceId, runner, onLive }: LiveStreamParts): StreamRunner {
  return createStreamRunner({
    options,
    async position() {
      const { cursor, resync } = await readMemory(local);
      return resync === null ? cursor : null;
    },
    read: (since, listener, signal) =>
      readStream(options, { deviceId, since, schemaVersion: local.schemaVersion, listener, signal }),
    onLive(live) {
      onLive(live);
      runner().dispatch({ kind: 'liveChanged', live });
    },
    onMessage(message) {
      if (message.kind === 'changes') runner().tell(message.news);
      else runner().dispatch(message.kind === 'poke' ? POKED : { kind: 'revoked', failure: REVOKED });
    },
    onPull: () => runner().dispatch(POKED),
    onRevoked: (revoked) => runner().dispatch({ kind: 'revoked', failure: revoked }),
  });
}

const POKED = { kind: 'poked' } as const;
const REVOKED = failure('DEVICE_REVOKED', 'This device has been revoked', { kind: 'revoked' });
