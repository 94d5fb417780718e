import type { Settings } from '@backhaul/shared';
import { Box, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { useWork } from '../shell/work-context.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { LogoField } from './logo-field.tsx';
import { type Draft, type DraftField, draftField, draftOf, isChanged, patchOf, rebase } from './draft.ts';

interface SettingsFormProps {
  readonly settings: Settings;
  readonly online: boolean;
  readonly onTouched: (touched: boolean) => void;
}

/** How the last attempt to save went. */
type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly message: string; readonly fields: readonly DraftField[] };

const LABELS: { readonly [Field in DraftField]: string } = {
  legalName: 'Legal name',
  address: 'Address',
  taxId: 'Tax ID',
  email: 'Email',
  phone: 'Phone',
  website: 'Website',
  invoiceFooter: 'Invoice footer',
  language: 'Language',
  defaultCurrency: 'Currency',
  timeZone: 'Time zone',
  tombstoneHorizonDays: 'Days that deletions are remembered',
};

const TIME_ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export function SettingsForm({ settings, online, onTouched }: SettingsFormProps) {
  const { api } = useWork();
  const [shown, setShown] = useState(settings);
  const [draft, setDraft] = useState(() => draftOf(settings));
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const touched = isChanged(shown, draft);
  useEffect(() => onTouched(touched), [onTouched, touched]);

  const change = <Field extends DraftField>(field: Field, value: Draft[Field]): void => {
    setDraft((current) => ({ ...current, [field]: value }));
    setOutcome({ kind: 'none' });
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setOutcome({ kind: 'saving' });
    try {
      const saved = await api.call<Settings>('PATCH', '/v1/settings', patchOf(shown, draft));
      setShown(saved);
      setDraft(draftOf(saved));
      setOutcome({ kind: 'saved' });
    } catch (error) {
      const moved = movedSettings(error);
      if (moved) {
        setDraft(rebase(shown, moved, draft));
        setShown(moved);
      }
      setOutcome(moved ? { kind: 'moved' } : refusal(error));
    }
  };
  const text = (field: Exclude<DraftField, 'tombstoneHorizonDays'>) => ({
    label: LABELS[field],
    value: draft[field],
    error: outcome.kind === 'refused' && outcome.fields.includes(field) ? 'This can not be saved as it is' : null,
    onChange: (event: { currentTarget: { value: string } }) => change(field, event.currentTarget.value),
  });
  const choice = (field: 'language' | 'defaultCurrency' | 'timeZone') => ({
    ...text(field),
    allowDeselect: false,
    onChange: (value: string | null) => change(field, value ?? draft[field]),
  });

  return (
    <form onSubmit={(event) => void save(event)} aria-label="Business settings">
      <Stack gap="xl">
        <Section title="Company">
          <Text size="sm" c="dimmed">
            As it is printed on invoices.
          </Text>
          <LogoField online={online} />
          <TextInput {...text('legalName')} maxLength={500} autoComplete="organization" />
          <Textarea {...text('address')} maxLength={1000} autosize minRows={2} maxRows={6} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput {...text('taxId')} maxLength={100} />
            <TextInput {...text('phone')} type="tel" maxLength={50} />
            <TextInput {...text('email')} type="email" maxLength={320} />
            <TextInput {...text('website')} type="url" placeholder="https://" maxLength={500} />
          </SimpleGrid>
          <Textarea {...text('invoiceFooter')} maxLength={2000} autosize minRows={2} maxRows={6} />
        </Section>
        <Section title="Region">
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              {...choice('language')}
              description="Of what is sent to clients"
              data={[
                { value: 'en', label: 'English' },
                { value: 'es', label: 'Español' },
              ]}
            />
            <Select
              {...choice('defaultCurrency')}
              description="Of new amounts"
              data={[
                { value: 'usd', label: 'US dollar' },
                { value: 'eur', label: 'Euro' },
              ]}
            />
          </SimpleGrid>
          <Select
            {...choice('timeZone')}
            data={TIME_ZONES.includes(draft.timeZone) ? TIME_ZONES : [draft.timeZone, ...TIME_ZONES]}
            searchable
            nothingFoundMessage="No such time zone"
            limit={100}
          />
        </Section>
        <Section title="Deleted records">
          <NumberInput
            label={LABELS.tombstoneHorizonDays}
            description="A device that has been away for longer fetches everything anew. What it had not sent is kept."
            min={7}
            max={3650}
            clampBehavior="blur"
            allowDecimal={false}
            allowNegative={false}
            value={draft.tombstoneHorizonDays}
            error={outcome.kind === 'refused' && outcome.fields.includes('tombstoneHorizonDays') ? '7 to 3650' : null}
            onChange={(value) => change('tombstoneHorizonDays', value === '' ? '' : Number(value))}
          />
        </Section>
      </Stack>
      <Box className="settings-actions">
        <Stack gap="sm">
          {outcome.kind === 'moved' && (
            <Problem title="Somebody else has changed the settings">
              The form shows theirs now, with what you have typed on top. Look through it and save again.
            </Problem>
          )}
          {outcome.kind === 'refused' && <Problem title="Not saved">{outcome.message}</Problem>}
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" c="dimmed" role="status" aria-live="polite">
              {statusOf(outcome, { touched, online })}
            </Text>
            <Button
              type="submit"
              loading={outcome.kind === 'saving'}
              disabled={!online || !touched}
              leftSection={<Icon name="check" />}
            >
              Save
            </Button>
          </Group>
        </Stack>
      </Box>
    </form>
  );
}

function statusOf({ kind }: Outcome, { touched, online }: { touched: boolean; online: boolean }): string {
  if (!online) return 'Saving needs a network.';
  if (kind === 'saved' && !touched) return 'Saved.';
  return touched ? 'Not saved yet.' : 'Nothing to save.';
}

/** The settings as they are now, if that is why they were not saved. */
function movedSettings(error: unknown): Settings | null {
  const isMoved = error instanceof ApiProblem && error.code === 'RECORD_MOVED';
  return isMoved ? ((error.details.settings as Settings | undefined) ?? null) : null;
}

function refusal(error: unknown): Outcome {
  const named = error instanceof ApiProblem ? error.details.fields : [];
  const names = Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
  const fields = names.map(draftField).filter((field) => field !== null);
  const which = fields.map((field) => LABELS[field]).join(', ');
  return {
    kind: 'refused',
    fields,
    message: which === '' ? (error as Error).message : `The service does not take what stands in: ${which}.`,
  };
}
