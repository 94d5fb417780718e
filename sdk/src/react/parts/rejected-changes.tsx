import { type ReactElement, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { RejectedChange } from '../../store/rows.ts';
import { useMessages } from '../backhaul-context.ts';
import { useRejected } from '../use-rejected.ts';
import { type CompleteLabels, completeLabels, type Labels } from './labels.ts';
import { RejectedItemCard } from './rejected-item-card.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { type RejectedItem, type RejectedItemOptions, useRejectedItem } from './use-rejected-item.ts';

export interface RejectedChangesProps {
  readonly labels?: Labels;
  readonly className?: string;
  /** In place of the card of one change. */
  readonly children?: (item: RejectedItem) => ReactNode;
  /** Shown when nothing is refused. Default nothing. */
  readonly empty?: ReactNode;
}

const NO_LABELS: Labels = {};

/** The changes that the service has refused, each to be edited, tried again, or given up. Unstyled HTML. */
export function RejectedChanges({
  labels = NO_LABELS,
  className,
  children,
  empty,
}: RejectedChangesProps): ReactElement {
  const { rejected = [] } = useRejected();
  const messages = useMessages();
  const complete = useMemo(() => completeLabels(labels, messages), [labels, messages]);
  const [done, setDone] = useState('');
  const ids = useMemo(() => rejected.map(({ changeId }) => changeId), [rejected]);
  const section = useRef<HTMLElement>(null);
  const keepFocus = useKeptFocus(section, ids);
  const heading = useId();
  const onSettled: RejectedItemOptions['onSettled'] = (how, change) => setDone(messages[how](complete.record(change)));
  return (
    <section
      ref={section}
      tabIndex={-1}
      data-backhaul="rejected-changes"
      className={className}
      aria-labelledby={heading}
      {...keepFocus}
    >
      {/* Always there, so that what appears in it is read out. */}
      <p role="status">{done}</p>
      {rejected.length > 0 ? <h2 id={heading}>{messages.refused(rejected.length)}</h2> : empty}
      {rejected.length > 0 && (
        <ul>
          {rejected.map((change) => (
            <li key={change.changeId} data-item={change.changeId} tabIndex={-1}>
              <Item change={change} labels={complete} onSettled={onSettled} render={children} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface ItemProps extends RejectedItemOptions {
  readonly change: RejectedChange;
  readonly labels: CompleteLabels;
  readonly render: ((item: RejectedItem) => ReactNode) | undefined;
}

function Item({ change, render, ...options }: ItemProps): ReactElement {
  const item = useRejectedItem(change, options);
  return <>{render ? render(item) : <RejectedItemCard item={item} labels={options.labels} />}</>;
}
