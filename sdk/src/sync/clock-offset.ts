import type { Timing } from '../transport/transport.ts';

/** Milliseconds to add to the device's clock: the server's time against the middle of the request. `null`: not readable. */
export function clockOffset(serverTime: string, { sentAt, answeredAt }: Timing): number | null {
  const server = Date.parse(serverTime);
  return Number.isNaN(server) ? null : Math.round(server - (sentAt + answeredAt) / 2);
}
