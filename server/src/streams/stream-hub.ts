import type { Cursor, DeviceId, TenantId } from '@backhaul/shared';
import type { Poke } from '../pokes/poke.ts';
import { HEARTBEAT } from './frames.ts';
import type { Listener } from './listener.ts';
import { type EndReason, type NewsParts, readNews, type Verdict } from './read-news.ts';
import type { StreamSettings } from './stream-settings.ts';

/** Where a listener's events go. */
export interface Sink {
  /** `false`: the reader is too slow, or gone; nothing more will be taken. */
  write(frame: Buffer): boolean;
  end(reason: StreamEnd): void;
}

export type StreamEnd = EndReason | 'noTenant' | 'replaced' | 'tooSlow' | 'expired' | 'closing' | 'hungUp';

/** All streams of this instance. */
export interface StreamHub {
  readonly size: number;
  /** The tenants that anybody listens to here. */
  readonly tenants: readonly TenantId[];
  /** Whether one more device may listen. One that listens already takes the place of its old stream. */
  hasRoomFor(listener: Pick<Listener, 'tenantId' | 'deviceId'>): boolean;
  /**
   * Registers a listener, then has its tenant's news read from the listener's cursor on: what is committed before that read is
   * in it, and what is committed after it is poked (I4). Answers a function for when the reader hangs up.
   */
  open(listener: Listener, sink: Sink): () => void;
  /** A tenant's clock has moved, here or elsewhere. */
  poke(poke: Poke): void;
  /** Ends all streams; no more are taken. */
  close(): void;
}

export interface HubParts extends NewsParts {
  readonly settings: StreamSettings;
  readonly random: () => number;
  /** Reading the news of a tenant failed; it is tried again with the next poke or look. */
  readonly onTrouble: (error: unknown) => void;
}

interface Stream {
  listener: Listener;
  readonly sink: Sink;
  readonly endsAt: number;
  /** Those that are visited on the same beat. */
  readonly share: Set<Stream>;
}

/** The streams of one tenant, and how far its news has been told. */
interface Room {
  readonly tenantId: TenantId;
  readonly streams: Map<DeviceId, Stream>;
  /** The latest clock that a read was asked for; `null`: the last read failed. */
  heard: Cursor | null;
  isReading: boolean;
  checkedAt: number;
}

/** Beats in one heartbeat: each wakes its share of the streams, so that thousands do not write at once. */
const BEATS = 25;

export function createStreamHub(parts: HubParts): StreamHub {
  const { settings, random, onTrouble } = parts;
  const rooms = new Map<TenantId, Room>();
  /** Whose news is to be read, in turn. A read tells everything there is: pokes that come before it begins are one. */
  const due = new Set<Room>();
  const beats = Array.from({ length: BEATS }, () => new Set<Stream>());
  let size = 0;
  let opened = 0;
  let beat = 0;
  let reads = 0;
  let isClosed = false;
  const now = (): number => parts.now().getTime();
  const clockwork = setInterval(tick, settings.heartbeatMs / BEATS);
  clockwork.unref();

  function open(listener: Listener, sink: Sink): () => void {
    const { tenantId, deviceId } = listener;
    const old = rooms.get(tenantId)?.streams.get(deviceId);
    if (old) leave(old, 'replaced');
    const endsAt = now() + settings.lifetimeMs * (0.75 + random() / 4);
    const stream: Stream = { listener, sink, endsAt, share: beats[opened % BEATS] as Set<Stream> };
    const room = rooms.get(tenantId) ?? newRoom(tenantId);
    room.streams.set(deviceId, stream);
    stream.share.add(stream);
    size += 1;
    opened += 1;
    if (isClosed) leave(stream, 'closing');
    else makeDue(room);
    return () => leave(stream, 'hungUp');
  }

  function newRoom(tenantId: TenantId): Room {
    const room: Room = { tenantId, streams: new Map(), heard: null, isReading: false, checkedAt: now() };
    rooms.set(tenantId, room);
    return room;
  }

  function leave(stream: Stream, reason: StreamEnd): void {
    const { tenantId, deviceId } = stream.listener;
    const room = rooms.get(tenantId);
    if (room?.streams.get(deviceId) !== stream) return;
    room.streams.delete(deviceId);
    stream.share.delete(stream);
    if (room.streams.size === 0) {
      rooms.delete(tenantId);
      due.delete(room);
    }
    size -= 1;
    stream.sink.end(reason);
  }

  function poke({ tenantId, clock }: Poke): void {
    const room = rooms.get(tenantId);
    // This instance's own pokes come back from the others' channel.
    if (!room || (room.heard !== null && clock <= room.heard)) return;
    room.heard = clock;
    makeDue(room);
  }

  function makeDue(room: Room): void {
    due.add(room);
    readSome();
  }

  /** Starts as many reads as may run at once; a tenant's never overlap, so that each stream is told in order. */
  function readSome(): void {
    for (const room of due) {
      if (reads >= settings.maxReads) return;
      if (!room.isReading) void read(room);
    }
  }

  async function read(room: Room): Promise<void> {
    due.delete(room);
    room.isReading = true;
    reads += 1;
    const asked = [...room.streams.values()].map((stream) => [stream, stream.listener] as const);
    try {
      const news = await readNews(
        parts,
        room.tenantId,
        asked.map(([, listener]) => listener),
      );
      for (const [stream, listener] of asked) {
        if (room.streams.get(listener.deviceId) === stream) tell(stream, news?.verdicts.get(listener) ?? null);
      }
      if (news && (room.heard === null || room.heard < news.clock)) room.heard = news.clock;
      room.checkedAt = now();
    } catch (error) {
      room.heard = null;
      onTrouble(error);
    }
    room.isReading = false;
    reads -= 1;
    readSome();
  }

  function tell(stream: Stream, verdict: Verdict | null): void {
    switch (verdict?.kind) {
      case undefined:
        return leave(stream, 'noTenant');
      case 'current':
        return;
      case 'news':
        stream.listener = { ...stream.listener, cursor: verdict.cursor };
        return write(stream, verdict.frame);
      case 'ended':
        if (verdict.lastFrame) write(stream, verdict.lastFrame);
        return leave(stream, verdict.reason);
    }
  }

  function write(stream: Stream, frame: Buffer): void {
    if (!stream.sink.write(frame)) leave(stream, 'tooSlow');
  }

  function tick(): void {
    beat = (beat + 1) % BEATS;
    const at = now();
    for (const stream of beats[beat] ?? []) {
      if (at >= stream.endsAt) leave(stream, 'expired');
      else write(stream, HEARTBEAT);
    }
    for (const room of rooms.values()) {
      if (at - room.checkedAt < settings.recheckMs) continue;
      room.checkedAt = at;
      due.add(room);
    }
    readSome();
  }

  return {
    get size() {
      return size;
    },
    get tenants() {
      return [...rooms.keys()];
    },
    hasRoomFor: ({ tenantId, deviceId }) =>
      !isClosed && (size < settings.max || rooms.get(tenantId)?.streams.has(deviceId) === true),
    open,
    poke,
    close() {
      isClosed = true;
      clearInterval(clockwork);
      for (const room of rooms.values()) for (const stream of room.streams.values()) leave(stream, 'closing');
    },
  };
}
