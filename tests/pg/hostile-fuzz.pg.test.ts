import { type Entity, type Field, fieldService } from '@backhaul/shared';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { create, createWorld, type SyncClient, TASK, type World } from '../support/sync-client.ts';

/**
 * Changes that are nearly right, in any mixture: the service answers each of them, never fails as a whole, takes what is
 * good beside them (I7), decides the same when they come again (I3), and can read back whatever it took.
 */
let world: World;
let device: SyncClient;
let other: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  device = world.device();
  other = world.device();
});
afterAll(() => world.close());

const entities = Object.entries(fieldService.entities as { [name: string]: Entity });
const ids = Array.from({ length: 5 }, () => v7());
const version = fc.constantFrom(
  '1970-01-01T00:00:00.000000Z',
  '2026-11-21T10:00:00.000001Z',
  '9999-12-31T23:59:59.999999Z',
);

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('\ud800', '\udc00x', 'a\0b', '', '__proto__', '😀'.repeat(60), 'constructor'),
);
const oddNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1e300, 2 ** 53, 0.001, 5e-324),
);
const odd = fc.oneof(oddText, oddNumber, fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));
const lineItems = fc.array(
  fc.record(
    {
      description: fc.oneof(odd, fc.constant('x')),
      quantity: oddNumber,
      unitPrice: fc.oneof(oddNumber, fc.constant(1.1)),
      taskId: fc.oneof(odd, fc.constantFrom(...ids)),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);

/** A value that the field takes, in any of its spellings. */
function goodValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'text':
      return fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
        .map((text) => `x${text.replaceAll('\0', '')}`);
    case 'enum':
      return fc.constantFrom(...field.values);
    case 'enumList':
      return fc.subarray([...field.values]);
    case 'reference':
    case 'id':
      return fc.constantFrom(...ids, ...ids.map((id) => id.toUpperCase()), v7());
    case 'date':
      return fc.constantFrom('1900-01-01', '2024-02-29', '2200-12-31');
    case 'instant':
      return fc.constantFrom('2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123456+05:30', '1900-01-01T00:00:00-14:00');
    case 'money':
      return fc.integer({ min: -10_000, max: 10_000 }).map((cents) => cents / 100);
    case 'number':
      return oddNumber;
    case 'integer':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'objectList':
      return lineItems;
  }
}

/** Required fields with good values, so that many changes get past the first check. */
const REQUIRED: { readonly [entity: string]: object } = {
  client: { name: 'Bea' },
  employee: { name: 'Ana' },
  team: { name: 'North' },
  service_type: { name: 'Windows', basePrice: 1, currency: 'usd' },
  task: TASK,
  finance_entry: {
    title: 'F',
    amount: 5,
    type: 'payable',
    dueDate: '2026-11-21',
    status: 'pending',
    currency: 'usd',
    kind: 'general',
  },
  attachment: {},
};

const change = fc.constantFrom(...entities).chain(([name, entity]) => {
  const known = fc
    .constantFrom(...Object.entries(entity.fields))
    .chain(([key, field]) =>
      fc.tuple(fc.constant(key), fc.oneof({ weight: 15, arbitrary: goodValue(field) }, { weight: 1, arbitrary: odd })),
    );
  const unknown = fc.tuple(fc.oneof(oddText, fc.constantFrom('id', 'deletedAt', 'tenantId')), odd);
  const pair = fc.oneof({ weight: 25, arbitrary: known }, { weight: 1, arbitrary: unknown });
  const payload = fc
    .tuple(fc.boolean(), fc.array(pair, { maxLength: 4 }))
    .map(([whole, pairs]) => ({ ...(whole ? REQUIRED[name] : {}), ...Object.fromEntries(pairs) }));
  const mostly = <T>(good: fc.Arbitrary<T>) => fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: odd });
  return fc.record(
    {
      op: mostly(fc.constantFrom('upsert', 'upsert', 'upsert', 'delete')),
      entity: mostly(fc.constant(name)),
      entityId: mostly(fc.constantFrom(...ids)),
      clientUpdatedAt: mostly(fc.constantFrom('2026-11-21T10:00:00Z', '1900-01-01T00:00:00Z', '2200-01-01T00:00:00Z')),
      clockOffset: mostly(fc.constantFrom(0, 1, -86_400_000)),
      baseUpdatedAt: mostly(fc.oneof(fc.constant(null), version)),
      payload: mostly(payload),
      extra: odd,
    },
    { requiredKeys: ['op', 'entity', 'entityId', 'clientUpdatedAt', 'payload'] },
  );
});
const item = fc.oneof({ weight: 12, arbitrary: change }, { weight: 1, arbitrary: odd });

it('I7, I3: any mixture of nearly right changes is answered, and good ones beside them land', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 12 }), fc.boolean(), async (items, elsewhere) => {
      const sender = elsewhere ? other : device;
      const good = [create('task', v7(), TASK), create('team', v7(), { name: 'x' })] as const;
      const changes = [
        good[0],
        ...items.map((one) => (isObject(one) ? Object.assign({ changeId: v7() }, one) : one)),
        good[1],
      ];
      const answer = await sender.push(changes);
      expect(answer.results.map(({ index }) => index)).toEqual(changes.map((_, index) => index));
      expect([answer.results[0]?.outcome, answer.results.at(-1)?.outcome]).toEqual(['applied', 'applied']);
      expect(answer.rejected.filter(({ code }) => code === 'INTERNAL_CHANGE')).toEqual([]);
      accepted += answer.applied.length - good.length;

      const again = await sender.push(changes);
      const outcome = ({ outcome: name, updatedAt }: (typeof answer.results)[number]) => [name, updatedAt];
      const settled = new Set(answer.rejected.filter(({ retryable }) => retryable).map(({ index }) => index));
      const kept = (results: typeof answer.results) => results.filter(({ index }) => !settled.has(index)).map(outcome);
      expect(kept(again.results)).toEqual(kept(answer.results));
    }),
    { numRuns: 150, seed: 20_261_121 },
  );
  // The mixture is worth something only if much of it is taken.
  expect(accepted).toBeGreaterThan(250);

  const pulled = await world.device().pullAll();
  expect(new Set(pulled.changes.map(({ entityId, entity }) => `${entity}/${entityId}`)).size).toBe(
    pulled.changes.length,
  );
  for (const path of [
    'clients',
    'employees',
    'teams',
    'service-types',
    'tasks',
    'finance-entries',
    'conflicts',
    'audit',
  ]) {
    const limit = path === 'conflicts' || path === 'audit' ? 1000 : 5000;
    expect((await device.call('GET', `/v1/${path}?limit=${limit}`)).status, path).toBe(200);
  }
}, 120_000);

function isObject(one: unknown): one is object {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}
