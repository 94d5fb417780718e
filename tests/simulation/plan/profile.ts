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
  /** Edits that make few tasks go and come back. */
  readonly graves?: number;
  /** Steps in which the horizon passes. */
  readonly purges?: number;
  /** On a PostgreSQL of its own, which is killed so many times, each time while everybody syncs what they have just typed. */
  readonly postgresKills?: number;
  /** The service is a process of its own, killed with SIGKILL, in real time. */
  readonly processes?: true;
}

const MIXED: Profile = {
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
};

const CALM: Profile = {
  ...MIXED,
  name: 'calm',
  devices: [3, 4],
  steps: [30, 46],
  requestFaults: 0,
  deviceFaults: 0,
  serverFaults: 0,
  writeFaults: 0,
};

export const PROFILES: readonly Profile[] = [
  MIXED,
  CALM,
  {
    // Many who meet in few fields, with clocks that are years off.
    ...MIXED,
    name: 'clocks',
    devices: [4, 6],
    requestFaults: 0.2,
    deviceFaults: 0.05,
    serverFaults: 0.1,
    writeFaults: 0.05,
    hot: 0.85,
  },
  {
    // People lose their place and get it back, sign out and in, with work that nobody has.
    ...MIXED,
    name: 'access',
    devices: [4, 6],
    requestFaults: 0.3,
    deviceFaults: 0.1,
    serverFaults: 0.15,
    writeFaults: 0.05,
    hot: 0.4,
    access: 0.7,
    office: 0.15,
  },
  {
    // Few tasks that are deleted, edited by those who have not heard of it, made again, and purged.
    ...MIXED,
    name: 'graves',
    devices: [4, 6],
    requestFaults: 0.2,
    deviceFaults: 0.05,
    serverFaults: 0.1,
    writeFaults: 0.05,
    hot: 0.7,
    graves: 0.5,
    purges: 0.05,
  },
  // The steps are the rounds of kills.
  { ...CALM, name: 'postgres-kills', devices: [5, 6], steps: [0, 0], requestFaults: 0.05, postgresKills: 20 },
  {
    ...CALM,
    name: 'processes',
    devices: [3, 5],
    steps: [30, 30],
    requestFaults: 0.1,
    deviceFaults: 0.05,
    serverFaults: 0.3,
    hot: 0.4,
    processes: true,
  },
];

/** What `any` is for a seed: mostly everything at once. */
export function profileForSeed(seed: number): string {
  const place = seed % 8;
  return place === 7 ? 'clocks' : place === 5 ? 'graves' : place === 3 ? 'access' : 'mixed';
}

export function profileOf(name: string): Profile {
  const profile = PROFILES.find((known) => known.name === name);
  if (!profile) throw new Error(`There is no profile ${name}: ${PROFILES.map((known) => known.name).join(', ')}`);
  return profile;
}
