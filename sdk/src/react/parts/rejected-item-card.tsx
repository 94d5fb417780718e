import { unreachable } from '@backhaul/shared';
import { type ReactElement, useId, useRef } from 'react';
import { useMessages } from '../backhaul-context.ts';
import { ActionButton } from './action-button.tsx';
import type { CompleteLabels } from './labels.ts';
import { useFocusOnMode } from './use-focus-on-mode.ts';
import type { RejectedField, RejectedItem } from './use-rejected-item.ts';
import { ValueInput } from './value-input.tsx';

interface RejectedItemCardProps {
  readonly item: RejectedItem;
  readonly labels: CompleteLabels;
}

/** One refused change: what was typed, why it was refused, and what to do. */
export function RejectedItemCard({ item, labels }: RejectedItemCardProps): ReactElement {
  const messages = useMessages();
  const ref = useRef<HTMLElement>(null);
  const id = useId();
  useFocusOnMode(ref, item.mode);
  const { change, label, reason, fields, mode, trouble } = item;
  return (
    <article ref={ref} aria-labelledby={`${id}-title`} data-mode={mode}>
      <h3 id={`${id}-title`}>{label}</h3>
      <p id={`${id}-why`}>
        {change.op === 'delete' ? messages.deleteRefused : messages.createOrEditRefused} {reason}
      </p>
      {mode === 'editing' ? (
        <form
          id={`${id}-form`}
          onSubmit={(event) => {
            event.preventDefault();
            item.retry();
          }}
        >
          {fields.map((field) => (
            <EditedField
              key={field.name}
              field={field}
              item={item}
              labels={labels}
              id={`${id}-${field.name}`}
              why={`${id}-why`}
            />
          ))}
        </form>
      ) : (
        <dl>
          {fields.map(({ name, label: term, text, wrong }) => (
            <div key={name} data-wrong={wrong || undefined}>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {trouble && <p role="alert">{trouble}</p>}
      {mode === 'confirming' && <p id={`${id}-confirm`}>{messages.confirmDiscard}</p>}
      <Actions item={item} id={id} />
    </article>
  );
}

interface EditedFieldProps extends RejectedItemCardProps {
  readonly field: RejectedField;
  readonly id: string;
  readonly why: string;
}

function EditedField({ field, item, labels, id, why }: EditedFieldProps): ReactElement {
  const { name, label, value, text, wrong, required, control } = field;
  const { entity } = item.change;
  return (
    <div data-wrong={wrong || undefined}>
      <label htmlFor={control ? id : undefined}>{label}</label>
      {control ? (
        <ValueInput
          id={id}
          control={control}
          value={value}
          required={required}
          describedBy={why}
          labelOf={(option) => labels.value(entity, name, option)}
          onChange={(next) => item.set(name, next)}
        />
      ) : (
        <output>{text}</output>
      )}
    </div>
  );
}

function Actions({ item, id }: { readonly item: RejectedItem; readonly id: string }): ReactElement {
  const messages = useMessages();
  const { label, editable, mode, busy } = item;
  const button = (action: string, text: string, how: { readonly press: () => void } | { readonly form: string }) => (
    <ActionButton action={action} text={text} label={label} busy={busy} {...how} />
  );
  switch (mode) {
    case 'shown':
      return (
        <div role="group" aria-label={label}>
          {editable && button('edit', messages.edit, { press: item.edit })}
          {button('retry', messages.retry, { press: item.retry })}
          {button('discard', messages.discard, { press: item.askDiscard })}
        </div>
      );
    case 'editing':
      return (
        <div role="group" aria-label={label}>
          {button('retry', messages.retry, { form: `${id}-form` })}
          {button('cancel', messages.cancel, { press: item.back })}
        </div>
      );
    case 'confirming':
      return (
        <div role="group" aria-label={label} aria-describedby={`${id}-confirm`}>
          {button('keep', messages.keep, { press: item.back })}
          {button('discard', messages.discardForGood, { press: item.discard })}
        </div>
      );
    default:
      return unreachable(mode);
  }
}
