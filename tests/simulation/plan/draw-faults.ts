import type { SeededRandom } from '@backhaul/server/demo';
import { type DeviceFault, REQUEST_FAULTS, type RequestFault, type ServerFault } from '../faults/fault.ts';

/** Of a cycle: mostly one to three of its first requests. */
export function drawRequestFaults(random: SeededRandom, share: number): RequestFault[] {
  return [0, 1, 2, 3].flatMap((request) =>
    random.chance(share)
      ? [
          {
            request,
            kind: random.pick([...REQUEST_FAULTS, 'reordered'] as const),
            where: random.next(),
            silent: random.chance(0.4),
          },
        ]
      : [],
  );
}

export function drawDeviceFault(random: SeededRandom, most: number): DeviceFault {
  const at = random.pick(['write', 'write', 'commit'] as const);
  return {
    kind: random.pick(['deviceKilled', 'deviceKilled', 'connectionLost', 'quotaExceeded'] as const),
    at,
    // Small numbers often: most transactions are short.
    n: Math.floor(random.next() ** 2 * (at === 'write' ? most : Math.ceil(most / 6))),
  };
}

export function drawServerFault(random: SeededRandom): ServerFault {
  return {
    kind: random.pick(['serverKilled', 'serverKilled', 'connectionsTerminated'] as const),
    when: random.pick(['before', 'after'] as const),
    statement: random.int(0, 24),
  };
}
