import type { Timing } from '../transport/transport.ts';

/** A century: no clock is further off, and the service would refuse such a statement with the change that carries it. */
const LARGEST = 100 * 365 * 86_400_000;

/**
 * Milliseconds to add to the device's clock: the server's time against the middle of the request. `null`: not readable, or
 * absurd.
 */
export function clockOffset(serverTime: string, { sentAt, answeredAt }: Timing): number | null {
  const offset = Math.round(Date.parse(serverTime) - (sentAt + answeredAt) / 2);
  return Math.abs(offset) <= LARGEST ? offset : null;
}
