import { useCallback, useState } from 'react';
import { useMessages } from '../backhaul-context.ts';

export type Settled = 'retried' | 'discarded';

export interface Settling {
  readonly busy: boolean;
  /** What went wrong when it was last settled. */
  readonly trouble: string | null;
  readonly forgetTrouble: () => void;
  /** It is there again, as something else: what was under way is over. */
  readonly free: () => void;
  /** Does nothing while the last is under way. */
  readonly settle: (how: Settled, work: () => Promise<void>) => void;
}

/** Settles one item of a list, which then leaves it: `onSettled` is told once it has worked. */
export function useSettling(onSettled: (how: Settled) => void): Settling {
  const messages = useMessages();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  return {
    busy,
    trouble,
    forgetTrouble: () => setTrouble(null),
    free: useCallback(() => setBusy(false), []),
    settle(how, work) {
      if (busy) return;
      setBusy(true);
      setTrouble(null);
      work().then(
        () => onSettled(how),
        (error: unknown) => {
          setBusy(false);
          setTrouble(messages.didNotWork(error instanceof Error ? error.message : String(error)));
        },
      );
    },
  };
}
