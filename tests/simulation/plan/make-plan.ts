import { createSeededRandom, type SeededRandom } from '@backhaul/server/demo';
import { drawDeviceFault, drawRequestFaults, drawServerFault } from './draw-faults.ts';
import { EditSource } from './draw-edit.ts';
import { drawOffice } from './draw-office.ts';
import { TODAY, TOMORROW } from '../world/evolving-domain.ts';
import { BEYOND_THE_HORIZON } from '../world/purge.ts';
import type { Action, AppVersion, DevicePlan, Edit, PersonPlan, Plan, Step, SyncAction } from './plan.ts';
import { type Profile, profileForSeed, profileOf } from './profile.ts';
import { ValueSource } from './draw-value.ts';

const NAMES = ['Marta', 'Ana', 'Bea', 'Carlos', 'Dora', 'Edu'] as const;
const YEAR = 365 * 86_400_000;

/** Draws the whole plan of a seed. Reads nothing else. */
export function makePlan(seed: number, profileName: string): Plan {
  const profile = profileOf(profileName === 'any' ? profileForSeed(seed) : profileName);
  const random = createSeededRandom(seed);
  const people = drawPeople(random);
  const evolves = !profile.processes && !profile.postgresKills && random.chance(0.25);
  const devices = drawDevices(random, { profile, people, evolves });
  const source = new PlanSource({ random, profile, people, devices, evolves });
  const steps = [
    ...Array.from({ length: random.int(...profile.steps) }, () => source.step()),
    ...Array.from({ length: profile.postgresKills ?? 0 }, () => source.postgresKill()).flat(),
  ];
  // Everybody has seen something before the first conflict.
  const opening = devices.map((_, device): Step => ({ tick: 1000, ...quietSync(device) }));
  return {
    seed,
    profile: profile.name,
    people,
    devices,
    evolves,
    instances: random.chance(0.3) && !profile.postgresKills && !profile.processes ? 2 : 1,
    steps: [...opening, ...steps],
  };
}

function drawPeople(random: SeededRandom): PersonPlan[] {
  const count = random.int(2, 4);
  return Array.from({ length: count }, (_, index) => ({
    name: NAMES[index] as string,
    role: index === 0 || random.chance(0.4) ? 'manager' : 'employee',
    team: random.chance(0.8) ? random.int(0, 1) : null,
  }));
}

interface DevicesParts {
  readonly profile: Profile;
  readonly people: readonly PersonPlan[];
  readonly evolves: boolean;
}

function drawDevices(random: SeededRandom, { profile, people, evolves }: DevicesParts): DevicePlan[] {
  const count = random.int(...profile.devices);
  return Array.from({ length: count }, (_, index) => ({
    // Everybody has one before anybody has two.
    person: index < people.length ? index : random.int(0, people.length - 1),
    tabs: random.chance(0.2) ? 2 : 1,
    skew: drawSkew(random),
    pullLimit: random.pick([3, 7, 50, 500]),
    app: evolves && random.chance(0.3) ? 2 : 1,
  }));
}

function drawSkew(random: SeededRandom): number {
  if (random.chance(0.4)) return 0;
  return Math.round((random.next() * 2 - 1) * random.pick([5_000, 3_600_000, 30 * 86_400_000, 10 * YEAR]));
}

const quietSync = (device: number): SyncAction => ({
  kind: 'sync',
  device,
  tab: 0,
  requests: [],
  tries: 1,
  deviceFault: null,
  serverFault: null,
  during: [],
});

interface SourceParts extends DevicesParts {
  readonly random: SeededRandom;
  readonly devices: readonly DevicePlan[];
}

class PlanSource {
  readonly #random: SeededRandom;
  readonly #profile: Profile;
  readonly #people: readonly PersonPlan[];
  readonly #devices: readonly DevicePlan[];
  readonly #evolves: boolean;
  readonly #values: ValueSource;
  readonly #edits: { readonly [app in AppVersion]: EditSource };
  /** Of each device, as far as the plan has come. */
  readonly #apps: AppVersion[];

