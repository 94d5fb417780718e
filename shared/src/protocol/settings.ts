import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { CursorText, Nullable, PlainText, Uuid } from './primitives.ts';

/** One line or several, without other control characters. */
const Lines = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f]*$' });
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f]*$' });

export const HORIZON_DAYS = { least: 7, most: 3650 } as const;
const MIB = 1024 * 1024;
export const ATTACHMENT_LIMIT = 100 * MIB;

const section = <Fields extends TProperties>(fields: Fields) => Type.Object(fields, { additionalProperties: false });

/** What a tenant's managers may set. Everything has a default; `null` is one only where there may be nothing. */
export const SettingsValues = section({
  /** How long deleted records are kept for devices that are away, before they are purged. */
  tombstoneHorizonDays: Type.Integer({ minimum: HORIZON_DAYS.least, maximum: HORIZON_DAYS.most }),
  attachments: section({
    maxBytes: Type.Integer({ minimum: 1, maximum: ATTACHMENT_LIMIT }),
    allowedTypes: Type.Array(
      Type.String({ maxLength: 100, pattern: '^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$', examples: ['image/png'] }),
      { maxItems: 50, uniqueItems: true },
    ),
  }),
  /** As it is printed on invoices. */
  company: section({
    legalName: Nullable(Line(500)),
    address: Nullable(Lines(1000)),
    taxId: Nullable(Line(100)),
    email: Nullable(Type.String({ format: 'email', maxLength: 320 })),
    phone: Nullable(Line(50)),
    website: Nullable(Type.String({ maxLength: 500, pattern: '^https?://[^\\s\\u0000-\\u001f]+$' })),
    logoAttachmentId: Nullable(Uuid),
    invoiceFooter: Nullable(Lines(2000)),
  }),
  invoices: section({
    paper: Type.Enum(['A4', 'Letter']),
    /** Days from the making of an invoice until it is due. */
    paymentDays: Type.Integer({ minimum: 0, maximum: 365 }),
    /** Days after the due date for which a client can dispute an invoice and the office adjusts it. */
    disputeWindowDays: Type.Integer({ minimum: 0, maximum: 365 }),
    numberPrefix: PlainText(20),
  }),
  defaultCurrency: Type.Enum(['usd', 'eur']),
  language: Type.Enum(['en', 'es']),
  /** A name of the IANA time zone database. */
  timeZone: Type.String({ maxLength: 64, examples: ['Europe/Madrid'] }),
});
export type SettingsValues = Static<typeof SettingsValues>;

export const SETTINGS_DEFAULTS: SettingsValues = {
  tombstoneHorizonDays: 90,
  attachments: {
    maxBytes: 25 * MIB,
    allowedTypes: [
      'image/jpeg',
      'image/png',
      'image/webp',
      'image/heic',
      'image/heif',
      'application/pdf',
      'text/plain',
      'text/csv',
    ],
  },
  company: {
    legalName: null,
    address: null,
    taxId: null,
    email: null,
    phone: null,
    website: null,
    logoAttachmentId: null,
    invoiceFooter: null,
  },
  invoices: { paper: 'A4', paymentDays: 14, disputeWindowDays: 14, numberPrefix: 'INV-' },
  defaultCurrency: 'usd',
  language: 'en',
  timeZone: 'UTC',
};

/** The whole settings, defaults filled in. */
export const Settings = Type.Object(
  {
    ...SettingsValues.properties,
    /** `null`: never set. */
    updatedAt: Nullable(CursorText),
  },
  { $id: 'Settings' },
);
export type Settings = Static<typeof Settings>;

/** Any part of the settings; what is left out stays, `null` resets to the default. */
type Patch<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: Patch<Value[Key]> | null }
    : Value;

export const SettingsPatch = Type.Object(
  {
    ...patchOf(SettingsValues.properties),
    /** Refuse the change if the settings were set later than this; `null`: if they were ever set. */
    expectedUpdatedAt: Type.Optional(Nullable(CursorText)),
  },
  { $id: 'SettingsPatch', additionalProperties: false },
);
export type SettingsPatch = Patch<SettingsValues> & { readonly expectedUpdatedAt?: string | null };

function patchOf(fields: TProperties): Record<string, TSchema> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const part = Type.IsObject(field)
        ? Type.Object(patchOf(field.properties), { additionalProperties: false })
        : field;
      return [name, Type.Optional(Nullable(part))];
    }),
  );
}

/** `data`: a JPEG or a PNG in base64. */
export const LogoRequest = Type.Object(
  { data: Type.String({ minLength: 4, maxLength: 2_800_000, contentEncoding: 'base64' }) },
  { $id: 'LogoRequest', additionalProperties: false },
);
export type LogoRequest = Static<typeof LogoRequest>;

/** The picture on a tenant's documents; `null`: nobody has given one. */
export const LogoResponse = Type.Object(
  {
    logo: Nullable(
      Type.Object({ mimeType: Type.Enum(['image/jpeg', 'image/png']), data: Type.String(), updatedAt: CursorText }),
    ),
  },
  { $id: 'LogoResponse' },
);
export type LogoResponse = Static<typeof LogoResponse>;
