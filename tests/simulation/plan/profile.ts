/** How often what happens in scenarios of one name. Shares are from 0 to 1. */
export interface Profile {
  readonly name: string;
  readonly devices: readonly [from: number, to: number];
  readonly steps: readonly [from: number, to: number];
  /** Of a request of a cycle that has faults at all. */
  readonly requestFaults: number;
  /** Cycles during which the device suffers something. */
  readonly deviceFaults: number;
  /** Cycles during which the service suffers something. */
  readonly serverFaults: number;
  /** Writes during which the storage fails. */
  readonly writeFaults: number;
  /** Edits of a few fields of a few tasks, where people meet. */
  readonly hot: number;
  /** On a PostgreSQL of its own, which is killed so many times, each time while everybody syncs what they have just typed. */
  readonly postgresKills?: number;
}

export const PROFILES: readonly Profile[] = [
  {
    name: 'mixed',
    devices: [3, 6],
    steps: [36, 52],
    requestFaults: 0.5,
    deviceFaults: 0.2,
    serverFaults: 0.25,
    writeFaults: 0.12,
    hot: 0.3,
  },
  {
    name: 'calm',
    devices: [3, 4],
    steps: [30, 46],
    requestFaults: 0,
    deviceFaults: 0,
    serverFaults: 0,
    writeFaults: 0,
    hot: 0.3,
  },
  {
    name: 'postgres-kills',
    devices: [5, 6],
    // The steps are the rounds of kills.
    steps: [0, 0],
    requestFaults: 0.05,
    deviceFaults: 0,
    serverFaults: 0,
    writeFaults: 0,
    hot: 0.3,
    postgresKills: 20,
  },
];

export function profileOf(name: string): Profile {
  const profile = PROFILES.find((known) => known.name === name);
  if (!profile) throw new Error(`There is no profile ${name}: ${PROFILES.map((known) => known.name).join(', ')}`);
  return profile;
}
