import type { Domain } from '@backhaul/shared';
import type { Environment } from '../environment/environment.ts';
import { FaultCounter } from '../faults/fault-counter.ts';
import { FaultProxy } from '../faults/proxy.ts';
import { Journal } from '../oracle/journal.ts';
import type { WireWatch } from '../oracle/check-wire.ts';
import type { Truth } from '../oracle/truth.ts';
import type { Violation } from '../report.ts';
import type { Device } from './device.ts';
import type { Office } from './office.ts';
import type { Person } from './people.ts';
import type { Poller } from './poller.ts';
import type { Instance } from './instance.ts';
import type { WorldClock } from './world-clock.ts';

/** Everything that a scenario runs in. */
export interface World {
  readonly environment: Environment;
  /** In the newest version that anything in the scenario knows. */
  readonly domain: Domain;
  /** What the service runs now. */
  readonly deployed: { readonly domain: Domain };
  readonly tenantId: string;
  readonly clock: WorldClock;
  readonly instances: readonly Instance[];
  readonly proxy: FaultProxy;
  readonly people: readonly Person[];
  readonly devices: readonly Device[];
  readonly office: Office;
  readonly poller: Poller;
  readonly journal: Journal;
  readonly faults: FaultCounter;
  readonly count: { steps: number; writes: number; kills: number; acknowledged: number };
  readonly violations: readonly Violation[];
  readonly violation: (invariant: string, what: string) => void;
  /** The device that the records of the beginning came from. */
  readonly seedingDevice: string;
  /** The device's member was shut out, so that what is on it can not be sent. */
  isCutOff(device: number): boolean;
  /** A record that an edit may have found purged. */
  mayBeGone(entity: string, id: string): boolean;
  /** A record may get a new version without an audit entry, by moving into a scope. */
  mayBumpVersions(key: string): boolean;
  /** The outcome of `work`; throws when it does not come in reasonable time, because then something hangs. */
  inTime<T>(what: string, work: Promise<T>): Promise<T>;
  /** Opens again whatever of the device has died, and looks whether it still knows everything. */
  revive(device: Device): Promise<void>;
  /** Migrates the database and starts the service in its next version. */
  migrate(): Promise<void>;
  /** What the database held when it was last looked at, between two steps. */
  readonly truth: Truth;
  refresh(): Promise<void>;
  readonly wire: WireWatch;
}
