import type { Json } from '@backhaul/shared';

/** Who typed: a device by its number, or the office, which writes through generic routes and sees the server's own state. */
export type Author = number | 'office';

/** A value that a person put into a field. Everything the oracle knows of what should be there comes from these. */
export interface Typing {
  readonly n: number;
  readonly author: Author;
  readonly entity: string;
  readonly id: string;
  readonly field: string;
  readonly value: Json;
  /** When, by the server's clock, milliseconds since 1970. */
  readonly at: number;
  /** The device knew then how far off its clock was, so that it can say when it was. */
  readonly exact: boolean;
  /** The code that the server must refuse it with; `null`: it is a good value. */
  readonly refusal: string | null;
  /** Values of a kind that nobody else types: texts, amounts, dates. */
  readonly unique: boolean;
  /** `false`: a request whose answer was lost; it may have had no effect. */
  readonly certain: boolean;
  /** What the author had before their eyes: the screen, or, with generic routes, the record as it was at that moment. */
  readonly sees: 'screen' | 'everything';
}

export interface Deletion {
  readonly n: number;
  readonly author: Author;
  readonly entity: string;
  readonly id: string;
  readonly certain?: boolean;
}

export const recordKey = (entity: string, id: string): string => `${entity}/${id}`;
export const fieldKey = (entity: string, id: string, field: string): string => `${entity}/${id}/${field}`;

/** Equal values have equal texts; an absent one is `null`. */
export function valueKey(value: Json | undefined): string {
  return canonical(value ?? null);
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as { [key: string]: Json }).filter(([, member]) => member !== null);
    return `{${members
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${key}:${canonical(member)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * What people did and saw, in the order in which it happened. Kept beside the engine and fed from the screens alone: nothing
 * in it comes from a version, an outbox or an answer.
 */
export class Journal {
  #n = 0;
  readonly typings: Typing[] = [];
  readonly deletions: Deletion[] = [];
  /** Refused values that their author gave up for good. */
  readonly #givenUp = new Set<string>();
  /** Author -> field -> value -> when it was first seen there. */
  readonly #seen = new Map<Author, Map<string, Map<string, number>>>();
  readonly #byValue = new Map<string, Typing[]>();
  readonly #byField = new Map<string, Typing[]>();
  readonly #deletionsOf = new Map<string, Deletion[]>();

  /** Change id -> the bytes that left a device under it. */
  readonly pushed = new Map<string, string>();
  readonly alteredAfterSending: string[] = [];

  /** A change that has left is the same whenever it is sent again. */
  sent(changeId: string, bytes: string): void {
    const before = this.pushed.get(changeId);
    if (before === undefined) this.pushed.set(changeId, bytes);
    else if (before !== bytes) this.alteredAfterSending.push(`${before} became ${bytes}`);
  }

  next(): number {
    this.#n += 1;
    return this.#n;
  }

  typed(typing: Omit<Typing, 'n'>, n = this.next()): void {
    const whole = { ...typing, n };
    this.typings.push(whole);
    const field = fieldKey(typing.entity, typing.id, typing.field);
    pushTo(this.#byField, field, whole);
    pushTo(this.#byValue, `${field}=${valueKey(typing.value)}`, whole);
    this.saw(typing.author, field, typing.value, n);
  }

  deleted(deletion: Omit<Deletion, 'n'>, n = this.next()): void {
    const whole = { ...deletion, n };
    this.deletions.push(whole);
    pushTo(this.#deletionsOf, recordKey(deletion.entity, deletion.id), whole);
  }

  gaveUp(author: Author, field: string, value: Json): void {
    this.#givenUp.add(`${author}:${field}=${valueKey(value)}`);
  }

  hasGivenUp(author: Author, field: string, value: Json): boolean {
    return this.#givenUp.has(`${author}:${field}=${valueKey(value)}`);
  }

  saw(author: Author, field: string, value: Json | undefined, n: number): void {
    const fields = this.#seen.get(author) ?? new Map<string, Map<string, number>>();
    this.#seen.set(author, fields);
    const values = fields.get(field) ?? new Map<string, number>();
    fields.set(field, values);
    const key = valueKey(value);
    if (!values.has(key)) values.set(key, n);
  }

  /** Whether the value had been on the author's screen before moment `n`. */
  hadSeen(author: Author, field: string, value: Json | undefined, n: number): boolean {
    const first = this.#seen.get(author)?.get(field)?.get(valueKey(value));
    return first !== undefined && first < n;
  }

  /** Everybody who typed this value into this field. */
  whoTyped(field: string, value: Json | undefined): readonly Typing[] {
    return this.#byValue.get(`${field}=${valueKey(value)}`) ?? [];
  }

  typingsOf(field: string): readonly Typing[] {
    return this.#byField.get(field) ?? [];
  }

  deletionsOf(entity: string, id: string): readonly Deletion[] {
    return this.#deletionsOf.get(recordKey(entity, id)) ?? [];
  }
}

function pushTo<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items) items.push(item);
  else map.set(key, [item]);
}
