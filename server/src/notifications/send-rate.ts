import { readRecentRequests, type TenantTx } from '@backhaul/db';
import { cursorToMicros, microsToCursor } from '@backhaul/shared';
import type { TenantClock } from '@backhaul/shared/engine';
import { ApiError } from '../http/api-error.ts';

/** Of one tenant, in any minute, whichever instances take them: requests that queue something. */
export const SEND_RATE = { requests: 10, windowSeconds: 60 } as const;

/** Under the lock of the tenant's clock, by which the window is measured. Throws RATE_LIMITED. */
export async function admitSend(tx: TenantTx, clock: TenantClock): Promise<void> {
  const { requests, windowSeconds } = SEND_RATE;
  const now = cursorToMicros(clock.peek());
  const window = BigInt(windowSeconds) * 1_000_000n;
  const recent = await readRecentRequests(tx, { since: microsToCursor(now - window), limit: requests });
  const [oldest] = recent;
  if (oldest === undefined || recent.length < requests) return;
  const micros = cursorToMicros(oldest) + window - now;
  throw new ApiError('RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil(Number(micros) / 1_000_000)) });
}
