import { type ReactElement, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { useMessages } from '../backhaul-context.ts';
import type { Messages } from '../messages/messages.ts';
import { useKeptFocus } from './use-kept-focus.ts';
import type { Settled } from './use-settling.ts';

type SettledWords = Pick<Messages, Settled>;

interface SettledListProps<T> {
  /** For style sheets: `data-backhaul`. */
  readonly kind: string;
  readonly className: string | undefined;
  readonly items: readonly T[];
  readonly idOf: (item: T) => string;
  readonly heading: (count: number) => string;
  readonly empty: ReactNode;
  /** What is read out; the provider's words unless given. */
  readonly said?: SettledWords;
  /** One item; `announce` says what became of it, and of which record it was. */
  readonly children: (item: T, announce: (how: Settled, record: string) => void) => ReactNode;
}

/** A list of what somebody has to settle: what was settled is read out, and the focus goes on to the next. Unstyled HTML. */
export function SettledList<T>({
  kind,
  className,
  items,
  idOf,
  heading,
  empty,
  said,
  children,
}: SettledListProps<T>): ReactElement {
  const messages = useMessages();
  const [done, setDone] = useState('');
  const ids = useMemo(() => items.map(idOf), [items]);
  const section = useRef<HTMLElement>(null);
  const keepFocus = useKeptFocus(section, ids);
  const headingId = useId();
  const announce = (how: Settled, record: string): void => setDone((said ?? messages)[how](record));
  return (
    <section
      ref={section}
      tabIndex={-1}
      data-backhaul={kind}
      className={className}
      aria-labelledby={headingId}
      {...keepFocus}
    >
      {/* Always there, so that what appears in it is read out. */}
      <p role="status">{done}</p>
      {items.length > 0 ? <h2 id={headingId}>{heading(items.length)}</h2> : empty}
      {items.length > 0 && (
        <ul>
          {items.map((item) => (
            <li key={idOf(item)} data-item={idOf(item)} tabIndex={-1}>
              {children(item, announce)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
