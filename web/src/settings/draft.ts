import type { Settings, SettingsPatch } from '@backhaul/shared';

/** What the form shows: texts, empty where nothing is set. */
export interface Draft {
  readonly legalName: string;
  readonly address: string;
  readonly taxId: string;
  readonly email: string;
  readonly phone: string;
  readonly website: string;
  readonly invoiceFooter: string;
  readonly language: string;
  readonly defaultCurrency: string;
  readonly timeZone: string;
  /** Empty while it is being typed anew. */
  readonly tombstoneHorizonDays: number | '';
}

export type DraftField = keyof Draft;

const COMPANY = ['legalName', 'address', 'taxId', 'email', 'phone', 'website', 'invoiceFooter'] as const;
const PLAIN = ['language', 'defaultCurrency', 'timeZone', 'tombstoneHorizonDays'] as const;

export function draftOf(settings: Settings): Draft {
  const company = Object.fromEntries(COMPANY.map((field) => [field, settings.company[field] ?? '']));
  const plain = Object.fromEntries(PLAIN.map((field) => [field, settings[field]]));
  return { ...company, ...plain } as unknown as Draft;
}

export function isChanged(settings: Settings, draft: Draft): boolean {
  const stored = draftOf(settings);
  return [...COMPANY, ...PLAIN].some((field) => stored[field] !== draft[field]);
}

/** Only what was changed in the form, made on the settings as they were shown; what is left empty goes back to its default. */
export function patchOf(settings: Settings, draft: Draft): SettingsPatch {
  const stored = draftOf(settings);
  const change = (fields: readonly DraftField[]): { [field: string]: string | number | null } =>
    Object.fromEntries(
      fields.filter((field) => stored[field] !== draft[field]).map((field) => [field, emptyToNull(draft[field])]),
    );
  const company = change(COMPANY);
  return {
    ...change(PLAIN),
    ...(Object.keys(company).length > 0 ? { company } : {}),
    expectedUpdatedAt: settings.updatedAt,
  };
}

/** What was changed here, on top of settings that somebody else has changed since. */
export function rebase(from: Settings, to: Settings, draft: Draft): Draft {
  const stored = draftOf(from);
  const changed = [...COMPANY, ...PLAIN].filter((field) => stored[field] !== draft[field]);
  return { ...draftOf(to), ...Object.fromEntries(changed.map((field) => [field, draft[field]])) };
}

/** `company.taxId`, as the service calls it, is `taxId` here. */
export function draftField(name: string): DraftField | null {
  const field = name.split('.').at(-1) ?? '';
  return [...COMPANY, ...PLAIN].find((known) => known === field) ?? null;
}

function emptyToNull(value: string | number): string | number | null {
  return typeof value === 'string' && value.trim() === '' ? null : typeof value === 'string' ? value.trim() : value;
}
