import { entityOf } from '@backhaul/shared';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import type { AskedSend } from '../../sends/asked-send.ts';
import type { FieldMap, Row } from '../../store/rows.ts';
import { useBackhaulContext, useMessages } from '../backhaul-context.ts';
import { useLiveQuery } from '../use-live-query.ts';
import { completeLabels, type Labels } from './labels.ts';
import { SettledList } from './settled-list.tsx';
import { UnsentMessageCard } from './unsent-message-card.tsx';
import { type UnsentMessage, type UnsentMessageOptions, useUnsentMessage } from './use-unsent-message.ts';

export interface UnsentMessagesProps {
  readonly labels?: Pick<Labels, 'record'>;
  readonly className?: string;
  /** In place of the card of one message. */
  readonly children?: (message: UnsentMessage) => ReactNode;
  /** Shown when there is none. Default nothing. */
  readonly empty?: ReactNode;
}

const NO_LABELS: Labels = {};
const NONE: readonly AskedOfRecord[] = [];

/** Messages to customers that wait or were refused, to be asked again or given up. Unstyled HTML. */
export function UnsentMessages({ labels = NO_LABELS, className, children, empty }: UnsentMessagesProps): ReactElement {
  const sends = useSendsWithRecords();
  const messages = useMessages();
  const complete = useMemo(() => completeLabels(labels, messages), [labels, messages]);
  return (
    <SettledList
      kind="unsent-messages"
      className={className}
      items={sends}
      // Asked again it stays, as another: one that waits.
      idOf={({ asked: { id, state } }) => `${id} ${state}`}
      heading={messages.messagesNotSent}
      empty={empty}
      said={{ retried: messages.messageRetried, discarded: messages.discarded }}
    >
      {(item, announce) => <Item {...item} labels={complete} onSettled={announce} render={children} />}
    </SettledList>
  );
}

interface ItemProps extends UnsentMessageOptions, AskedOfRecord {
  readonly render: ((message: UnsentMessage) => ReactNode) | undefined;
}

function Item({ asked, render, ...options }: ItemProps): ReactElement {
  const message = useUnsentMessage(asked, options);
  return <>{render ? render(message) : <UnsentMessageCard message={message} />}</>;
}

interface AskedOfRecord {
  readonly asked: AskedSend;
  readonly record: FieldMap;
}

/** Read together, so that no item is first called by another name. */
function useSendsWithRecords(): readonly AskedOfRecord[] {
  const { db, domain } = useBackhaulContext();
  const read = async (asked: AskedSend): Promise<AskedOfRecord> => {
    const collection = domain && entityOf(domain, asked.entity)?.collection;
    const record = collection ? await db.table<Row, string>(collection).get(asked.entityId) : undefined;
    return { asked, record: record ?? {} };
  };
  return useLiveQuery(async () => Promise.all((await db.sends.orderBy('at').toArray()).map(read)), [db, domain], NONE);
}
