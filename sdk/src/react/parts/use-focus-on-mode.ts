import { type RefObject, useEffect, useRef } from 'react';
import type { RejectedItemMode } from './use-rejected-item.ts';

/** Where the focus goes when an item changes its mode: to what can be done next, or back to the button that was pressed. */
export function useFocusOnMode(item: RefObject<HTMLElement | null>, mode: RejectedItemMode): void {
  const before = useRef(mode);
  useEffect(() => {
    const from = before.current;
    before.current = mode;
    if (from === mode) return;
    item.current?.querySelector<HTMLElement>(TARGET[mode](from))?.focus();
  }, [item, mode]);
}

const TARGET: { readonly [Mode in RejectedItemMode]: (from: RejectedItemMode) => string } = {
  editing: () => '[data-wrong] :is(input, select, textarea), :is(input, select, textarea)',
  // Not the button that gives everything up.
  confirming: () => '[data-action=keep]',
  shown: (from) => (from === 'editing' ? '[data-action=edit]' : '[data-action=discard]'),
};
