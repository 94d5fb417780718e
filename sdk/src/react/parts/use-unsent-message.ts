import { useEffect, useState } from 'react';
import type { AskedSend } from '../../sends/asked-send.ts';
import type { FieldMap } from '../../store/rows.ts';
import { useBackhaulContext } from '../backhaul-context.ts';
import type { CompleteLabels } from './labels.ts';
import { type Settled, useSettling } from './use-settling.ts';

export type UnsentMessageMode = 'shown' | 'confirming';

/** One message that has not gone out, with what a person can do about it. */
export interface UnsentMessage {
  readonly asked: AskedSend;
  /** What its record is called. */
  readonly label: string;
  /** The channels, as a list in words: `SMS and email`. */
  readonly ways: string;
  /** Why it was refused or waits, in the provider's language where its code is known there; `null`: nobody has said. */
  readonly reason: string | null;
  readonly mode: UnsentMessageMode;
  readonly busy: boolean;
  /** What went wrong when it was last settled. */
  readonly trouble: string | null;
  /** Of a refused one. */
  readonly retry: () => void;
  /** Asks before anything is given up. */
  readonly askDiscard: () => void;
  readonly back: () => void;
  readonly discard: () => void;
}

export interface UnsentMessageOptions {
  /** Of which it is, as it is on this device; without fields where that is not known. */
  readonly record: FieldMap;
  readonly labels: CompleteLabels;
  readonly onSettled: (how: Settled, label: string) => void;
}

export function useUnsentMessage(asked: AskedSend, { record, labels, onSettled }: UnsentMessageOptions): UnsentMessage {
  const { db, messages } = useBackhaulContext();
  const [mode, setMode] = useState<UnsentMessageMode>('shown');
  const { id, entity, entityId, request, code, reason } = asked;
  const label = labels.record({ entity, entityId, payload: record });
  const { forgetTrouble, free, settle, ...settling } = useSettling((how) => onSettled(how, label));
  // Asked again, it may have been refused again before anybody saw it wait.
  useEffect(free, [free, asked]);
  const go = (next: UnsentMessageMode) => (): void => {
    forgetTrouble();
    setMode(next);
  };
  return {
    asked,
    label,
    ways: new Intl.ListFormat(messages.language).format(request.channels.map((channel) => messages.channels[channel])),
    reason: (code && messages.sendReasons[code]) ?? reason,
    mode,
    ...settling,
    retry: () => settle('retried', () => db.sends.retry(id)),
    askDiscard: go('confirming'),
    back: go('shown'),
    discard: () => settle('discarded', () => db.sends.discard(id)),
  };
}
