import { PUSH_LIMITS } from '@backhaul/shared/schemas';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createWorld, pushText, stateOf, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let device: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  device = world.device();
  await device.push([create('task', v7(), TASK)]);
});
afterAll(() => world.close());

const good = () => create('task', v7(), TASK);

/** The text of a push with one good change and other members. */
const envelope = (members: object) => (): string =>
  JSON.stringify({ deviceId: device.deviceId, changes: [good()], ...members });

const MALFORMED: readonly (readonly [name: string, code: string, body: () => string])[] = [
  ['nothing', 'INVALID_JSON', () => ''],
  ['half an object', 'INVALID_JSON', () => envelope({})().slice(0, -5)],
  ['text', 'INVALID_JSON', () => 'changes=1'],
  ['NaN', 'INVALID_JSON', () => envelope({ clientTime: '@' })().replace('"@"', 'NaN')],
  ...['null', '7', '"push"', '[]'].map((text) => [`the JSON ${text}`, 'INVALID_REQUEST', () => text] as const),
  ['no deviceId', 'INVALID_REQUEST', envelope({ deviceId: undefined })],
  ...[null, 7, '', 'x', {}, '018f2b3c-0000-7000-8000-00000000abcd\n', '\ud800'].map(
    (deviceId) => [`the deviceId ${JSON.stringify(deviceId)}`, 'INVALID_REQUEST', envelope({ deviceId })] as const,
  ),
  [
    'a deviceId in another spelling of a UUID',
    'INVALID_REQUEST',
    () => envelope({ deviceId: `urn:uuid:${device.deviceId}` })(),
  ],
  ['another deviceId than the header', 'INVALID_REQUEST', envelope({ deviceId: v7() })],
  ['no changes', 'INVALID_REQUEST', envelope({ changes: undefined })],
  ...[null, {}, 'x', 7].map(
    (changes) => [`changes ${JSON.stringify(changes)}`, 'INVALID_REQUEST', envelope({ changes })] as const,
  ),
  ...[null, 7, 'now', '2026-11-21', '2026-02-30T10:00:00Z'].map(
    (clientTime) => [`clientTime ${JSON.stringify(clientTime)}`, 'INVALID_REQUEST', envelope({ clientTime })] as const,
  ),
  ...[
    null,
    [],
    { pending: -1 },
    { pending: 1.5 },
    { pending: '1' },
    { platform: 7 },
    { platform: 'x'.repeat(101) },
    { oldestPendingAt: 'yesterday' },
    { storageUsed: -1 },
    { storageQuota: {} },
  ].map((report) => [`the report ${JSON.stringify(report)}`, 'INVALID_REQUEST', envelope({ device: report })] as const),
];

describe('a malformed envelope is refused, and nothing is written', () => {
  it.each(MALFORMED)('%s: %s', async (_, code, body) => {
    const before = await stateOf(world);
    const answer = await pushText(world, device, body());
    expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status: 400, code });
    expect(await stateOf(world)).toEqual(before);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
  ])('a body of the type %s', async (type) => {
    const before = await stateOf(world);
    const { token, tenantId, deviceId } = device;
    const response = await world.server.app.inject({
      method: 'POST',
      url: '/v1/sync/push',
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenant-id': tenantId,
        'x-device-id': deviceId,
        'content-type': type,
      },
      body: envelope({})(),
    });
    expect(response.statusCode).toBe(415);
    expect(response.json()).toMatchObject({ error: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    expect(await stateOf(world)).toEqual(before);
  });
});

