import type { ConflictPolicy } from './conflict-policy.ts';

/** What every kind of field may declare. A field that is not `required` may always be `null`. */
export interface FieldOptions {
  /** Must be present, not null (and not blank, for text) when a record is created, and may not be nulled later. */
  readonly required?: true;
  /** Personal or confidential: sealed at rest, never in a plain column, a log line or a summary. */
  readonly sensitive?: true;
  /** At most one live (not deleted) record of the tenant has a given value. */
  readonly uniqueLive?: true;
  readonly policy?: ConflictPolicy;
}

interface Declared<Kind extends string> extends FieldOptions {
  readonly kind: Kind;
}

export interface TextField extends Declared<'text'> {
  /** In UTF-16 code units. */
  readonly maxLength: number;
  readonly default?: string;
}
export interface EnumField<Value extends string = string> extends Declared<'enum'> {
  readonly values: readonly Value[];
  /** Accept any letter case and store the declared one. */
  readonly anyCase?: true;
  readonly default?: Value;
}
export interface EnumListField<Value extends string = string> extends Declared<'enumList'> {
  readonly values: readonly Value[];
}
/** A record id of one of `entities`, checked to exist in the tenant. */
export interface ReferenceField extends Declared<'reference'> {
  readonly entity: string;
}
/** A UUID that the engine does not resolve. */
export interface IdField extends Declared<'id'> {}
/** `YYYY-MM-DD`. */
export interface DateField extends Declared<'date'> {
  readonly default?: string;
}
/** ISO-8601 UTC, see `parseInstant`. */
export interface InstantField extends Declared<'instant'> {}
/** A JSON number with at most two decimals, below 10^12 in size; `numeric(14,2)` in the database. */
export interface MoneyField extends Declared<'money'> {
  readonly default?: number;
}
export interface NumberField extends Declared<'number'> {
  readonly default?: number;
}
export interface IntegerField extends Declared<'integer'> {
  readonly default?: number;
}
export interface BooleanField extends Declared<'boolean'> {
  readonly default?: boolean;
}
/** A short list of small objects, stored and merged as one value. */
export interface ObjectListField<Item extends Fields = Fields> extends Declared<'objectList'> {
  readonly item: Item;
  readonly maxItems: number;
}

export type Field =
  | TextField
  | EnumField
  | EnumListField
  | ReferenceField
  | IdField
  | DateField
  | InstantField
  | MoneyField
  | NumberField
  | IntegerField
  | BooleanField
  | ObjectListField;

export type Fields = { readonly [name: string]: Field };

/** The type of a field's value on the wire and in the SDK. */
export type FieldValue<F> = F extends { kind: 'enum'; values: readonly (infer Value)[] }
  ? Value
  : F extends { kind: 'enumList'; values: readonly (infer Value)[] }
    ? readonly Value[]
    : F extends { kind: 'objectList'; item: infer Item }
      ? readonly FieldValues<Item>[]
      : F extends { kind: 'money' | 'number' | 'integer' }
        ? number
        : F extends { kind: 'boolean' }
          ? boolean
          : string;

/** Required, and without a default that would stand in. */
type NeededNames<Fs> = {
  [Name in keyof Fs]: Fs[Name] extends { required: true }
    ? Fs[Name] extends { default: string | number | boolean }
      ? never
      : Name
    : never;
}[keyof Fs];

/** What is needed to make a record: required fields, and any of the others (absent and `null` mean the same). */
export type FieldValues<Fs> = { -readonly [Name in NeededNames<Fs>]: FieldValue<Fs[Name]> } & {
  -readonly [Name in Exclude<keyof Fs, NeededNames<Fs>>]?:
    | FieldValue<Fs[Name]>
    | (Fs[Name] extends { required: true } ? never : null);
};

export const DEFAULT_MAX_TEXT = 20_000;

// What a declaration is used for must not be inferred back into its options: without any, an enum would lose its values.
type Plain = FieldOptions;

export const text = <const O extends Plain & { maxLength?: number; default?: string }>(options?: O) =>
  ({ maxLength: DEFAULT_MAX_TEXT, ...options, kind: 'text' }) as { kind: 'text'; maxLength: number } & NoInfer<O>;
export const oneOf = <const Value extends string, const O extends Plain & { anyCase?: true; default?: Value }>(
  values: readonly Value[],
  options?: O,
) => ({ ...options, kind: 'enum', values }) as { kind: 'enum'; values: readonly Value[] } & NoInfer<O>;
export const listOf = <const Value extends string, const O extends Plain>(values: readonly Value[], options?: O) =>
  ({ ...options, kind: 'enumList', values }) as { kind: 'enumList'; values: readonly Value[] } & NoInfer<O>;
export const reference = <const O extends Plain>(entity: string, options?: O) =>
  ({ ...options, kind: 'reference', entity }) as { kind: 'reference'; entity: string } & NoInfer<O>;
export const id = <const O extends Plain>(options?: O) => ({ ...options, kind: 'id' }) as { kind: 'id' } & NoInfer<O>;
export const date = <const O extends Plain & { default?: string }>(options?: O) =>
  ({ ...options, kind: 'date' }) as { kind: 'date' } & NoInfer<O>;
export const instant = <const O extends Plain>(options?: O) =>
  ({ ...options, kind: 'instant' }) as { kind: 'instant' } & NoInfer<O>;
export const money = <const O extends Plain & { default?: number }>(options?: O) =>
  ({ ...options, kind: 'money' }) as { kind: 'money' } & NoInfer<O>;
export const number = <const O extends Plain & { default?: number }>(options?: O) =>
  ({ ...options, kind: 'number' }) as { kind: 'number' } & NoInfer<O>;
export const integer = <const O extends Plain & { default?: number }>(options?: O) =>
  ({ ...options, kind: 'integer' }) as { kind: 'integer' } & NoInfer<O>;
export const boolean = <const O extends Plain & { default?: boolean }>(options?: O) =>
  ({ ...options, kind: 'boolean' }) as { kind: 'boolean' } & NoInfer<O>;
export const objectList = <const Item extends Fields, const O extends Plain & { maxItems: number }>(
  item: Item,
  options: O,
) => ({ ...options, kind: 'objectList', item }) as { kind: 'objectList'; item: Item } & NoInfer<O>;
