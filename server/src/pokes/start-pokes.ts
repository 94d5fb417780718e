import { type NotifyChannel, openNotifyChannel } from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import type { Services } from '../services.ts';
import { watchClocks } from './clock-watch.ts';
import { decodePokes, type Poke } from './poke.ts';
import { createPokeSender } from './poke-sender.ts';

/** How this instance's pokes reach the others, and theirs this one. */
export type PokeRoute =
  /** A connection to the server itself: sends and listens. */
  | { readonly kind: 'direct'; readonly connectionString: string }
  /** The pool of the application role, perhaps through a transaction pooler, where nobody can listen: sends only. */
  | { readonly kind: 'pool' }
  /** There are no others. */
  | { readonly kind: 'none' };

export interface PokeParts extends Pick<Services, 'database' | 'clocks' | 'pokeRoute' | 'random'> {
  readonly settings: Pick<Services['streams'], 'lookMs' | 'blindLookMs'>;
  readonly onPoke: (poke: Poke) => void;
  /** The tenants whose pokes are of interest here. */
  readonly listened: () => readonly TenantId[];
  readonly onTrouble: (error: unknown, what: string) => void;
}

const CHANNEL = 'backhaul_pokes';

/**
 * Passes on, after each commit, which tenant's clock has moved: at once to `onPoke`, and coalesced to other instances. Pokes
 * may be lost on the way; a look at the clocks, now and then and after each reconnect, makes up for it.
 */
export function startPokes(parts: PokeParts): { close(): Promise<void> } {
  const { clocks, onPoke, onTrouble } = parts;
  const stack = new AsyncDisposableStack();
  let channel: NotifyChannel | null = null;
  const watch = watchClocks({ ...parts, isListening: () => channel?.isListening ?? false });
  stack.defer(() => watch.close());
  if (parts.pokeRoute.kind === 'direct') {
    channel = openNotifyChannel({
      connectionString: parts.pokeRoute.connectionString,
      channel: CHANNEL,
      onMessage: (message) => decodePokes(message).forEach(onPoke),
      onListening: () => watch.look(),
      onTrouble: (error) => onTrouble(error, 'no connection for pokes'),
      random: parts.random,
    });
    stack.defer(() => channel?.close());
  }
  const send = sendOf(parts, channel);
  const pass = send && createPokeSender({ send, onTrouble: (error) => onTrouble(error, 'pokes were lost') });
  const unsubscribe = clocks.subscribe((tenantId, clock) => {
    onPoke({ tenantId, clock });
    pass?.(tenantId, clock);
  });
  stack.defer(unsubscribe);
  return { close: () => stack.disposeAsync() };
}

function sendOf(
  { pokeRoute, database }: PokeParts,
  channel: NotifyChannel | null,
): ((messages: readonly string[]) => Promise<void>) | null {
  switch (pokeRoute.kind) {
    case 'direct':
      // Without a connection there is nothing to report: its loss has been.
      return async (messages) => (channel?.isListening ? channel.send(messages) : undefined);
    case 'pool':
      return async (messages) => {
        await database.pool.query('select pg_notify($1, message) from unnest($2::text[]) as message', [
          CHANNEL,
          messages,
        ]);
      };
    case 'none':
      return null;
  }
}
