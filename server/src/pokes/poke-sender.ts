import type { Cursor, TenantId } from '@backhaul/shared';
import type { ClockListener } from './clock-signal.ts';
import { encodePokes } from './poke.ts';

export interface PokeSenderParts {
  readonly send: (messages: readonly string[]) => Promise<void>;
  /** The pokes are lost; a timed look at the clocks makes up for it. */
  readonly onTrouble: (error: unknown) => void;
}

/** One send at a time; what moves meanwhile goes with the next one, each tenant once. */
export function createPokeSender({ send, onTrouble }: PokeSenderParts): ClockListener {
  const waiting = new Map<TenantId, Cursor>();
  let isSending = false;

  async function flush(): Promise<void> {
    isSending = true;
    while (waiting.size > 0) {
      const pokes = [...waiting].map(([tenantId, clock]) => ({ tenantId, clock }));
      waiting.clear();
      await send(encodePokes(pokes)).catch(onTrouble);
    }
    isSending = false;
  }

  return (tenantId, clock) => {
    // Commits may be told out of their order.
    const known = waiting.get(tenantId);
    if (known === undefined || clock > known) waiting.set(tenantId, clock);
    if (!isSending) void flush();
  };
}
