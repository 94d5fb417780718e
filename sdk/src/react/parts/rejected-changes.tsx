import { type ReactElement, type ReactNode, useMemo } from 'react';
import type { RejectedChange } from '../../store/rows.ts';
import { useMessages } from '../backhaul-context.ts';
import { useRejected } from '../use-rejected.ts';
import { type CompleteLabels, completeLabels, type Labels } from './labels.ts';
import { RejectedItemCard } from './rejected-item-card.tsx';
import { SettledList } from './settled-list.tsx';
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
const NONE: readonly RejectedChange[] = [];

/** The changes that the service has refused, each to be edited, tried again, or given up. Unstyled HTML. */
export function RejectedChanges({
  labels = NO_LABELS,
  className,
  children,
  empty,
}: RejectedChangesProps): ReactElement {
  const { rejected = NONE } = useRejected();
  const messages = useMessages();
  const complete = useMemo(() => completeLabels(labels, messages), [labels, messages]);
  return (
    <SettledList
      kind="rejected-changes"
      className={className}
      items={rejected}
      idOf={({ changeId }) => changeId}
      heading={messages.refused}
      empty={empty}
    >
      {(change, announce) => (
        <Item
          change={change}
          labels={complete}
          onSettled={(how) => announce(how, complete.record(change))}
          render={children}
        />
      )}
    </SettledList>
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
