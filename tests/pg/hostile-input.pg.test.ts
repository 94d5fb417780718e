import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  createNeighbour,
  createWorld,
  edit,
  pushText,
  remove,
  stateOf,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

const LONE = '\ud800';
const NUL = '\0';
const ID = '018f2b3c-0000-7000-8000-00000000abcd';
const ENTRY = {
  title: 'Work',
  amount: 5,
  type: 'payable',
  dueDate: '2026-11-21',
  status: 'pending',
  currency: 'usd',
  kind: 'general',
};
const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** One change that can not be taken, as JSON text, and the code that says why. */
type Case = readonly [name: string, code: string, change: () => string];

const json = (value: unknown): string => JSON.stringify(value);
/** A good create with other members. */
const framed = (members: object) => () => json({ ...create('task', v7(), TASK), ...members });
const without = (member: string) => () => json({ ...create('task', v7(), TASK), [member]: undefined });
const task = (values: object) => () => json(create('task', v7(), { ...TASK, ...values }));
const entry = (values: object) => () => json(create('finance_entry', v7(), { ...ENTRY, ...values }));
const item = (values: object) => entry({ lineItems: [{ description: 'Hours', quantity: 1, unitPrice: 2, ...values }] });
/** `"@"` becomes what no serializer writes. */
const spliced = (change: () => string, marked: string, text: string) => () => change().replace(json(marked), text);

