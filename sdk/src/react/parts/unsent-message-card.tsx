import { type ReactElement, useId, useRef } from 'react';
import { useMessages } from '../backhaul-context.ts';
import { ActionButton } from './action-button.tsx';
import { useFocusOnMode } from './use-focus-on-mode.ts';
import type { UnsentMessage } from './use-unsent-message.ts';

/** One message: of what record it is, how it goes out, why it has not, and what to do. */
export function UnsentMessageCard({ message }: { readonly message: UnsentMessage }): ReactElement {
  const messages = useMessages();
  const ref = useRef<HTMLElement>(null);
  const id = useId();
  const { asked, label, ways, reason, mode, busy, trouble } = message;
  useFocusOnMode(ref, mode);
  const button = (action: string, text: string, press: () => void) => (
    <ActionButton action={action} text={text} label={label} busy={busy} press={press} />
  );
  return (
    <article ref={ref} aria-labelledby={`${id}-title`} data-mode={mode} data-state={asked.state}>
      <h3 id={`${id}-title`}>{label}</h3>
      <p>
        {ways}: {messages.sendStates[asked.state]} {reason}
      </p>
      {asked.request.message !== undefined && <blockquote>{asked.request.message}</blockquote>}
      {trouble && <p role="alert">{trouble}</p>}
      {mode === 'confirming' ? (
        <>
          <p id={`${id}-confirm`}>{messages.confirmDiscardMessage}</p>
          <div role="group" aria-label={label} aria-describedby={`${id}-confirm`}>
            {button('keep', messages.keep, message.back)}
            {button('discard', messages.discardForGood, message.discard)}
          </div>
        </>
      ) : (
        <div role="group" aria-label={label}>
          {asked.state === 'refused' && button('retry', messages.retry, message.retry)}
          {button('discard', messages.discard, message.askDiscard)}
        </div>
      )}
    </article>
  );
}
