import { findNamed, type TenantTx, type Viewer } from '@backhaul/db';
import { type Grant, grantFor, namedRules, readGrants, type RecordId, type ScopedRow } from '@backhaul/shared';
import { type OpenedRecord, projectRecord, type WireRecord } from './project-record.ts';

/** What a member sees of records that were read regardless of it. */
export interface View {
  /** `null`: nothing at all. */
  grantOf(entity: string, record: ScopedRow): Grant | null;
  project(entity: string, record: OpenedRecord): WireRecord | null;
}

/**
 * A member's view as it is now. Of entities that are seen through others, only the records announced here: what names them is
 * looked up at once, and nothing is where there are none.
 */
export async function openView(
  tx: TenantTx,
  viewer: Viewer,
  announced: readonly { readonly entity: string; readonly id: RecordId }[],
): Promise<View> {
  const queries = [...Map.groupBy(announced, ({ entity }) => entity)].flatMap(([entity, records]) =>
    namedRules(readGrants(viewer.domain, viewer.role, entity)).map((rule) => ({
      rule,
      ids: [...new Set(records.map(({ id }) => id))],
    })),
  );
  const found = await findNamed(tx, viewer, queries);
  const named = new Map(queries.map(({ rule }, index) => [rule, found[index]]));
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
