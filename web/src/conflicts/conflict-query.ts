import type { ConflictStatus } from '@backhaul/shared';

/** What a manager looks for among the conflicts; `null` leaves it open. */
export interface ConflictChoice {
  readonly status: ConflictStatus;
  readonly entity: string | null;
  /** User id. */
  readonly author: string | null;
  readonly device: string | null;
  /** Only those that a manager has to choose about. */
  readonly asks: boolean;
}

export const EVERY_OPEN: ConflictChoice = { status: 'open', entity: null, author: null, device: null, asks: false };

export function isNarrowed({ entity, author, device, asks }: ConflictChoice): boolean {
  return asks || [entity, author, device].some((one) => one !== null);
}

/** The choice as the service's query, without the `?`. */
export function queryOf({ status, entity, author, device, asks }: ConflictChoice): string {
  const filters = { entity, author, device, policy: asks ? 'ask' : null };
  const given = Object.entries(filters).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return new URLSearchParams({ status, ...Object.fromEntries(given) }).toString();
}
