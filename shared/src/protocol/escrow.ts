import { type Static, Type } from 'typebox';
import type { PushChange } from './push.ts';
import { Uuid } from './primitives.ts';

/** Of one request; `keptChanges` and `keptBytes` of everything that a device ever hands over in a tenant. */
export const ESCROW_LIMITS = {
  maxChanges: 1000,
  maxBytes: 5 * 1024 * 1024,
  keptChanges: 10_000,
  keptBytes: 64 * 1024 * 1024,
} as const;

/** Why a device could not push its work any more. */
export const ESCROW_REASONS = ['revoked', 'removed', 'disabled', 'signedOut'] as const;
export type EscrowReason = (typeof ESCROW_REASONS)[number];

/** A change that the service had refused, as its device kept it. */
export interface EscrowedRejection {
  readonly change: PushChange;
  readonly code?: string;
  readonly message?: string;
  readonly fields?: readonly string[];
}

/** Items are checked one by one: what is wrong with one never keeps another out. */
export const EscrowRequest = Type.Object(
  {
    deviceId: Uuid,
    reason: Type.Enum([...ESCROW_REASONS]),
    /** The device's clock when it set the work aside. What no clock shows counts as left out, or would cost the work. */
    setAsideAt: Type.Optional(Type.String()),
    /** The device's clock when the request was sent; likewise. */
    clientTime: Type.Optional(Type.String()),
    changes: Type.Array(Type.Unknown(), { description: 'PushChange items that were never acknowledged' }),
    rejected: Type.Optional(
      Type.Array(Type.Unknown(), { description: '`{change, code, message, fields}` of changes that were refused' }),
    ),
  },
  { $id: 'EscrowRequest' },
);
export type EscrowRequest = Omit<Static<typeof EscrowRequest>, 'changes' | 'rejected'> & {
  changes: PushChange[];
  rejected?: EscrowedRejection[];
};
