import { createMessengers } from '@backhaul/server/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
import { PUBLIC_URL, SENDGRID, TWILIO } from '../support/provider-signatures.ts';
import { drawSchedule } from './draw-schedule.ts';
import { judgeSchedule } from './judge-schedule.ts';
import { type ProviderDouble, startProviders, TROUBLES } from './provider-double.ts';
import { runSchedule } from './run-schedule.ts';

/** `SEND_SCHEDULES=2000` for a long look, from `SEND_SEED` on. */
const COUNT = Number(process.env.SEND_SCHEDULES ?? 80);
const FIRST = Number(process.env.SEND_SEED ?? 1);
/** More requests in a minute are refused, and the window is the database's. */
const PER_TENANT = 3;

const clock = { now: new Date() };
let providers: ProviderDouble;
let service: MessageWorld;
beforeAll(async () => {
  providers = startProviders(TWILIO.accountSid);
  const config = { publicUrl: PUBLIC_URL, twilio: TWILIO, sendGrid: SENDGRID };
  service = await createMessageWorld({
    config,
    now: () => clock.now,
    services: ({ links }) => ({ messengers: createMessengers(config, { mailbox: null, links, timeoutMs: 100 }) }),
  });
});
afterAll(async () => {
  await service.close();
  providers.close();
});

it('I10: whatever goes wrong, a message is accepted once, failed with a reason, or unknown to a human’s eyes', {
  timeout: 60_000 + COUNT * 2_000,
}, async () => {
  const violations: string[] = [];
  const ends = new Map<string, number>();
  let kills = 0;
  let m = service;
  for (let index = 0; index < COUNT; index += 1) {
    if (index % PER_TENANT === 0) m = await service.another();
    const schedule = drawSchedule(FIRST + index);
    const outcome = await runSchedule({ m, providers, clock }, schedule);
    const found = judgeSchedule(schedule, outcome);
    violations.push(...found.map((violation) => `seed ${schedule.seed}: ${violation}`));
    kills += outcome.kills;
    for (const { status } of outcome.notifications) ends.set(status, (ends.get(status) ?? 0) + 1);
  }
  expect(violations).toEqual([]);
  // It looked where something may be seen.
  expect([...providers.met.keys()].toSorted()).toEqual([...TROUBLES].toSorted());
  expect(kills).toBeGreaterThan(COUNT / 4);
  expect([...ends.keys()].toSorted()).toEqual(['delivered', 'failed', 'sent', 'unknown']);
  if (process.env.SEND_SCHEDULES) {
    const facts = { count: COUNT, kills, ends: Object.fromEntries(ends), met: Object.fromEntries(providers.met) };
    process.stdout.write(`${JSON.stringify(facts)}\n`);
  }
});
