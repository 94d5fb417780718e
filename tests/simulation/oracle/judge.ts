import type { QuarantineEntry } from '@backhaul/shared';
import type { World } from '../world/world.ts';
import { checkBookkeeping } from './check-bookkeeping.ts';
import { checkCauses } from './check-causes.ts';
import { checkConvergence } from './check-convergence.ts';
import { checkLosses } from './check-losses.ts';
import { checkPolicies } from './check-policies.ts';
import { checkReplay } from './check-replay.ts';
import { checkTyped } from './check-typed.ts';
import type { Evidence } from './evidence.ts';
import { readHistory, readLog } from './history.ts';
import type { Author } from './journal.ts';

/** The one oracle: when everything is quiet, over devices, database, conflict log and audit. */
export async function judge(world: World): Promise<void> {
  await world.refresh();
  const authors = new Map<string, Author>();
  for (const { index, deviceIds } of world.devices) for (const id of deviceIds) authors.set(id, index);
  authors.set(world.seedingDevice, 'office');
  const evidence: Evidence = {
    world,
    truth: world.truth,
    history: await readHistory(world),
    locals: await Promise.all(world.devices.map((device) => device.look())),
    vaults: await Promise.all(world.devices.map((device) => device.vault())),
    quarantine: await readLog<QuarantineEntry>(world, 'quarantine'),
    authors,
  };
  world.count.acknowledged = evidence.history.receipts.size;
  await checkConvergence(evidence);
  await checkBookkeeping(evidence);
  checkReplay(evidence);
  checkCauses(evidence);
  checkLosses(evidence);
  checkTyped(evidence);
  checkPolicies(evidence);
  for (const [index, instance] of world.instances.entries()) {
    const leaked = await instance.leaked();
    if (leaked > 0) world.violation('harness', `instance ${index} has not given back ${leaked} connections`);
  }
}
