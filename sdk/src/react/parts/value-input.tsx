import { type Json, unreachable } from '@backhaul/shared';
import type { ReactElement } from 'react';
import { type Control, valueOf } from './editable-value.ts';

interface ValueInputProps {
  readonly id: string;
  readonly control: Control;
  readonly value: Json;
  readonly required: boolean;
  readonly describedBy: string;
  readonly labelOf: (value: string) => string;
  readonly onChange: (value: Json) => void;
}

/** A plain HTML control. */
export function ValueInput({
  id,
  control,
  value,
  required,
  describedBy,
  labelOf,
  onChange,
}: ValueInputProps): ReactElement {
  const typed = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const shared = { id, required, 'aria-describedby': describedBy };
  const change = (text: string): void => onChange(valueOf(control, text));
  switch (control.kind) {
    case 'switch':
      return (
        <input
          {...shared}
          type="checkbox"
          // A box that has to be checked could not be answered with no.
          required={false}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <select {...shared} value={typed} onChange={(event) => change(event.currentTarget.value)}>
          {(!required || !control.values.includes(typed)) && <option value="" />}
          {control.values.map((option) => (
            <option key={option} value={option}>
              {labelOf(option)}
            </option>
          ))}
        </select>
      );
    case 'text':
      if (control.long) {
        return <textarea {...shared} value={typed} onChange={(event) => change(event.currentTarget.value)} />;
      }
      return <input {...shared} type="text" value={typed} onChange={(event) => change(event.currentTarget.value)} />;
    case 'date':
      return <input {...shared} type="date" value={typed} onChange={(event) => change(event.currentTarget.value)} />;
    case 'number':
      return (
        <input
          {...shared}
          type="number"
          step={control.step}
          value={typed}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    default:
      return unreachable(control);
  }
}
