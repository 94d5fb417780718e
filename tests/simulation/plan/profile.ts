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
  /** Of what the office does: about who may work at all. */
  readonly access: number;
  /** Steps that are the office's, beside the usual ones. */
  readonly office: number;
  /** On a PostgreSQL of its own, which is killed so many times, each time while everybody syncs what they have just typed. */
  readonly postgresKills?: number;
  /** The service is a process of its own, killed with SIGKILL, in real time. */
  readonly processes?: true;
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
    access: 0.08,
    office: 0,
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
    access: 0.08,
    office: 0,
  },
  {
    // Many who meet in few fields, with clocks that are years off.
    name: 'clocks',
    devices: [4, 6],
    steps: [36, 52],
    requestFaults: 0.2,
    deviceFaults: 0.05,
    serverFaults: 0.1,
    writeFaults: 0.05,
    hot: 0.85,
    access: 0.08,
    office: 0,
  },
  {
    // People lose their place and get it back, sign out and in, with work that nobody has.
    name: 'access',
    devices: [4, 6],
    steps: [36, 52],
    requestFaults: 0.3,
    deviceFaults: 0.1,
    serverFaults: 0.15,
    writeFaults: 0.05,
    hot: 0.4,
    access: 0.7,
    office: 0.15,
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
    access: 0.08,
    office: 0,
    postgresKills: 20,
  },
  {
    name: 'processes',
    devices: [3, 5],
    steps: [30, 30],
    requestFaults: 0.1,
    deviceFaults: 0.05,
    serverFaults: 0.3,
    writeFaults: 0,
    hot: 0.4,
    access: 0.08,
    office: 0,
    processes: true,
  },
];

/** What `any` is for a seed: mostly everything at once. */
export function profileForSeed(seed: number): string {
  const place = seed % 8;
  return place === 7 ? 'clocks' : place === 3 ? 'access' : 'mixed';
}

export function profileOf(name: string): Profile {
  const profile = PROFILES.find((known) => known.name === name);
  if (!profile) throw new Error(`There is no profile ${name}: ${PROFILES.map((known) => known.name).join(', ')}`);
  return profile;
}
