import { entityOf, type Json } from '@backhaul/shared';
import { useState } from 'react';
import type { RejectedChange } from '../../store/rows.ts';
import { useBackhaulContext } from '../backhaul-context.ts';
import type { FieldEdits } from '../use-rejected.ts';
import { type Control, controlFor } from './editable-value.ts';
import type { CompleteLabels } from './labels.ts';
import { type Settled, useSettling } from './use-settling.ts';

export interface RejectedField {
  readonly name: string;
  readonly label: string;
  /** As it was typed, with what has been edited since. */
  readonly value: Json;
  readonly text: string;
  /** The service named this field. */
  readonly wrong: boolean;
  readonly required: boolean;
  /** `null`: it can only be shown. */
  readonly control: Control | null;
}

export type RejectedItemMode = 'shown' | 'editing' | 'confirming';

/** One refused change with what a person can do about it. */
export interface RejectedItem {
  readonly change: RejectedChange;
  readonly label: string;
  /** Why it was refused, in the provider's language where its code is known there. */
  readonly reason: string;
  readonly fields: readonly RejectedField[];
  readonly editable: boolean;
  readonly mode: RejectedItemMode;
  readonly busy: boolean;
  /** What went wrong when it was last settled. */
  readonly trouble: string | null;
  readonly edit: () => void;
  readonly set: (field: string, value: Json) => void;
  /** Asks before anything is given up. */
  readonly askDiscard: () => void;
  readonly back: () => void;
  readonly retry: () => void;
  readonly discard: () => void;
}

export interface RejectedItemOptions {
  readonly labels: CompleteLabels;
  readonly onSettled: (how: Settled) => void;
}

export function useRejectedItem(change: RejectedChange, { labels, onSettled }: RejectedItemOptions): RejectedItem {
  const { db, domain, messages } = useBackhaulContext();
  const [mode, setMode] = useState<RejectedItemMode>('shown');
  const [edits, setEdits] = useState<FieldEdits>({});
  const { busy, trouble, forgetTrouble, settle } = useSettling(onSettled);
  const { changeId, op, entity, payload, code, message } = change;
  const declared = (domain && entityOf(domain, entity)?.fields) ?? {};

  const fields = Object.entries(payload).map(([name, typed]): RejectedField => {
    const value = edits[name] ?? (name in edits ? null : typed);
    const field = declared[name];
    return {
      name,
      label: labels.field(entity, name),
      value,
      text: labels.value(entity, name, value),
      wrong: change.fields.includes(name),
      required: field?.required ?? false,
      control: op === 'upsert' ? controlFor(field, typed) : null,
    };
  });
  const go = (next: RejectedItemMode) => (): void => {
    forgetTrouble();
    setMode(next);
  };
  return {
    change,
    label: labels.record(change),
    reason: messages.reasons[code] ?? message,
    fields,
    editable: fields.some(({ control }) => control !== null),
    mode,
    busy,
    trouble,
    edit: go('editing'),
    set: (field, value) => setEdits({ ...edits, [field]: value }),
    askDiscard: go('confirming'),
    back: () => {
      setEdits({});
      go('shown')();
    },
    retry: () => settle('retried', () => db.rejected.retry(changeId, edits)),
    discard: () => settle('discarded', () => db.rejected.discard(changeId)),
  };
}
