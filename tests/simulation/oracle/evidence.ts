import type { QuarantineEntry } from '@backhaul/shared';
import type { LocalState, SetAside } from '../world/local-state.ts';
import type { World } from '../world/world.ts';
import type { History } from './history.ts';
import type { Author } from './journal.ts';
import type { Truth } from './truth.ts';

/** All that the last judgement looks at, gathered when everything is quiet. */
export interface Evidence {
  readonly world: World;
  readonly truth: Truth;
  readonly history: History;
  /** By the number of the device. */
  readonly locals: readonly LocalState[];
  /** Of each device, what still waits there to be handed over. */
  readonly vaults: readonly (readonly SetAside[])[];
  /** What devices have handed over, for the managers to decide. */
  readonly quarantine: readonly QuarantineEntry[];
  /** The SDK's device ids, and whose they are. */
  readonly authors: ReadonlyMap<string, Author>;
}
