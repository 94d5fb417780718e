import type { SignedIn } from '@backhaul/server/testing';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPullingClient, freshRecords, type PullingClient } from '../support/pulled-records.ts';
import { create, createWorld, remove, type SyncClient, type World } from '../support/sync-client.ts';
import { EXPENSE } from '../support/two-employees.ts';

/** `SEEDS=500 SEED=1000 pnpm test scope-histories` looks further, from seed 1000 on. */
const first = Number(process.env.SEED ?? 20_261_124);
const runs = Number(process.env.SEEDS ?? 60);

const PEOPLE = ['ana', 'bea'] as const;
type Person = (typeof PEOPLE)[number];

/** One thing that the office does; names stand for the ids of one history. */
type Deed =
  | { readonly kind: 'write'; readonly entity: string; readonly name: string; readonly values: Record<string, unknown> }
  | { readonly kind: 'delete'; readonly entity: string; readonly name: string };

type Step =
  | { readonly kind: 'push'; readonly deeds: readonly Deed[] }
  | { readonly kind: 'role'; readonly person: Person; readonly role: 'manager' | 'employee' }
  /** The records of the two stand for each other's members from now on. */
  | { readonly kind: 'swap' };

const some = (...names: string[]) => fc.constantFrom(null, ...names);
const taskWrite = fc
  .record({
    name: fc.constantFrom('t1', 't2', 't3', 't4'),
    values: fc.record(
      {
        assignedEmployeeId: some(...PEOPLE),
        teamId: some('north', 'south'),
        clientId: some('c1', 'c2', 'c3'),
        status: fc.constantFrom('scheduled', 'completed'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ name, values }): Deed => ({ kind: 'write', entity: 'task', name, values }));
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 16, arbitrary: taskWrite },
  {
    weight: 4,
    arbitrary: fc.constantFrom('t1', 't2', 't3', 't4').map((name): Deed => ({ kind: 'delete', entity: 'task', name })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        employeeId: some(...PEOPLE),
        kind: fc.constantFrom('general', 'payrollEmployee', 'expenseOutOfPocket'),
      })
      .map((values): Deed => ({ kind: 'write', entity: 'finance_entry', name: 'f1', values })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ name: fc.constantFrom('c1', 'c2', 'c3'), phone: fc.constantFrom('+1', '+2') })
      .map(({ name, phone }): Deed => ({ kind: 'write', entity: 'client', name, values: { phone } })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('c1', 'c2', 'c3').map((name): Deed => ({ kind: 'delete', entity: 'client', name })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ name: fc.constantFrom(...PEOPLE), teamId: some('north', 'south') })
      .map(({ name, teamId }): Deed => ({ kind: 'write', entity: 'employee', name, values: { teamId } })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...PEOPLE).map((name): Deed => ({ kind: 'delete', entity: 'employee', name })),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.array(deed, { minLength: 1, maxLength: 4 }).map((deeds): Step => ({ kind: 'push', deeds })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ person: fc.constantFrom(...PEOPLE), role: fc.constantFrom('manager', 'employee') })
      .map((values): Step => ({ kind: 'role', ...values })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'swap' }) },
);
/** When the lazy device of each person pulls, and in pages of how many. */
const pulls = fc.record({ ana: fc.boolean(), bea: fc.boolean(), limit: fc.integer({ min: 1, max: 4 }) });

let world: World;
const members = new Map<Person, SignedIn>();
let exits = 0;
let resyncs = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
  // Histories without any would prove nothing.
  expect(exits).toBeGreaterThan(runs / 4);
  expect(resyncs).toBeGreaterThan(runs / 8);
});

it('I1, I4, I6: whoever pulls on and on holds what a new device is shown, whatever comes and goes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, pulls), { minLength: 1, maxLength: 14 }), async (steps) => {
      await runHistory(await createHistory(), steps);
    }),
    { numRuns: runs, seed: first, endOnFailure: process.env.SHRINK === undefined },
  );
}, 600_000);

interface Watched {
  readonly eager: PullingClient;
  readonly lazy: PullingClient;
  /** All that the person was shown since the last resync, tombstones too. */
  readonly shown: Set<string>;
}

interface History {
  readonly office: SyncClient;
  readonly ids: ReadonlyMap<string, string>;
  readonly watched: ReadonlyMap<Person | 'office', Watched>;
  /** Records that were ever deleted. */
  readonly deleted: Set<string>;
  isSwapped: boolean;
}

