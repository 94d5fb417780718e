import type { World } from './world.ts';

const MAX_ROUNDS = 8;

/** No more faults: everybody syncs until nothing changes any more. */
export async function heal(world: World): Promise<void> {
  await world.clock.advance(60_000);
  for (const instance of world.instances) instance.arm(null);
  await world.proxy.deliverLate();
  // Who waits for a newer service gets it, and who runs an old app, too.
  await world.migrate();
  for (const device of world.devices) {
    await world.revive(device);
    if (device.domain !== world.deployed.domain) await device.restart(world.deployed.domain);
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    let isQuiet = true;
    for (const device of world.devices) {
      device.elapse(60_000);
      await world.revive(device);
      for (const tab of device.tabs) {
        tab.line.arm([]);
        tab.storage.arm(null);
      }
      const before = await device.look();
      const { error, status } = await world.inTime(
        `a last cycle of device ${device.index}`,
        device.tab(0).db.sync.now(),
      );
      const after = await device.look();
      const moved = before.memory.cursor !== after.memory.cursor || before.outbox.length !== after.outbox.length;
      if (moved || error !== null || status.pending > status.held) isQuiet = false;
    }
    await world.poller.poll();
    // The first round may have ended what a later device still has to learn.
    if (isQuiet && round > 0) return;
  }
}
