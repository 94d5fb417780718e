import type { Evidence } from './evidence.ts';
import { checkScreen } from './check-screen.ts';

/** I1, I6: when all is quiet, every device holds what a fresh one would pull, and what is still waiting says why. */
export function checkConvergence({ world, truth, locals }: Evidence): void {
  for (const device of world.devices) {
    const local = locals[device.index];
    if (!local || world.isCutOff(device.index)) continue;
    checkScreen({ world, truth, device, state: local });
    for (const change of local.outbox) {
      const behindHeld = local.outbox.some(({ entityId, held }) => entityId === change.entityId && held !== null);
      if (!behindHeld) world.violation('I2', `device ${device.index} could not send ${JSON.stringify(change)}`);
    }
  }
}
