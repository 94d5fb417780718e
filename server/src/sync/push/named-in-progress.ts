import { findNamed, type TenantTx } from '@backhaul/db';
import {
  type Domain,
  grantFor,
  type IsNamed,
  namedRules,
  type NamedRows,
  readGrants,
  type RecordId,
  type StoredRecord,
} from '@backhaul/shared';
import type { AdmittedChange, Writer } from './change.ts';

/** Who is named by what, for the rules that matter to a request: those by which its writer sees records that it changes. */
export interface NamedState {
  /** Named by records that the request does not change. */
  readonly elsewhere: ReadonlyMap<NamedRows, ReadonlySet<RecordId>>;
  /** Records that the request changes and that may name others, as stored. */
  readonly naming: readonly { readonly entity: string; readonly record: StoredRecord }[];
}

/** One statement; none unless the request changes records that its writer sees only through others. */
export async function loadNamed(
  tx: TenantTx,
  {
    domain,
    writer,
    recordOf,
    changes,
  }: {
    domain: Domain;
    writer: Writer;
    recordOf: (entity: string, id: RecordId) => StoredRecord | undefined;
    changes: readonly AdmittedChange[];
  },
): Promise<NamedState> {
  if (writer.authority.kind === 'service') return { elsewhere: new Map(), naming: [] };
  const viewer = { domain, ...writer.authority };
  const changed = new Map(
    [...Map.groupBy(changes, ({ entity }) => entity)].map(([entity, group]) => [
      entity,
      [...new Set(group.map(({ entityId }) => entityId))],
    ]),
  );
  const queries = [...changed].flatMap(([entity, ids]) =>
    namedRules(readGrants(domain, viewer.role, entity)).map((rule) => ({
      rule,
      ids,
      except: changed.get(rule.via) ?? [],
    })),
  );
  const found = await findNamed(tx, viewer, queries);
  const naming = [...new Set(queries.map(({ rule }) => rule.via))].flatMap((entity) =>
    (changed.get(entity) ?? []).flatMap((id) => {
      const record = recordOf(entity, id);
      return record ? [{ entity, record }] : [];
    }),
  );
  return { elsewhere: new Map(queries.map(({ rule }, index) => [rule, found[index] ?? new Set()])), naming };
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
    return (rule) => this.#elsewhere.get(rule)?.has(id) === true || (this.#here.get(rule)?.get(id) ?? 0) > 0;
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
