import type { EscrowedWork } from '../store/rows.ts';
import type { WorkOwner } from './bar-device.ts';

/** What has become of work of this user in this tenant that a device could not push any more. In changes. */
export interface SetAsideCounts {
  /** Kept on this device until it is handed over. */
  readonly waiting: number;
  /** A manager decides about it. */
  readonly handedOver: number;
  /** Deleted after it could not be handed over for too long. */
  readonly lapsed: number;
}

export const NOTHING_SET_ASIDE: SetAsideCounts = { waiting: 0, handedOver: 0, lapsed: 0 };

export function countSetAside(works: readonly EscrowedWork[], { tenantId, userId }: WorkOwner): SetAsideCounts {
  const own = works.filter((work) => work.tenantId === tenantId && work.userId === userId);
  return own.reduce(
    (sum, work) => ({
      waiting: sum.waiting + work.changes.length + work.rejected.length,
      handedOver: sum.handedOver + work.handedOver,
      lapsed: sum.lapsed + work.lapsed,
    }),
    NOTHING_SET_ASIDE,
  );
}