  constructor({ random, profile, people, devices, evolves }: SourceParts) {
    this.#random = random;
    this.#profile = profile;
    this.#people = people;
    this.#devices = devices;
    this.#evolves = evolves;
    this.#values = new ValueSource(random);
    this.#edits = {
      1: new EditSource(TODAY, random, this.#values),
      2: new EditSource(TOMORROW, random, this.#values),
    };
    this.#apps = devices.map(({ app }) => app);
  }

  step(): Step {
    const random = this.#random;
    const tick = random.chance(0.1) ? random.int(60_000, 3 * 3_600_000) : random.int(1, 20_000);
    const action = this.#action();
    return { tick: action.kind === 'purge' ? BEYOND_THE_HORIZON : tick, ...action };
  }

  /** Everybody types, everybody syncs, and PostgreSQL is killed in the middle of it. */
  postgresKill(): Step[] {
    const random = this.#random;
    const all = this.#devices.map((_, index) => index);
    const typing = all.flatMap((device): Step[] => [
      { tick: random.int(1, 5_000), ...this.#edit(device) },
      { tick: random.int(1, 5_000), ...this.#edit(device) },
    ]);
    const [first = 0, ...others] = random.shuffled(all);
    const when = random.pick(['before', 'after'] as const);
    const serverFault = { kind: 'postgresSigkill', when, statement: random.int(0, 30) } as const;
    const actions = [{ ...quietSync(first), serverFault }, ...others.map((device) => quietSync(device))];
    return [...typing, { tick: 1000, kind: 'together', actions }];
  }

  #action(): Action {
    const random = this.#random;
    const device = random.int(0, this.#devices.length - 1);
    const { purges } = this.#profile;
    if (purges !== undefined && random.chance(purges)) return { kind: 'purge' };
    if (random.chance(this.#profile.office)) return random.chance(0.8) ? this.#office() : this.#signOut(device);
    const roll = random.next();
    if (roll < 0.28) return this.#edit(device);
    if (roll < 0.7) return this.#sync(device);
    if (roll < 0.86) return this.#together();
    if (roll < 0.93) return this.#office();
    if (roll < 0.95)
      return { kind: 'settle', device, pick: random.next(), how: random.pick(['retry', 'discard', 'dismiss']) };
    if (roll < 0.97) return { kind: 'clock', device, skew: drawSkew(random) };
    if (roll < 0.983) return this.#restart(device);
    if (roll < 0.987 || (this.#evolves && roll < 0.993))
      return this.#evolves ? { kind: 'migrate' } : this.#sync(device);
    // A service of its own has the real clock.
    if (this.#profile.processes) return this.#sync(device);
    if (roll < 0.994) return { kind: 'serverClock', back: random.int(0, 7_200_000) };
    if (roll < 0.997) return this.#signOut(device);
    return { kind: 'purge' };
  }

  #edit(device: number): Action {
    const random = this.#random;
    const fault = random.chance(this.#profile.writeFaults) ? drawDeviceFault(random, 12) : null;
    return { kind: 'edit', device, tab: random.int(0, 1), edit: this.#draw(device), fault };
  }

  #draw(device: number): Edit {
    const edits = this.#edits[this.#apps[device] ?? 1];
    const role = this.#roleOf(device);
    const { graves, hot } = this.#profile;
    if (graves !== undefined && role === 'manager' && this.#random.chance(graves)) return edits.grave();
    return this.#random.chance(hot) ? edits.hot() : edits.draw(role);
  }

  #sync(device: number): SyncAction {
    const random = this.#random;
    const profile = this.#profile;
    const during = Array.from({ length: random.chance(0.25) ? random.int(1, 2) : 0 }, () => ({
      request: random.int(0, 2),
      when: random.pick(['before', 'after'] as const),
      edit: this.#draw(device),
    }));
    return {
      kind: 'sync',
      device,
      tab: random.int(0, 1),
      requests: random.chance(0.85) ? drawRequestFaults(random, profile.requestFaults) : [],
      tries: random.int(1, 4),
      deviceFault: random.chance(profile.deviceFaults) ? drawDeviceFault(random, 40) : null,
      serverFault: random.chance(profile.serverFaults) ? drawServerFault(random, profile) : null,
      during,
    };
  }

  #office(): Action {
    const random = this.#random;
    const { access, serverFaults } = this.#profile;
    const parts = { random, values: this.#values, people: this.#people, devices: this.#devices.length, access };
    const fault = random.chance(serverFaults) ? drawServerFault(random, this.#profile) : null;
    return { kind: 'office', write: drawOffice(parts), fault };
  }

  #signOut(device: number): Action {
    const random = this.#random;
    const requests = random.chance(0.5) ? drawRequestFaults(random, this.#profile.requestFaults) : [];
    return {
      kind: 'signOut',
      device,
      unsent: random.pick(['refuse', 'handOver', 'handOver', 'keep'] as const),
      requests,
    };
  }

  #restart(device: number): Action {
    if (this.#evolves && this.#random.chance(0.6)) this.#apps[device] = 2;
    return { kind: 'restart', device, app: this.#apps[device] ?? 1 };
  }

  #together(): Action {
    const random = this.#random;
    const some = random.shuffled(this.#devices.map((_, index) => index)).slice(0, random.int(2, 5));
    const actions = some.map((device): Action => (random.chance(0.8) ? this.#sync(device) : this.#edit(device)));
    return { kind: 'together', actions };
  }

  #roleOf(device: number): PersonPlan['role'] {
    const { person } = this.#devices[device] as DevicePlan;
    return (this.#people[person] as PersonPlan).role;
  }
}
