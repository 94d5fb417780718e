import type { SeededRandom } from '@backhaul/server/demo';
import type { Profile } from './profile.ts';
import { type DeviceFault, REQUEST_FAULTS, type RequestFault, type ServerFault } from '../faults/fault.ts';

/** Of a step: some of its first requests. */
export function drawRequestFaults(random: SeededRandom, share: number): RequestFault[] {
  return [0, 1, 2, 3, 4, 5].flatMap((request) =>
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

export function drawServerFault(random: SeededRandom, { processes }: Pick<Profile, 'processes'>): ServerFault {
  return {
    kind: processes
      ? 'serviceSigkill'
      : random.pick(['serverKilled', 'serverKilled', 'connectionsTerminated'] as const),
    when: random.pick(['before', 'after'] as const),
    statement: random.int(0, 24),
  };
}
