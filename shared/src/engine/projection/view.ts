import type { Domain } from '../../domain/define-domain.ts';
import {
  type Grant,
  grantFor,
  type NamedRows,
  type OwnedRows,
  type Role,
  type ScopedRow,
  type ScopeKeys,
} from '../../domain/roles.ts';
import { namedRules, ownedRules, readGrants } from '../../domain/scope-keys.ts';
import type { RecordId } from '../../ids.ts';
import { type OpenedRecord, projectRecord, type WireRecord } from './project-record.ts';

/** Whose sight it is. */
export interface Viewer {
  readonly domain: Domain;
  readonly role: Role;
  readonly keys: ScopeKeys;
}

/** What a member sees of records that were read regardless of it. */
export interface View {
  /** `null`: nothing at all. */
  grantOf(entity: string, record: ScopedRow): Grant | null;
  project(entity: string, record: OpenedRecord): WireRecord | null;
}

/** Which of these ids a live record that the member may read names, by the rule. */
export interface NamedQuery {
  readonly rule: NamedRows;
  readonly ids: readonly RecordId[];
  /** Records of the naming entity that do not count. */
  readonly except?: readonly RecordId[];
}

/** Which of these ids of `entity` belong to a record that the member may read, by the rule. */
export interface OwnedQuery {
  readonly rule: OwnedRows;
  readonly entity: string;
  readonly ids: readonly RecordId[];
}

/** What has to be known of other records for a view of these. */
export function viewQueries(
  { domain, role }: Viewer,
  announced: readonly { readonly entity: string; readonly id: RecordId }[],
): (NamedQuery | OwnedQuery)[] {
  return [...Map.groupBy(announced, ({ entity }) => entity)].flatMap(([entity, records]) => {
    const grants = readGrants(domain, role, entity);
    const ids = [...new Set(records.map(({ id }) => id))];
    return [
      ...namedRules(grants).map((rule) => ({ rule, ids })),
      ...ownedRules(grants).map((rule) => ({ rule, entity, ids })),
    ];
  });
}

/** A member's view, with the answers to its queries by rule. */
export function createView(viewer: Viewer, named: ReadonlyMap<NamedRows | OwnedRows, ReadonlySet<RecordId>>): View {
  const grantOf: View['grantOf'] = (entity, record) =>
    grantFor(
      readGrants(viewer.domain, viewer.role, entity),
      record,
      viewer.keys,
      (rule) => named.get(rule)?.has(record.id as RecordId) ?? false,
    );
  return {
    grantOf,
    project(entity, record) {
      const grant = grantOf(entity, record);
      return grant && projectRecord(grant, record);
    },
  };
}
