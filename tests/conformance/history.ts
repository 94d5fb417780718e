import type { FileName, Person, RecordName } from './cast.ts';

/** What happens in a tenant, as data: the same for both sides, which have versions of their own. */
export type Step =
  | { readonly kind: 'push'; readonly device: number; readonly changes: readonly PlannedChange[] }
  /** Sends changes of earlier pushes once more, by their place among all that were sent; from another device, too. */
  | { readonly kind: 'repeat'; readonly device: number; readonly picks: readonly number[]; readonly alter: boolean }
  | { readonly kind: 'pull'; readonly device: number; readonly from: PullFrom; readonly limit: number }
  | { readonly kind: 'member'; readonly person: Exclude<Person, 'marta'>; readonly change: MemberChange }
  | { readonly kind: 'revoke'; readonly device: number }
  | { readonly kind: 'escrow'; readonly device: number }
  | { readonly kind: 'announce'; readonly device: number; readonly file: FileName; readonly facts: PlannedFile }
  /** To the address that the last announcement was answered with, of the same device or not. */
  | { readonly kind: 'upload'; readonly text: string; readonly headers?: { readonly [name: string]: string } }
  | { readonly kind: 'complete' | 'download' | 'erase'; readonly device: number; readonly file: FileName }
  | { readonly kind: 'send'; readonly device: number; readonly record: RecordName; readonly request: PlannedRequest }
  /** What was asked for leaves; the kit's has left at once. */
  | { readonly kind: 'deliver' }
  | { readonly kind: 'other'; readonly device: number; readonly what: OtherCall };

/** Its values as those of a payload. */
export type PlannedRequest = { readonly [member: string]: PlannedValue };

/** What an announcement says of a file; the bytes of `text` unless it says otherwise. */
export interface PlannedFile {
  readonly owner: RecordName;
  readonly text: string;
  readonly raw?: { readonly [member: string]: unknown };
}

export interface PlannedChange {
  readonly record: RecordName;
  readonly op: 'upsert' | 'delete';
  readonly base: PlannedBase;
  readonly payload: { readonly [field: string]: PlannedValue };
  /** Seconds into 2026, by the device's clock; negative: in the year 2100. */
  readonly at: number;
  readonly clockOffset?: unknown;
  /** Members that replace what the change would have, for what is malformed; `undefined` leaves one out. */
  readonly raw?: { readonly [member: string]: unknown };
}

/** `known`: the newest version that the device has heard of; `first`: the oldest. */
export type PlannedBase = 'known' | 'first' | 'create' | 'unstated' | 'ahead';

/** `{ record: RecordName }` stands for its id, and so do `{ file: FileName }` and `{ user: Person }`, also inside of lists and objects. */
export type PlannedValue = unknown;

export type PullFrom = 'cursor' | 'start' | 'earlier' | 'ahead' | 'garbage';
export type MemberChange = 'manager' | 'employee' | 'disabled' | 'active' | 'removed';
export type OtherCall =
  | 'tenants'
  | 'devices'
  | 'otherTenant'
  | 'foreignDevice'
  | 'noSuchRoute'
  | 'tooMany'
  | 'activate';