const CASES: readonly Case[] = [
  ...['null', '7', '"text"', 'true', '[]', '[[{}]]'].map(
    (text): Case => [`no object: ${text}`, 'MALFORMED_CHANGE', () => text],
  ),
  ['an object of something else', 'MALFORMED_CHANGE', () => json({ greeting: v7() })],
  ['no op', 'MALFORMED_CHANGE', without('op')],
  ['an unknown op', 'MALFORMED_CHANGE', framed({ op: 'merge' })],
  ['an op of the engine itself', 'MALFORMED_CHANGE', framed({ op: 'revive' })],
  ['no entity', 'MALFORMED_CHANGE', without('entity')],
  ['an entity that is no text', 'MALFORMED_CHANGE', framed({ entity: 7 })],
  ...['tusk', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'Task', `task${NUL}`, `task${LONE}`].map(
    (entity): Case => [`the entity ${json(entity)}`, 'UNKNOWN_ENTITY', framed({ entity })],
  ),
  ['no entityId', 'INVALID_ID', without('entityId')],
  ...[null, 7, '', 'x', {}, `urn:uuid:${ID}`, `{${ID}}`, ID.replaceAll('-', ''), `${ID}\n`, LONE, NUL].map(
    (entityId): Case => [`the entityId ${json(entityId)}`, 'INVALID_ID', framed({ entityId })],
  ),
  ...[null, 7, '', 'x', {}, `urn:uuid:${ID}`, `${ID} `, LONE, NUL].map(
    (changeId): Case => [`the changeId ${json(changeId)}`, 'INVALID_ID', framed({ changeId })],
  ),
  ['no clientUpdatedAt', 'INVALID_DATE', without('clientUpdatedAt')],
  ...[
    null,
    1763690000000,
    '',
    'yesterday',
    '2026-11-21',
    '2026-11-21T10:00:00',
    '2026-02-30T10:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:00:60Z',
    '+275760-09-13T00:00:00Z',
    '1900-01-01T00:00:00+14:00',
    '9999-12-31T00:00:00Z',
    '0000-01-01T00:00:00Z',
    LONE,
  ].map(
    (clientUpdatedAt): Case => [
      `clientUpdatedAt ${json(clientUpdatedAt)}`,
      'INVALID_DATE',
      framed({ clientUpdatedAt }),
    ],
  ),
  ...[1.5, '5', 1e15, -1e300, true].map(
    (clockOffset): Case => [`clockOffset ${json(clockOffset)}`, 'INVALID_DATE', framed({ clockOffset })],
  ),
  ...[
    '',
    'x',
    5,
    '2026-11-21T10:00:00Z',
    '2026-02-30T10:00:00.000000Z',
    '2026-11-21T10:00:00.000000+00:00',
    '2026-11-21T10:00:00.000000Z/2026-11-21T10:00:00.000000Z',
    LONE,
  ].map((baseUpdatedAt): Case => [`baseUpdatedAt ${json(baseUpdatedAt)}`, 'INVALID_CURSOR', framed({ baseUpdatedAt })]),
  ['no payload', 'MALFORMED_CHANGE', without('payload')],
  ...[null, [], 'x', 7].map(
    (payload): Case => [`the payload ${json(payload)}`, 'MALFORMED_CHANGE', framed({ payload })],
  ),

  ['an unknown field', 'UNKNOWN_FIELD', task({ colour: 'red' })],
  ...['constructor', 'toString', 'hasOwnProperty', `title${NUL}`, `title${LONE}`, '', 'Title', 'field_versions'].map(
    (key): Case => [`the field ${json(key)}`, 'UNKNOWN_FIELD', task({ [key]: 'x' })],
  ),
  ['the field __proto__', 'UNKNOWN_FIELD', spliced(task({ colour: 'red' }), 'colour', '"__proto__"')],
  [
    'the field __proto__ with an object',
    'UNKNOWN_FIELD',
    spliced(spliced(task({ colour: '@' }), 'colour', '"__proto__"'), '@', '{"title":"x"}'),
  ],
  ['the field constructor with a prototype', 'UNKNOWN_FIELD', task({ constructor: { prototype: { title: 'x' } } })],
  ['__proto__ inside a line item', 'INVALID_FIELD', spliced(item({ colour: 1 }), 'colour', '"__proto__"')],
  ['a deletedAt', 'USE_DELETE', task({ deletedAt: '2026-11-21T10:00:00Z' })],
  ['a deletedAt beside an unknown field with a NUL', 'USE_DELETE', task({ deletedAt: 'now', [`x${NUL}`]: 1 })],
  ['a wrong title beside an unknown field with a lone surrogate', 'INVALID_FIELD', task({ title: 7, [`x${LONE}`]: 1 })],
  [
    'a wrong title beside a long unknown field with an emoji',
    'INVALID_FIELD',
    task({ title: 7, [`${'x'.repeat(99)}😀`]: 1 }),
  ],

  ['no title', 'REQUIRED_FIELD', task({ title: undefined })],
  ['a null title', 'REQUIRED_FIELD', task({ title: null })],
  ['a blank title', 'REQUIRED_FIELD', task({ title: ' \n\t' })],
  ...[7, true, {}, ['x']].map((title): Case => [`the title ${json(title)}`, 'INVALID_FIELD', task({ title })]),
  ['a title with a NUL', 'INVALID_TEXT', task({ title: `a${NUL}b` })],
  ['a title with a lone surrogate', 'INVALID_TEXT', task({ title: `a${LONE}b` })],
  ['a title with a low surrogate first', 'INVALID_TEXT', task({ title: '\ude00\ud83d' })],
  ['a sealed field with a NUL', 'INVALID_TEXT', task({ notes: NUL })],
  ['a title that is too long', 'INVALID_TEXT', task({ title: 'x'.repeat(501) })],
  ['notes that are too long', 'INVALID_TEXT', task({ notes: 'x'.repeat(20_001) })],
  ...[
    '2026-02-30',
    '2026-13-01',
    '2025-02-29',
    '26-11-21',
    '2026-11-21T00:00:00Z',
    '1899-12-31',
    '2201-01-01',
    '',
    'infinity',
  ].map((date): Case => [`the date ${json(date)}`, 'INVALID_DATE', task({ date })]),
  ...[
    '2026-11-21',
    '2026-11-21T25:00:00Z',
    '2026-11-21T10:00:00',
    'infinity',
    '2026-11-21T10:00:00+99:99',
    '1900-01-01T00:00:00+14:00',
    '2200-12-31T23:59:59-12:00',
    5,
  ].map((startTime): Case => [`the instant ${json(startTime)}`, 'INVALID_DATE', task({ startTime })]),
  ...['done', 'Scheduled', '', 7, ['scheduled'], 'toString'].map(
    (status): Case => [`the status ${json(status)}`, 'INVALID_FIELD', task({ status })],
  ),
  ...['x', 7, '', `urn:uuid:${ID}`, [ID]].map(
    (clientId): Case => [`the reference ${json(clientId)}`, 'INVALID_ID', task({ clientId })],
  ),
  ['a reference to nothing', 'MISSING_REFERENCE', () => task({ clientId: v7() })()],
  ['a reference to a record of another entity', 'MISSING_REFERENCE', () => task({ teamId: knownTask })()],
  ["a reference to another tenant's record", 'MISSING_REFERENCE', () => task({ clientId: foreignClient })()],

  ...[0.001, 1.005, 1e300, -1e12, 1_000_000_000_000, '5', '5.00', true, {}, [5]].map(
    (amount): Case => [`the amount ${json(amount)}`, 'INVALID_AMOUNT', entry({ amount })],
  ),
  ...['1e400', '-1e400', '0.1e-5', '99999999999999999999999999'].map(
    (text): Case => [`the amount ${text}`, 'INVALID_AMOUNT', spliced(entry({ amount: '@' }), '@', text)],
  ),
  ['no amount', 'REQUIRED_FIELD', entry({ amount: null })],
  ...[7, 'x', {}, { length: 1 }].map(
    (lineItems): Case => [`lineItems ${json(lineItems)}`, 'INVALID_FIELD', entry({ lineItems })],
  ),
  ...[null, 7, 'x', [], { colour: 1 }].map(
    (one): Case => [`the line item ${json(one)}`, 'INVALID_FIELD', entry({ lineItems: [one] })],
  ),
  [
    '501 line items',
    'INVALID_FIELD',
    entry({ lineItems: Array.from({ length: 501 }, () => ({ description: 'x', quantity: 1, unitPrice: 1 })) }),
  ],
  ['a line item without a price', 'REQUIRED_FIELD', item({ unitPrice: null })],
  ['a lone surrogate deep inside lineItems', 'INVALID_TEXT', item({ description: LONE })],
  ['a NUL deep inside lineItems', 'INVALID_TEXT', item({ description: NUL })],
  ['a key with a lone surrogate deep inside lineItems', 'INVALID_FIELD', item({ [LONE]: 1 })],
  ['a price with three decimals deep inside lineItems', 'INVALID_AMOUNT', item({ unitPrice: 0.125 })],
  ['an infinite quantity deep inside lineItems', 'INVALID_FIELD', spliced(item({ quantity: '@' }), '@', '1e400')],
  [
    'a list field that is no list',
    'INVALID_FIELD',
    () => json(create('client', v7(), { name: 'Ana', preferredDeliveryChannels: 'sms' })),
  ],
  [
    'a list with an unknown value',
    'INVALID_FIELD',
    () => json(create('client', v7(), { name: 'Ana', preferredDeliveryChannels: ['fax'] })),
  ],
  [
    'a number beyond 32 bits',
    'INVALID_FIELD',
    () =>
      json(
        create('service_type', v7(), {
          name: 'Windows',
          basePrice: 1,
          currency: 'usd',
          defaultDurationMinutes: 2_147_483_648,
        }),
      ),
  ],
  ['a boolean as text', 'INVALID_FIELD', entry({ isDisputed: 'true' })],
  ['an unknown currency', 'INVALID_FIELD', entry({ currency: 'ars' })],

  ['100,000 levels as a change', 'MALFORMED_CHANGE', () => DEEP],
  ['100,000 levels in a payload', 'MALFORMED_CHANGE', spliced(task({ title: '@' }), '@', DEEP)],
  ['100,000 levels in a member that nobody reads', 'MALFORMED_CHANGE', spliced(framed({ extra: '@' }), '@', DEEP)],

  [
    'a write to what only the service writes',
    'FORBIDDEN',
    () =>
      json(create('attachment', v7(), { ownerType: 'task', ownerId: v7(), mimeType: 'a/b', size: 1, status: 'ready' })),
  ],
  ['an edit of nothing', 'RECORD_GONE', () => json(edit('task', v7(), '2026-11-21T10:00:00.000000Z', { title: 'x' }))],
  ['a delete of nothing', 'RECORD_GONE', () => json(remove('task', v7(), '2026-11-21T10:00:00.000000Z'))],
  [
    "an edit of another tenant's record",
    'RECORD_GONE',
    () => json(edit('client', foreignClient, '2026-11-21T10:00:00.000000Z', { name: 'Mine' })),
  ],
  ["a delete of another tenant's record", 'RECORD_GONE', () => json(remove('client', foreignClient, null))],
];