async function createHistory(): Promise<History> {
  const tenant = await world.newTenant('History');
  const ids = new Map(['north', 'south', 'c1', 'c2', 'c3', 't1', 't2', 't3', 't4', 'f1'].map((name) => [name, v7()]));
  const office = tenant.device();
  await office.push([
    ...['north', 'south'].map((name) => create('team', ids.get(name) as string, { name })),
    ...['c1', 'c2', 'c3'].map((name) => create('client', ids.get(name) as string, { name, phone: '+1' })),
  ]);
  for (const person of PEOPLE) {
    const { member, employeeId } = await tenant.employee(`${person}@example.com`, { hourlyRate: 12 });
    members.set(person, member);
    ids.set(person, employeeId);
  }
  const watch = (member?: SignedIn): Watched => ({
    eager: createPullingClient(tenant.device(member)),
    lazy: createPullingClient(tenant.device(member)),
    shown: new Set(),
  });
  const watched = new Map<Person | 'office', Watched>([['office', watch()]]);
  for (const person of PEOPLE) watched.set(person, watch(members.get(person)));
  return { office, ids, watched, deleted: new Set(), isSwapped: false };
}

async function runHistory(
  history: History,
  steps: readonly (readonly [Step, { ana: boolean; bea: boolean; limit: number }])[],
): Promise<void> {
  await look(history, { ana: true, bea: true, limit: 500 });
  for (const [deeds, when] of steps) {
    await take(history, deeds);
    await look(history, when);
  }
  await look(history, { ana: true, bea: true, office: true, limit: 1 });
  for (const { lazy, eager } of history.watched.values()) resyncs += lazy.resyncs + eager.resyncs;
}

async function take(history: History, taken: Step): Promise<void> {
  const { office, ids } = history;
  switch (taken.kind) {
    case 'push': {
      const { rejected } = await office.push(taken.deeds.map((done) => changeOf(history, done)));
      // A delete of what was never made.
      expect(rejected.filter(({ code }) => code !== 'RECORD_GONE')).toEqual([]);
      return;
    }
    case 'role': {
      const url = `/v1/members/${members.get(taken.person)?.userId}`;
      expect((await office.call('PATCH', url, { role: taken.role })).status).toBe(200);
      return;
    }
    case 'swap': {
      history.isSwapped = !history.isSwapped;
      const { rejected } = await office.push([
        unstated('employee', ids.get('ana') as string, { name: 'ana', userId: null }),
        ...PEOPLE.toReversed().map((person) =>
          unstated('employee', ids.get(person) as string, employeeValues(history, person)),
        ),
      ]);
      expect(rejected).toEqual([]);
    }
  }
}

function employeeValues({ isSwapped }: History, person: Person): Record<string, unknown> {
  const other = person === 'ana' ? 'bea' : 'ana';
  return { name: person, userId: members.get(isSwapped ? other : person)?.userId };
}

function changeOf(history: History, { entity, name, ...rest }: Deed): object {
  const id = history.ids.get(name) as string;
  if (rest.kind === 'delete') {
    history.deleted.add(`${entity}/${id}`);
    return remove(entity, id, null);
  }
  const whole: Record<string, Record<string, unknown>> = {
    task: { title: name, date: '2026-11-24', status: 'scheduled' },
    finance_entry: EXPENSE,
    client: { name },
    employee: entity === 'employee' ? employeeValues(history, name as Person) : {},
  };
  const named = Object.entries(rest.values).map(([field, value]) => [field, history.ids.get(value as string) ?? value]);
  return unstated(entity, id, { ...whole[entity], ...Object.fromEntries(named) });
}

/** Creates what is not there, edits what is there, and brings back what is deleted. */
function unstated(entity: string, id: string, payload: object): object {
  return create(entity, id, payload);
}

/** A manager sees everything all the time, so the office looks at the end alone. */
async function look(
  history: History,
  when: { ana: boolean; bea: boolean; limit: number; office?: boolean },
): Promise<void> {
  const { deleted } = history;
  for (const [person, { eager, lazy, shown }] of history.watched) {
    if (person === 'office' && !when.office) continue;
    const fresh = await freshRecords(eager.client);
    const before = eager.resyncs;
    await eager.pull();
    if (eager.resyncs > before) shown.clear();
    for (const { reason, entity, entityId } of eager.received) if (!reason) shown.add(`${entity}/${entityId}`);
    expect(sorted(eager.records), `${person}, pulling every time`).toEqual(sorted(fresh));
    expectSound(eager, shown, deleted);
    if (when[person]) {
      await lazy.pull(when.limit);
      expect(sorted(lazy.records), `${person}, pulling now and then`).toEqual(sorted(fresh));
      expectSound(lazy, shown, deleted);
    }
  }
}

/**
 * In the order of versions, and no exit of what could not have been there. Of what was once deleted an exit may be one too
 * many: whether it was there before, the service does not know any more.
 */
function expectSound({ received }: PullingClient, shown: ReadonlySet<string>, deleted: ReadonlySet<string>): void {
  const versions = received.map(({ updatedAt }) => updatedAt);
  expect(versions).toEqual([...new Set(versions)].toSorted());
  for (const { reason, entity, entityId } of received) {
    const key = `${entity}/${entityId}`;
    if (reason !== 'scope' || deleted.has(key)) continue;
    exits += 1;
    expect(shown.has(key), `an exit of ${key}`).toBe(true);
  }
}

function sorted(records: ReadonlyMap<string, string>): string[] {
  return [...records].map(([key, payload]) => `${key} ${payload}`).toSorted();
}
