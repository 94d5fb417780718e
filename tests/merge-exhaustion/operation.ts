/** What a field of the small record can hold. `o`: from the beginning. */
export type Value = 'o' | 'x' | 'y' | null;

/** The small record: `a` is required, `b` is not. */
export type FieldName = 'a' | 'b';
export const FIELD_NAMES: readonly FieldName[] = ['a', 'b'];

export type Payload = { readonly [field in FieldName]?: Value };

/** What somebody does to a record. */
export type Write =
  | { readonly kind: 'edit'; readonly payload: Payload }
  /** A client that sends whole records: `b` is edited, `a` is sent as its sender saw it. */
  | { readonly kind: 'whole'; readonly b: Value }
  | { readonly kind: 'delete' }
  /** All of the record, by somebody who states to have seen none. */
  | { readonly kind: 'create'; readonly payload: { readonly a: Value; readonly b: Value } };

export const WRITES: readonly Write[] = [
  { kind: 'edit', payload: { a: 'x' } },
  { kind: 'edit', payload: { a: 'y' } },
  // Back to what it was: a value can return without anybody having seen it leave.
  { kind: 'edit', payload: { a: 'o' } },
  { kind: 'edit', payload: { b: 'x' } },
  { kind: 'edit', payload: { b: null } },
  { kind: 'edit', payload: { a: 'y', b: 'y' } },
  { kind: 'whole', b: 'y' },
  { kind: 'delete' },
  { kind: 'create', payload: { a: 'x', b: null } },
];

/** Stated as base: no version at all. */
export const NOTHING_SEEN = -1;

/** One change as it arrives. A history is a list of them in the order of their arrival. */
export interface Operation {
  /** 0 to 2. */
  readonly device: number;
  /** 0 exists from the beginning, 1 does not. */
  readonly record: number;
  readonly write: Write;
  /**
   * The arrival whose record the sender had pulled when it made the edit (0: the beginning), or `NOTHING_SEEN`. Every pull
   * that could have come before the edit is one of these.
   */
  readonly seen: number;
  /** Its edit time: any order, whatever the order of arrival. */
  readonly at: number;
}