describe('limits', () => {
  it('takes 1,000 changes and refuses 1,001, saying what is allowed', async () => {
    const before = await stateOf(world);
    const many = Array.from({ length: PUSH_LIMITS.maxChanges + 1 }, good);
    const refused = await pushText(world, device, envelope({ changes: many })());
    expect(refused).toMatchObject({
      status: 413,
      body: { error: { code: 'TOO_MANY_CHANGES', details: { maxChanges: 1000, maxBytes: 5_242_880 } } },
    });
    expect(await stateOf(world)).toEqual(before);
    const taken = await device.push(many.slice(1));
    expect(taken.rejected).toEqual([]);
    expect(await stateOf(world)).toMatchObject({
      rows: before.rows + 1000,
      audit: before.audit + 1000,
      receipts: before.receipts + 1000,
    });
  });

  it('refuses 1,001 changes that are no changes at all in the same way', async () => {
    const refused = await pushText(world, device, envelope({ changes: Array.from({ length: 1001 }, () => null) })());
    expect(refused).toMatchObject({ status: 413, body: { error: { code: 'TOO_MANY_CHANGES' } } });
  });

  it('refuses a body of 6 MB with the limit, and takes one of 4 MB', async () => {
    const before = await stateOf(world);
    const notes = 'x'.repeat(20_000);
    const ofSize = (count: number) => Array.from({ length: count }, () => create('task', v7(), { ...TASK, notes }));
    const refused = await pushText(world, device, envelope({ changes: ofSize(300) })());
    expect(refused).toMatchObject({
      status: 413,
      body: { error: { code: 'BODY_TOO_LARGE', details: { maxBytes: 5_242_880 } } },
    });
    expect(await stateOf(world)).toEqual(before);
    expect((await device.push(ofSize(200))).rejected).toEqual([]);
  });
});

/** Members that pass the schema and that the database may still not like: none of them is worth a device's changes. */
const ODD: readonly (readonly [name: string, members: object])[] = [
  ['no changes at all', { changes: [] }],
  ['members that nobody knows', { colour: 'red', constructor: 1 }],
  ['a clock without an hour to go', { clientTime: '2016-12-31T23:59:60Z' }],
  ['a clock in the year 0', { clientTime: '0000-01-01T00:00:00Z' }],
  ['a clock in the year 1', { clientTime: '0001-01-01T00:00:00Z' }],
  ['a clock in the year 9999', { clientTime: '9999-12-31T23:59:59Z' }],
  ['a clock with nanoseconds', { clientTime: '2026-11-21T10:00:00.123456789Z' }],
  ['a clock in lower case', { clientTime: '2026-11-21t10:00:00z' }],
  ['a platform with a NUL', { device: { platform: 'i\0S' } }],
  ['an app version with a lone surrogate', { device: { appVersion: '\ud800' } }],
  ['more pending than an integer holds', { device: { pending: 3_000_000_000 } }],
  ['more pending than a number can count', { device: { pending: 1e300 } }],
  ['more storage than a bigint holds', { device: { storageUsed: 1e300 } }],
  ['more quota than a number can count', { device: { storageQuota: 2 ** 60 } }],
  ['a pending edit of the year 0', { device: { oldestPendingAt: '0000-01-01T00:00:00Z' } }],
  ['a pending edit in a leap second', { device: { oldestPendingAt: '2016-12-31T23:59:60Z' } }],
  ['a pending edit of the year 9999', { device: { oldestPendingAt: '9999-12-31T23:59:59-23:00' } }],
];

describe('an odd envelope never costs a device its changes', () => {
  it.each(ODD)('%s', async (_, members) => {
    // A service of its own: what one report breaks must not show in the next.
    const own = await createWorld();
    const office = own.device();
    await office.push([]);
    for (const sender of [office, own.device()]) {
      const before = await stateOf(own);
      const body = JSON.stringify({ deviceId: sender.deviceId, changes: [good()], ...members });
      const { status, body: answer } = await pushText(own, sender, body);
      const after = await stateOf(own);
      expect([200, 400]).toContain(status);
      // Refused as a whole and repeatable, or taken: a settled rejection would blame the changes for the envelope.
      if (status === 400) expect(after).toEqual(before);
      else expect(answer.rejected).toEqual([]);
      const fleet = await office.call('GET', '/v1/devices');
      expect(fleet.status).toBe(200);
    }
    await own.close();
  });
});

it('a deviceId in another spelling of a UUID is refused without the header, too', async () => {
  const { token, tenantId } = device;
  const response = await world.server.app.inject({
    method: 'POST',
    url: '/v1/sync/push',
    headers: { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId },
    body: { deviceId: `urn:uuid:${v7()}`, changes: [good()] },
  });
  expect(response.statusCode).toBe(400);
});
