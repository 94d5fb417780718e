import { findNamed, type TenantTx } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import { createView, type View, type Viewer, viewQueries } from '@backhaul/shared/engine';

/**
 * A member's view as it is now. Of entities that are seen through others, only the records announced here: what names them is
 * looked up at once, and nothing is where there are none.
 */
export async function openView(
  tx: TenantTx,
  viewer: Viewer,
  announced: readonly { readonly entity: string; readonly id: RecordId }[],
): Promise<View> {
  const queries = viewQueries(viewer, announced);
  const found = await findNamed(tx, viewer, queries);
  return createView(viewer, new Map(queries.map(({ rule }, index) => [rule, found[index] ?? new Set()])));
}
