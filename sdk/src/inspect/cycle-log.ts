import type { BackhaulErrorCode } from '../errors.ts';

/** Requests of one kind in a cycle. */
export interface Traffic {
  readonly requests: number;
  readonly milliseconds: number;
  /** Of the bodies, before compression. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface CycleRecord {
  /** ISO-8601 UTC, the device's clock. */
  readonly startedAt: string;
  /** `null`: it is under way. */
  readonly milliseconds: number | null;
  readonly push: Traffic;
  readonly pull: Traffic;
  readonly error: BackhaulErrorCode | null;
}

export interface Exchange {
  readonly kind: 'push' | 'pull';
  readonly milliseconds: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** The last cycles of this tab, for whoever looks into it: `db.sync.inspect()`. */
export interface CycleLog {
  /** Does nothing while a cycle is under way. */
  began(): void;
  exchanged(exchange: Exchange): void;
  ended(error: BackhaulErrorCode | null): void;
  /** The oldest first. */
  read(): readonly CycleRecord[];
}

const KEPT = 20;
const NONE: Traffic = { requests: 0, milliseconds: 0, bytesSent: 0, bytesReceived: 0 };

export function createCycleLog(now: () => number): CycleLog {
  const ended: CycleRecord[] = [];
  let current: CycleRecord | null = null;
  let startedAt = 0;
  return {
    began() {
      if (current !== null) return;
      startedAt = now();
      const started = new Date(startedAt).toISOString();
      current = { startedAt: started, milliseconds: null, push: NONE, pull: NONE, error: null };
    },
    exchanged({ kind, milliseconds, bytesSent, bytesReceived }) {
      if (current === null) return;
      const before = current[kind];
      const traffic = {
        requests: before.requests + 1,
        milliseconds: before.milliseconds + milliseconds,
        bytesSent: before.bytesSent + bytesSent,
        bytesReceived: before.bytesReceived + bytesReceived,
      };
      current = { ...current, [kind]: traffic };
    },
    ended(error) {
      if (current === null) return;
      ended.push({ ...current, milliseconds: now() - startedAt, error });
      if (ended.length > KEPT) ended.shift();
      current = null;
    },
    read: () => (current === null ? [...ended] : [...ended, current]),
  };
}
