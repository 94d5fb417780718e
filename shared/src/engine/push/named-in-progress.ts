import type { Domain } from '../../domain/define-domain.ts';
import { grantFor, type IsNamed, isNamedRows, type NamedRows } from '../../domain/roles.ts';
import { namedRules, readGrants } from '../../domain/scope-keys.ts';
import type { RecordId } from '../../ids.ts';
import type { StoredRecord } from '../../merge/stored-record.ts';
import type { NamedQuery } from '../projection/view.ts';
import type { AdmittedChange, Writer } from './change.ts';

/** Who is named by what, for the rules that matter to a request: those by which its writer sees records that it changes. */
export interface NamedState {
  /** Named by records that the request does not change. */
  readonly elsewhere: ReadonlyMap<NamedRows, ReadonlySet<RecordId>>;
  /** Records that the request changes and that may name others, as stored. */
  readonly naming: readonly { readonly entity: string; readonly record: StoredRecord }[];
}

/** What has to be known of other records by which the writer sees those that it changes. */
export function namedQueriesOf(
  changes: readonly AdmittedChange[],
  { domain, writer }: { readonly domain: Domain; readonly writer: Writer },
): NamedQuery[] {
  const { authority } = writer;
  if (authority.kind === 'service') return [];
  const changed = changedIds(changes);
  return [...changed].flatMap(([entity, ids]) =>
    namedRules(readGrants(domain, authority.role, entity)).map((rule) => ({
      rule,
      ids,
      except: changed.get(rule.via) ?? [],
    })),
  );
}

/** `found`: the answers to the queries, in their order. */
export function namedState(
  changes: readonly AdmittedChange[],
  queries: readonly NamedQuery[],
  {
    found,
    recordOf,
  }: {
    readonly found: readonly ReadonlySet<RecordId>[];
    readonly recordOf: (entity: string, id: RecordId) => StoredRecord | undefined;
  },
): NamedState {
  const changed = changedIds(changes);
  const naming = [...new Set(queries.map(({ rule }) => rule.via))].flatMap((entity) =>
    (changed.get(entity) ?? []).flatMap((id) => {
      const record = recordOf(entity, id);
      return record ? [{ entity, record }] : [];
    }),
  );
  return { elsewhere: new Map(queries.map(({ rule }, index) => [rule, found[index] ?? new Set()])), naming };
}

function changedIds(changes: readonly AdmittedChange[]): ReadonlyMap<string, RecordId[]> {
  return new Map(
    [...Map.groupBy(changes, ({ entity }) => entity)].map(([entity, group]) => [
      entity,
      [...new Set(group.map(({ entityId }) => entityId))],
    ]),
  );
}

/** Follows who is named while changes are decided one after the other: what one change shows, the next one may use. */
export class NamedInProgress {
  readonly #domain: Domain;
  readonly #writer: Writer;
  readonly #elsewhere: NamedState['elsewhere'];
  /** How many of the request's own records name a record, as they are now. */
  readonly #here: ReadonlyMap<NamedRows, Map<string, number>>;

  constructor({ domain, writer }: { domain: Domain; writer: Writer }, { elsewhere, naming }: NamedState) {
    this.#domain = domain;
    this.#writer = writer;
    this.#elsewhere = elsewhere;
    this.#here = new Map([...elsewhere.keys()].map((rule) => [rule, new Map()]));
    for (const { entity, record } of naming) this.note(entity, null, record);
  }

  isNamed(id: RecordId): IsNamed {
    // What belongs to other records is never a member's to write, so its rules are not followed here.
    return (rule) =>
      isNamedRows(rule) && (this.#elsewhere.get(rule)?.has(id) === true || (this.#here.get(rule)?.get(id) ?? 0) > 0);
  }

  note(entity: string, before: StoredRecord | null, after: StoredRecord): void {
    for (const [rule, counts] of this.#here) {
      if (rule.via !== entity) continue;
      this.#count(counts, rule, before, -1);
      this.#count(counts, rule, after, 1);
    }
  }

  #count(counts: Map<string, number>, { via, field }: NamedRows, record: StoredRecord | null, by: 1 | -1): void {
    const { authority } = this.#writer;
    const named = record?.values[field];
    if (record === null || record.deletedAt !== null || typeof named !== 'string') return;
    if (authority.kind === 'service') return;
    if (!grantFor(readGrants(this.#domain, authority.role, via), record, authority.keys)) return;
    counts.set(named, (counts.get(named) ?? 0) + by);
  }
}
