import { useEffect, useState } from 'react';
import type { Lifetime } from './lifetime.ts';

export type Opening<T> =
  | { readonly kind: 'opening' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

const OPENING: Opening<never> = { kind: 'opening' };

/** Holds the lifetime while the component is there, and tells how far its opening is. */
export function useOpening<T>(lifetime: Lifetime<T>): Opening<T> {
  const [known, setKnown] = useState<{ readonly of: Lifetime<T>; readonly opening: Opening<T> } | null>(null);
  useEffect(() => {
    let left = false;
    const show = (opening: Opening<T>): void => {
      if (!left) setKnown({ of: lifetime, opening });
    };
    lifetime.hold().then(
      (value) => show({ kind: 'ready', value }),
      (error: unknown) => show({ kind: 'failed', error }),
    );
    return () => {
      left = true;
      // A component that React only hides comes back to one that has been closed.
      setKnown(null);
      lifetime.release();
    };
  }, [lifetime]);
  return known?.of === lifetime ? known.opening : OPENING;
}
