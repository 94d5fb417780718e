import type { ReactElement } from 'react';

interface ActionButtonProps {
  /** For style sheets, and for the focus: `data-action`. */
  readonly action: string;
  readonly text: string;
  /** Of its record: a screen reader may list buttons without what is around them. */
  readonly label: string;
  readonly busy: boolean;
  /** The form that it submits, else `press` is called. */
  readonly form?: string;
  readonly press?: () => void;
}

export function ActionButton({ action, text, label, busy, form, press }: ActionButtonProps): ReactElement {
  return (
    <button
      type={form === undefined ? 'button' : 'submit'}
      form={form}
      data-action={action}
      aria-label={`${text}: ${label}`}
      // Not `disabled` while busy: that would take the focus away.
      aria-disabled={busy}
      onClick={press}
    >
      {text}
    </button>
  );
}