const RETRYABLE = new Set(['UNKNOWN_ENTITY', 'UNKNOWN_FIELD', 'MISSING_REFERENCE']);

let world: World;
let device: SyncClient;
let knownTask: string;
let foreignClient: string;

beforeAll(async () => {
  world = await createWorld();
  device = world.device();
  knownTask = v7();
  await device.push([create('task', knownTask, TASK)]);
  const neighbour = await createNeighbour(world);
  foreignClient = v7();
  await neighbour.push([create('client', foreignClient, { name: 'Theirs' })]);
});
afterAll(() => world.close());

const pushOf = (changes: readonly string[]): string =>
  `{"deviceId":"${device.deviceId}","changes":[${changes.join(',')}]}`;

describe('what is wrong inside one change is that change’s rejection', () => {
  it.each(CASES)('%s: %s', async (_, code, makeChange) => {
    const retryable = RETRYABLE.has(code);
    const before = await stateOf(world);
    const alone = await pushText(world, device, pushOf([makeChange()]));
    expect(alone.status).toBe(200);
    expect(alone.body).toMatchObject({ applied: [], conflicts: [] });
    expect(alone.body.rejected).toMatchObject([{ index: 0, code, retryable }]);
    expect(alone.body.results).toMatchObject([{ index: 0, outcome: 'rejected', updatedAt: null }]);
    const afterAlone = await stateOf(world);
    expect({ ...afterAlone, receipts: before.receipts }).toEqual(before);
    expect(alone.body.cursor).toBe(before.clock);

    const good = [create('task', v7(), TASK), create('task', v7(), TASK)] as const;
    const mixed = await pushText(world, device, pushOf([json(good[0]), makeChange(), json(good[1])]));
    expect(mixed.status).toBe(200);
    expect(mixed.body.results.map(({ outcome }) => outcome)).toEqual(['applied', 'rejected', 'applied']);
    expect(mixed.body.applied).toEqual(good.map(({ entityId }) => entityId));
    expect(mixed.body.rejected).toMatchObject([{ index: 1, code, retryable }]);
    const after = await stateOf(world);
    expect(after).toMatchObject({ rows: before.rows + 2, audit: before.audit + 2, conflicts: before.conflicts });
    // Of the bad one at most a receipt, once for each of its two ids; none while it may still be accepted.
    expect(after.receipts - afterAlone.receipts - 2).toBe(afterAlone.receipts - before.receipts);
    if (retryable) expect(afterAlone.receipts).toBe(before.receipts);
  });
});
