import { expect, onTestFinished, test } from 'vitest';
import type { ConnectionSignals } from '../sync/connection-signals.ts';
import { ManualTimers } from '../testing/manual-timers.ts';
import { createLeadership, type LeaderView } from './leadership.ts';

const idle: LeaderView = { phase: 'idle', live: true, error: null };

/** A tab that can be hidden, and frozen: then it hears nothing, and lets go of nothing. */
function openTab(databaseName: string, { channel = true } = {}) {
  const heard: LeaderView[] = [];
  const state = { leads: false, visible: true };
  const changes: (() => void)[] = [];
  const told = (): void => changes.splice(0).forEach((wake) => wake());
  const timers = new ManualTimers();
  const signals: ConnectionSignals = {
    isOnline: () => true,
    isVisible: () => state.visible,
    subscribe: () => () => undefined,
  };
  const leadership = createLeadership({
    options: {
      locks: globalThis.navigator.locks,
      openChannel: channel ? (name) => new BroadcastChannel(name) : null,
      databaseName,
      signals,
      timers,
    },
    onLead(leads) {
      state.leads = leads;
      told();
    },
    onView(view) {
      heard.push(view);
      told();
    },
    view: () => idle,
  });
  onTestFinished(() => leadership.close());
  return {
    leadership,
    heard,
    timers,
    get leads() {
      return state.leads;
    },
    show(visible: boolean) {
      state.visible = visible;
      leadership.look();
    },
    async until(reached: () => boolean) {
      while (!reached()) await new Promise<void>((resolve) => changes.push(resolve));
    },
  };
}

const name = (): string => crypto.randomUUID();

test('one tab leads and tells the others how it stands; the next takes over when it ends', async () => {
  const shared = name();
  const [one, two] = [openTab(shared), openTab(shared)];
  one.leadership.seek(true);
  await one.until(() => one.leads);
  two.leadership.seek(true);
  await two.until(() => two.heard.length > 0);
  expect([two.leads, two.heard]).toEqual([false, [idle]]);
  expect(two.timers.delays).toEqual([]);
  one.leadership.close();
  await two.until(() => two.leads);
});

test('a tab that does not seek it any more leaves it to the next, and waits again when it does', async () => {
  const shared = name();
  const [one, two] = [openTab(shared), openTab(shared)];
  one.leadership.seek(true);
  await one.until(() => one.leads);
  two.leadership.seek(true);
  one.leadership.seek(false);
  await two.until(() => two.leads);
  expect(one.leads).toBe(false);
  one.leadership.seek(true);
  two.leadership.close();
  await one.until(() => one.leads);
});

test('a tab that is looked at takes it from one that is hidden, which takes it back when that one ends', async () => {
  const shared = name();
  const [one, two] = [openTab(shared), openTab(shared)];
  one.leadership.seek(true);
  await one.until(() => one.leads);
  two.leadership.seek(true);
  await two.until(() => two.heard.length > 0);
  one.show(false);
  await two.until(() => two.leads);
  await one.until(() => !one.leads);
  two.leadership.close();
  await one.until(() => one.leads);
});

test('a tab that is looked at takes it from one that gives no answer', async () => {
  const shared = name();
  const [frozen, two] = [openTab(shared, { channel: false }), openTab(shared)];
  frozen.leadership.seek(true);
  await frozen.until(() => frozen.leads);
  two.leadership.seek(true);
  two.timers.fire(1_000);
  await two.until(() => two.leads);
  await frozen.until(() => !frozen.leads);
});

test('a hidden tab waits for its turn', async () => {
  const shared = name();
  const [one, two] = [openTab(shared), openTab(shared)];
  one.leadership.seek(true);
  await one.until(() => one.leads);
  two.show(false);
  two.leadership.seek(true);
  await two.until(() => two.heard.length > 0);
  one.show(false);
  await two.until(() => two.heard.length > 1);
  expect([one.leads, two.leads, two.timers.delays]).toEqual([true, false, []]);
});
