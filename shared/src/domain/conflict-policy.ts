/**
 * Who wins a field that two sides changed since the base. Whatever wins, the other value is logged and can be restored.
 * - `clientWins`: the pushing device's value is kept ("last write wins", by arrival);
 * - `latestEdit`: the later edit wins, by device time corrected for the device's clock offset;
 * - `serverWins`: the stored value stays;
 * - `ask`: as `serverWins`, and a manager must choose.
 */
export const CONFLICT_POLICIES = ['clientWins', 'latestEdit', 'serverWins', 'ask'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

export const DEFAULT_CONFLICT_POLICY: ConflictPolicy = 'clientWins';
