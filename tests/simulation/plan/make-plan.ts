import { createSeededRandom, type SeededRandom } from '@backhaul/server/demo';
import { fieldService } from '@backhaul/shared';
import { drawDeviceFault, drawRequestFaults, drawServerFault } from './draw-faults.ts';
import { EditSource } from './draw-edit.ts';
import { drawOffice } from './draw-office.ts';
import type { Action, DevicePlan, Edit, PersonPlan, Plan, Step, SyncAction } from './plan.ts';
import { type Profile, profileOf } from './profile.ts';
import { ValueSource } from './draw-value.ts';

const NAMES = ['Marta', 'Ana', 'Bea', 'Carlos', 'Dora', 'Edu'] as const;
const YEAR = 365 * 86_400_000;

/** Draws the whole plan of a seed. Reads nothing else. */
export function makePlan(seed: number, profileName: string): Plan {
  const profile = profileOf(profileName);
  const random = createSeededRandom(seed);
  const people = drawPeople(random);
  const devices = drawDevices(random, profile, people);
  const source = new PlanSource(random, profile, people, devices);
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
    instances: random.chance(0.3) && !profile.postgresKills ? 2 : 1,
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

function drawDevices(random: SeededRandom, profile: Profile, people: readonly PersonPlan[]): DevicePlan[] {
  const count = random.int(...profile.devices);
  return Array.from({ length: count }, (_, index) => ({
    // Everybody has one before anybody has two.
    person: index < people.length ? index : random.int(0, people.length - 1),
    tabs: random.chance(0.2) ? 2 : 1,
    skew: drawSkew(random),
    pullLimit: random.pick([3, 7, 50, 500]),
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
  deviceFault: null,
  serverFault: null,
  during: [],
});

class PlanSource {
  readonly #random: SeededRandom;
  readonly #profile: Profile;
  readonly #people: readonly PersonPlan[];
  readonly #devices: readonly DevicePlan[];
  readonly #values: ValueSource;
  readonly #edits: EditSource;

  constructor(random: SeededRandom, profile: Profile, people: readonly PersonPlan[], devices: readonly DevicePlan[]) {
    this.#random = random;
    this.#profile = profile;
    this.#people = people;
    this.#devices = devices;
    this.#values = new ValueSource(random);
    this.#edits = new EditSource(fieldService, random, this.#values);
  }

  step(): Step {
    const random = this.#random;
    const tick = random.chance(0.1) ? random.int(60_000, 3 * 3_600_000) : random.int(1, 20_000);
    return { tick, ...this.#action() };
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
    const roll = random.next();
    const device = random.int(0, this.#devices.length - 1);
    if (roll < 0.28) return this.#edit(device);
    if (roll < 0.7) return this.#sync(device);
    if (roll < 0.86) return this.#together();
    if (roll < 0.93)
      return {
        kind: 'office',
        write: drawOffice(random, this.#values, this.#people),
        fault: random.chance(this.#profile.serverFaults) ? drawServerFault(random) : null,
      };
    if (roll < 0.95)
      return { kind: 'settle', device, pick: random.next(), how: random.pick(['retry', 'discard', 'dismiss']) };
    if (roll < 0.97) return { kind: 'clock', device, skew: drawSkew(random) };
    if (roll < 0.985) return { kind: 'restart', device };
    if (roll < 0.993) return { kind: 'serverClock', back: random.int(0, 7_200_000) };
    return { kind: 'purge', days: 0 };
  }

  #edit(device: number): Action {
    const random = this.#random;
    const fault = random.chance(this.#profile.writeFaults) ? drawDeviceFault(random, 12) : null;
    return { kind: 'edit', device, tab: random.int(0, 1), edit: this.#draw(device), fault };
  }

  #draw(device: number): Edit {
    return this.#random.chance(this.#profile.hot) ? this.#edits.hot() : this.#edits.draw(this.#roleOf(device));
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
      deviceFault: random.chance(profile.deviceFaults) ? drawDeviceFault(random, 40) : null,
      serverFault: random.chance(profile.serverFaults) ? drawServerFault(random) : null,
      during,
    };
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
