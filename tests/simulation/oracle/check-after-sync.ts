import type { Device } from '../world/device.ts';
import type { LocalState } from '../world/local-state.ts';
import type { World } from '../world/world.ts';
import { checkScreen } from './check-screen.ts';

export interface CycleEnd {
  readonly device: Device;
  /** What is on the device now. */
  readonly state: LocalState;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Nothing was done to it. */
  readonly undisturbed: boolean;
}

/** Errors that a cycle may report although nothing went wrong on its way. */
const MEMBERSHIP_ERRORS: ReadonlySet<string> = new Set([
  'MEMBER_DISABLED',
  'MEMBER_REMOVED',
  'NOT_FOUND',
  'DEVICE_REVOKED',
]);

/** What must hold when a cycle has ended that nothing disturbed, and nothing else has run meanwhile. */
export function checkAfterSync(world: World, { device, state, error, undisturbed }: CycleEnd): void {
  if (!undisturbed) return;
  const who = `device ${device.index}`;
  if (error !== null) {
    const excused = device.person.limited && MEMBERSHIP_ERRORS.has(error.code);
    if (!excused) world.violation('I7', `${who}: an undisturbed cycle failed: ${error.code} ${error.message}`);
    return;
  }
  checkNothingDelayed(world, who, state);
  checkScreen({ world, truth: world.truth, device, state });
}

/** I7: after a cycle that nothing disturbed, only what waits for something else to arrive is still here. */
function checkNothingDelayed(world: World, who: string, { outbox }: LocalState): void {
  const held = new Set(
    outbox.filter((change) => change.held !== null).map(({ entity, entityId }) => `${entity}/${entityId}`),
  );
  for (const change of outbox) {
    if (change.held !== null || held.has(`${change.entity}/${change.entityId}`)) continue;
    world.violation('I7', `${who}: after an undisturbed cycle this is still waiting: ${JSON.stringify(change)}`);
  }
}

/** When nothing is on its way: a reader that polls has been told of everything that is committed (I4). */
export async function checkQuiet(world: World): Promise<void> {
  const { poller } = world;
  await poller.poll();
  for (const [key, { updatedAt, deletedAt }] of world.truth.stored) {
    const told = poller.told.get(key);
    if (told === updatedAt || (told === undefined && deletedAt !== null)) continue;
    world.violation('I4', `a poller was told of ${key} in version ${told}, committed is ${updatedAt}`);
  }
}
