import type { Action, Step, SyncAction } from '../plan/plan.ts';
import { checkAfterSync, checkQuiet, type CycleEnd } from '../oracle/check-after-sync.ts';
import { TOMORROW } from './evolving-domain.ts';
import { performEdit } from './perform-edit.ts';
import { performSettle } from './perform-settle.ts';
import { purge } from './purge.ts';
import type { World } from './world.ts';

/** One step of the plan, from the time that passes before it to what must hold after it. */
export async function performStep(world: World, { tick, ...action }: Step): Promise<void> {
  await world.clock.advance(tick);
  for (const device of world.devices) device.elapse(tick);
  const ended = await perform(world, action);
  for (const instance of world.instances) instance.arm(null);
  await world.environment.ready();
  await world.proxy.deliverLate();
  await checkStep(world, action, ended);
}

/** Looking at everything costs as much as a step, so it is done where something may be seen. */
async function checkStep(world: World, { kind }: Action, ended: CycleEnd | null): Promise<void> {
  world.count.steps += 1;
  const isTelling = kind === 'together' || kind === 'purge' || ended?.undisturbed === true || world.wire.hasHeard;
  if (!isTelling && world.count.steps % LOOK_EVERY !== 0) return;
  await world.refresh();
  if (ended === null) world.wire.forget();
  else {
    world.wire.check(world);
    checkAfterSync(world, ended);
  }
  await checkQuiet(world);
}

const LOOK_EVERY = 6;

/** Answers the end of a cycle beside which nothing else ran, so that more can be said about what must have come of it. */
async function perform(world: World, action: Action): Promise<CycleEnd | null> {
  switch (action.kind) {
    case 'edit': {
      const device = deviceAt(world, action.device);
      await performEdit(world, { device, tab: device.tab(action.tab) }, action.edit, action.fault);
      return null;
    }
    case 'sync':
      return performSync(world, action);
    case 'together': {
      const work = Promise.all(action.actions.map((part) => perform(world, part)));
      await pollMeanwhile(world, work);
      return null;
    }
    case 'office': {
      world.count.writes += 1;
      if (action.fault) world.instances[0]?.arm(action.fault);
      await world.inTime('a request of the office', world.office.perform(action.write));
      return null;
    }
    case 'settle':
      await performSettle(world, deviceAt(world, action.device), action);
      return null;
    case 'clock': {
      deviceAt(world, action.device).skew = action.skew;
      world.faults.happened('clockJump');
      return null;
    }
    case 'restart': {
      const device = deviceAt(world, action.device);
      await world.inTime('restarting a device', device.restart(action.app === 2 ? TOMORROW : device.domain));
      return null;
    }
    case 'serverClock': {
      await world.clock.setServerBack(action.back);
      world.faults.happened('serverClockBack');
      return null;
    }
    case 'migrate':
      await world.migrate();
      return null;
    case 'purge':
      await purge(world);
      return null;
    case 'signOut': {
      const device = deviceAt(world, action.device);
      await world.revive(device);
      device.tab(0).line.arm(action.requests);
      await world.inTime('signing out', device.signOut(action.unsent));
      return null;
    }
  }
}

async function performSync(world: World, action: SyncAction): Promise<CycleEnd | null> {
  const device = deviceAt(world, action.device);
  const tab = device.tab(action.tab);
  // The tab may have died in something that runs at the same time.
  if (!tab.life.isAlive) return null;
  const during = [...action.during];
  device.onRequest = async (when, request) => {
    const at = during.findIndex((planned) => planned.when === when && planned.request === request);
    if (at < 0) return;
    const [{ edit }] = during.splice(at, 1) as [SyncAction['during'][number]];
    await performEdit(world, { device, tab }, edit);
  };
  tab.line.arm(action.requests);
  tab.storage.arm(action.deviceFault);
  const instance = world.instances[action.device % world.instances.length];
  if (action.serverFault) instance?.arm(action.serverFault);
  const before = world.faults.total;
  let report = null;
  for (let attempt = 0; attempt < action.tries; attempt += 1) {
    report = await world.inTime(`a cycle of device ${device.index}`, tab.life.gateOrEnd(tab.db.sync.now()));
    if (report === null || report.error === null) break;
  }
  if (report?.error === null) device.metServer();
  const { suffered } = tab.line;
  tab.line.arm([]);
  tab.storage.arm(null);
  device.onRequest = null;
  await world.revive(device);
  const state = await device.look(device.tab(action.tab));
  const undisturbed = report !== null && action.during.length === 0 && suffered === 0 && world.faults.total === before;
  return { device, state, error: report?.error ?? null, undisturbed };
}

/** Between any two answers of the service. */
async function pollMeanwhile({ poller, proxy }: World, work: Promise<unknown>): Promise<void> {
  const over = work.then(() => 'over' as const);
  while ((await Promise.race([proxy.answered(), over])) !== 'over') await poller.poll();
}

function deviceAt({ devices }: World, index: number) {
  const device = devices[index];
  if (!device) throw new Error(`There is no device ${index}`);
  return device;
}
