import type { Field, Json } from '@backhaul/shared';
import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { fieldLabel, statusWord } from '../ui/value-text.ts';

interface FieldInputProps {
  readonly name: string;
  readonly field: Field | undefined;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
}

/** An input that fits the declared kind of a field. What has no simple one is shown as text and left as it was. */
export function FieldInput({ name, field, value, onChange }: FieldInputProps) {
  const label = fieldLabel(name);
  const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  if (field?.kind === 'enum') {
    return (
      <Select
        label={label}
        value={text}
        data={field.values.map((option) => ({ value: option, label: statusWord(option) }))}
        onChange={onChange}
        clearable={!field.required}
      />
    );
  }
  if (field?.kind === 'money' || field?.kind === 'number' || field?.kind === 'integer') {
    return (
      <NumberInput
        label={label}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(next === '' ? null : Number(next))}
      />
    );
  }
  if (field?.kind === 'text') {
    return (
      <Textarea
        label={label}
        description={`At most ${field.maxLength.toLocaleString()} characters; this has ${text.length.toLocaleString()}.`}
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (field?.kind === 'date') {
    return (
      <TextInput
        label={label}
        type="date"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      />
    );
  }
  return <TextInput label={label} value={text} readOnly variant="filled" />;
}
