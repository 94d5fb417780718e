import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from 'react';

interface KeptFocus {
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

/**
 * When the item that holds the focus leaves the list, the focus goes to the item that takes its place, else to the one before,
 * else to the list: otherwise whoever works with a keyboard starts again at the top of the page. Items carry
 * `data-item={id}`; items and the list can be focused (`tabIndex={-1}`).
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, ids: readonly string[]): KeptFocus {
  const focused = useRef<string | null>(null);
  const before = useRef<readonly string[]>(ids);
  useLayoutEffect(() => {
    const id = focused.current;
    const index = id === null ? -1 : before.current.indexOf(id);
    before.current = ids;
    if (id === null || index < 0 || ids.includes(id)) return;
    focused.current = null;
    const next = ids[Math.min(index, ids.length - 1)];
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[data-item]') ?? [])];
    (items.find(({ dataset }) => dataset['item'] === next) ?? list.current)?.focus();
  }, [list, ids]);
  return {
    onFocus: ({ target }) => {
      focused.current = target.closest<HTMLElement>('[data-item]')?.dataset['item'] ?? null;
    },
    onBlur: ({ relatedTarget }) => {
      // A browser that tells of the removal itself names no other element.
      if (relatedTarget !== null) focused.current = null;
    },
  };
}
