import { takeEvent, TASKS } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
import { PUBLIC_URL, type SignedRequest, TWILIO, twilioRequest } from '../support/provider-signatures.ts';

let service: MessageWorld;
let m: MessageWorld;
beforeAll(async () => {
  service = await createMessageWorld({ config: { publicUrl: PUBLIC_URL, twilio: TWILIO } });
});
afterAll(() => service.close());
beforeEach(async () => {
  m = await service.another();
});

interface AddedJob {
  readonly task: string;
  readonly payload: object;
}

const post = async ({ url, headers, body }: SignedRequest) =>
  expect((await m.world.server.app.inject({ method: 'POST', url, headers, body })).statusCode).toBe(200);

describe('a report that can not be acted on', () => {
  const broken = (eventId: string, receivedAt: string) =>
    m.database.owner.pool.query(
      `insert into webhook_events (provider, event_id, received_at, next_at, sealed)
       select 'twilio', $1 || n, $2, $2, '\\x00' from generate_series(1, 1000) n`,
      [eventId, receivedAt],
    );
  const stateOf = async (eventId: string) => {
    const { rows } = await m.database.owner.pool.query<{ attempts: number; next_at: string | null; waits: boolean }>(
      'select attempts, next_at, sealed is not null as waits from webhook_events where event_id = $1',
      [eventId],
    );
    return rows[0];
  };
  const sweep = async (now: Date) => {
    const added: { readonly provider: string; readonly eventId: string }[] = [];
    const queue = {
      add: async (jobs: readonly AddedJob[]) =>
        void added.push(...jobs.filter(({ task }) => task === 'take-webhook').map(({ payload }) => payload as never)),
    };
    const task = TASKS.find(({ name }) => name === 'sweep-messages');
    const { services } = service.world.server;
    const facts = await task?.run({}, { ...services, now: () => now, owner: service.database.owner, queue });
    return { added, facts };
  };
  const take = async (event: { readonly provider: string; readonly eventId: string }, now: Date) =>
    takeEvent({ ...m.world.server.services, now: () => now }, event);
  afterEach(() => m.database.owner.pool.query("delete from webhook_events where event_id like 'broken%'"));

  it('steps back behind newer ones, however many there are', async () => {
    await broken('broken', '2026-01-01T00:00:00Z');
    const sid = `SM${v7()}`;
    await post(
      twilioRequest('/v1/webhooks/twilio', { MessageSid: sid, From: '+34600000001', To: TWILIO.smsFrom, Body: 'STOP' }),
    );
    const now = new Date();
    const first = await sweep(now);
    expect(first.added).toHaveLength(1000);
    for (const event of first.added) await expect(take(event, now)).rejects.toThrow();
    const { added } = await sweep(now);
    expect(added).toHaveLength(1);
    for (const event of added) expect(await take(event, now)).toBe(true);
    expect(await stateOf(`${sid}:word`)).toMatchObject({ attempts: 1, next_at: null, waits: false });
    // They come back later.
    expect((await sweep(new Date(now.getTime() + 5 * 60_000))).added).toHaveLength(1000);
  });

  it('is given up after twelve attempts, which is told, and tried again when an operator says so', async () => {
    await broken('broken', new Date().toISOString());
    await m.database.owner.pool.query(
      "delete from webhook_events where event_id like 'broken_%' and event_id <> 'broken1'",
    );
    const event = { provider: 'twilio', eventId: 'broken1' };
    let now = new Date();
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      expect((await sweep(now)).added).toEqual([event]);
      await expect(take(event, now)).rejects.toThrow();
      const { attempts, next_at: nextAt } = (await stateOf('broken1')) ?? {};
      expect([attempts, nextAt === null]).toEqual([attempt, attempt === 12]);
      now = new Date(nextAt ?? now.getTime() + 7 * 86_400_000);
    }
    expect(await sweep(now)).toMatchObject({ added: [], facts: { events: 0, givenUp: 1 } });
    expect(await take(event, now)).toBe(false);
    expect(await stateOf('broken1')).toMatchObject({ attempts: 12, waits: true });
    await m.database.owner.pool.query(
      'update webhook_events set attempts = 0, next_at = now() where sealed is not null and next_at is null',
    );
    expect((await sweep(now)).added).toEqual([event]);
  });
});
