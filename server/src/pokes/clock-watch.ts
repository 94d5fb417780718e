import { type Database, readClocks } from '@backhaul/db';
import type { TenantId } from '@backhaul/shared';
import type { Poke } from './poke.ts';

export interface ClockWatchParts {
  readonly database: Database;
  /** The tenants whose clocks are looked at; none costs no statement. */
  readonly listened: () => readonly TenantId[];
  readonly onPoke: (poke: Poke) => void;
  readonly onTrouble: (error: unknown, what: string) => void;
  /** Whether pokes of other instances arrive; if not, it looks more often. */
  readonly isListening: () => boolean;
  readonly settings: { readonly lookMs: number; readonly blindLookMs: number };
  readonly random: () => number;
}

export interface ClockWatch {
  /** Looks now, too. */
  look(): void;
  /** Resolves when the look that is under way has ended. */
  close(): Promise<void>;
}

/** Pokes for every listened tenant with what its clock says, from time to time. One statement for all of them. */
export function watchClocks(parts: ClockWatchParts): ClockWatch {
  const { database, listened, onPoke, onTrouble, isListening, settings, random } = parts;
  let looking: Promise<void> | null = null;
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function look(): void {
    isDue = true;
    if (!isClosed) looking ??= lookNow();
  }

  async function lookNow(): Promise<void> {
    clearTimeout(timer);
    isDue = false;
    await lookOnce();
    looking = null;
    if (isClosed) return;
    if (isDue) look();
    else schedule();
  }

  async function lookOnce(): Promise<void> {
    try {
      const clocks = await readClocks(database, listened());
      for (const [tenantId, clock] of clocks) onPoke({ tenantId, clock });
    } catch (error) {
      onTrouble(error, 'the clocks could not be read');
    }
  }

  function schedule(): void {
    const interval = isListening() ? settings.lookMs : settings.blindLookMs;
    timer = setTimeout(look, interval * (0.75 + random() / 2));
    timer.unref();
  }

  schedule();
  return {
    look,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
