/** What bounds the streams of one instance. Times in milliseconds, sizes in bytes. */
export interface StreamSettings {
  /** Streams at once; 0: this deployment serves none. */
  readonly max: number;
  /** A comment is written this often, so that neither side nor a proxy takes a quiet stream for a dead one. */
  readonly heartbeatMs: number;
  /** Memberships are looked at this often, news or not. */
  readonly recheckMs: number;
  /** A stream ends in the last quarter of this, so that those that began together do not come back together. */
  readonly lifetimeMs: number;
  /** News of more than this is only announced. No rows: all of it is, and none is read. */
  readonly maxRows: number;
  readonly maxBytes: number;
  /** A reader that leaves more than this unread is too slow for a stream. */
  readonly maxUnread: number;
  /** Tenants whose news is read at once: the rest of the connections are for requests. */
  readonly maxReads: number;
  /** Between two looks at the clocks of the tenants that listen here: with pokes of other instances, and without. */
  readonly lookMs: number;
  readonly blindLookMs: number;
}

export const STREAM_SETTINGS: StreamSettings = {
  max: 5_000,
  heartbeatMs: 25_000,
  recheckMs: 60_000,
  lifetimeMs: 3_600_000,
  maxRows: 200,
  maxBytes: 64 * 1024,
  maxUnread: 256 * 1024,
  maxReads: 4,
  lookMs: 15_000,
  blindLookMs: 2_000,
};
