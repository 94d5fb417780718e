import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';

/** A connection of its own that listens on one channel, and sends on it; comes back by itself when it is lost. */
export interface NotifyChannel {
  /** Whether messages arrive now. */
  readonly isListening: boolean;
  /**
   * Sends each text, below 8,000 bytes, as a message of its own, in one statement outside of any transaction: a NOTIFY holds a
   * lock of the whole database at the commit of its transaction. Rejects while there is no connection.
   */
  send(messages: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface NotifyChannelOptions {
  /** Must reach the server itself: a transaction pooler takes a LISTEN and delivers nothing. */
  readonly connectionString: string;
  readonly channel: string;
  /** The connection's own messages arrive, too. */
  readonly onMessage: (text: string) => void;
  /** Whenever it begins to listen; what was sent before is lost. */
  readonly onListening: () => void;
  /** The connection was lost or could not be made. */
  readonly onTrouble: (error: unknown) => void;
  /** From 0 to below 1; spreads the reconnects of many instances. */
  readonly random: () => number;
}

const CONNECT_MS = 10_000;
/** A statement that takes longer has met a dead connection. */
const QUERY_MS = 10_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Connects in the background: a service starts, and serves, without. */
export function openNotifyChannel(options: NotifyChannelOptions): NotifyChannel {
  const closed = new AbortController();
  let listening: Client | null = null;

  async function keepListening(): Promise<void> {
    for (let attempt = 0; !closed.signal.aborted; attempt += 1) {
      const client = createClient(options);
      const lost = lossOf(client);
      try {
        await connect(client, options.channel);
        listening = client;
        attempt = 0;
        // Closed while it connected: `close` had no connection to end yet.
        if (closed.signal.aborted) break;
        options.onListening();
        throw await lost;
      } catch (error) {
        if (!closed.signal.aborted) options.onTrouble(error);
      } finally {
        listening = null;
        await client.end().catch(() => undefined);
      }
      await delay(waitAfter(attempt, options.random), null, { signal: closed.signal }).catch(() => undefined);
    }
  }

  const kept = keepListening();
  return {
    get isListening() {
      return listening !== null;
    },
    async send(messages) {
      if (listening === null) throw new Error('Not connected');
      await listening.query('select pg_notify($1, message) from unnest($2::text[]) as message', [
        options.channel,
        messages,
      ]);
    },
    async close() {
      closed.abort();
      await listening?.end().catch(() => undefined);
      await kept;
    },
  };
}

function createClient({ connectionString, onMessage }: NotifyChannelOptions): Client {
  const client = new Client({
    connectionString,
    application_name: 'backhaul-pokes',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  });
  client.on('notification', ({ payload }) => onMessage(payload ?? ''));
  return client;
}

/** Resolves with the reason when the connection ends, however it ends. */
function lossOf(client: Client): Promise<Error> {
  return new Promise((resolve) => {
    client.on('error', resolve);
    client.on('end', () => resolve(new Error('The connection ended')));
  });
}

async function connect(client: Client, channel: string): Promise<void> {
  await client.connect();
  // A message is worth nothing after a crash, so that nobody waits for it to reach the disk.
  await client.query(`set synchronous_commit = off; listen ${escapeIdentifier(channel)}`);
}

/** Full jitter. */
function waitAfter(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
}
