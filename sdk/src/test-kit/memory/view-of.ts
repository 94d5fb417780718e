import type { RecordId } from '@backhaul/shared';
import { createView, type View, type Viewer, viewQueries } from '@backhaul/shared/engine';
import type { MemoryTenant } from './memory-tenant.ts';
import { findNamed } from './named-rows.ts';

/** What a member may see of these records. */
export function viewOf(
  tenant: MemoryTenant,
  viewer: Viewer,
  records: readonly { readonly entity: string; readonly id: RecordId }[],
): View {
  const queries = viewQueries(viewer, records);
  const found = findNamed(tenant, viewer, queries);
  return createView(viewer, new Map(queries.map(({ rule }, index) => [rule, found[index] ?? new Set()])));
}
