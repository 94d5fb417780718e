import type { Json, Role } from '@backhaul/shared';
import type { DeviceFault, RequestFault, ServerFault } from '../faults/fault.ts';

/**
 * Everything that a scenario will try, drawn from its seed before anything runs: pure data, printable. What depends on the
 * state at the time (which record is on the screen) is a `pick`, a number from 0 to below 1 that stands for one of them.
 */
export interface Plan {
  readonly seed: number;
  readonly profile: string;
  readonly people: readonly PersonPlan[];
  readonly devices: readonly DevicePlan[];
  /** The service is updated in between, and apps of both versions meet it before and after. */
  readonly evolves: boolean;
  /** Instances of the service behind the proxy. */
  readonly instances: number;
  readonly steps: readonly Step[];
}

export interface PersonPlan {
  readonly name: string;
  readonly role: Role;
  /** Of an employee: which of the seeded teams; `null`: in none. */
  readonly team: number | null;
}

export interface DevicePlan {
  readonly person: number;
  readonly tabs: number;
  /** Milliseconds that the device's clock is ahead. */
  readonly skew: number;
  readonly pullLimit: number;
  readonly app: AppVersion;
}

/** 2: knows fields and an entity that the service learns with its migration. */
export type AppVersion = 1 | 2;

export type Step = { readonly tick: number } & Action;

export type Action =
  | {
      readonly kind: 'edit';
      readonly device: number;
      readonly tab: number;
      readonly edit: Edit;
      readonly fault: DeviceFault | null;
    }
  | SyncAction
  | { readonly kind: 'together'; readonly actions: readonly Action[] }
  | { readonly kind: 'office'; readonly write: OfficeWrite; readonly fault: ServerFault | null }
  | {
      readonly kind: 'settle';
      readonly device: number;
      readonly pick: number;
      readonly how: 'retry' | 'discard' | 'dismiss';
    }
  | { readonly kind: 'clock'; readonly device: number; readonly skew: number }
  | { readonly kind: 'restart'; readonly device: number; readonly app: AppVersion }
  | { readonly kind: 'migrate' }
  | { readonly kind: 'serverClock'; readonly back: number }
  | { readonly kind: 'purge' }
  | {
      readonly kind: 'signOut';
      readonly device: number;
      readonly unsent: 'refuse' | 'handOver' | 'keep';
      readonly requests: readonly RequestFault[];
    };

export interface SyncAction {
  readonly kind: 'sync';
  readonly device: number;
  readonly tab: number;
  /** Of the whole step, all cycles together. */
  readonly requests: readonly RequestFault[];
  /** Cycles at most: one that fails is followed by another, as when somebody taps again. */
  readonly tries: number;
  readonly deviceFault: DeviceFault | null;
  readonly serverFault: ServerFault | null;
  /** Edits that the person makes while the cycle runs: before its n-th request leaves, or when its answer is back. */
  readonly during: readonly { readonly request: number; readonly when: 'before' | 'after'; readonly edit: Edit }[];
}

/** A value to type. A reference is one of the records of its entity that the writer sees. */
export type PlannedValue =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'reference'; readonly entity: string; readonly pick: number };

export type PlannedValues = { readonly [field: string]: PlannedValue };

/** One thing that a person does with the app. */
export type Edit =
  | { readonly kind: 'add'; readonly entity: string; readonly id: string; readonly values: PlannedValues }
  | { readonly kind: 'update'; readonly entity: string; readonly pick: number; readonly values: PlannedValues }
  /** Puts back a whole row that was read `age` looks ago, with some fields changed. */
  | {
      readonly kind: 'put';
      readonly entity: string;
      readonly pick: number;
      readonly values: PlannedValues;
      readonly stale: boolean;
    }
  | { readonly kind: 'delete'; readonly entity: string; readonly pick: number }
  /** Adds again a record that was deleted on this device. */
  | { readonly kind: 'readd'; readonly entity: string; readonly pick: number; readonly values: PlannedValues }
  | {
      readonly kind: 'bulkAdd';
      readonly entity: string;
      readonly records: readonly { readonly id: string; readonly values: PlannedValues }[];
    }
  | { readonly kind: 'bulkDelete'; readonly entity: string; readonly picks: readonly number[] }
  /** The same values into every record whose id falls under `share`. */
  | { readonly kind: 'modify'; readonly entity: string; readonly share: number; readonly values: PlannedValues }
  /** Several in one transaction over their tables; `fails`: it is rolled back by an error at its end. */
  | { readonly kind: 'transaction'; readonly edits: readonly Edit[]; readonly fails: boolean }
  /** A change that the server must refuse, beside others that it must not. */
  | {
      readonly kind: 'invalid';
      readonly entity: string;
      readonly pick: number;
      readonly field: string;
      readonly value: Json;
      readonly code: string;
    }
  /** A reference to a record that comes later, or never. */
  | {
      readonly kind: 'dangling';
      readonly entity: string;
      readonly pick: number;
      readonly field: string;
      readonly target: string;
    };

/** What a manager does outside of any device: generic routes, resolutions, members. */
export type OfficeWrite =
  | { readonly kind: 'create'; readonly entity: string; readonly id: string; readonly values: PlannedValues }
  | {
      readonly kind: 'patch';
      readonly entity: string;
      readonly pick: number;
      readonly values: PlannedValues;
      readonly withBase: boolean;
    }
  | { readonly kind: 'remove'; readonly entity: string; readonly pick: number }
  | {
      readonly kind: 'resolve';
      readonly pick: number;
      readonly resolution: 'keep' | 'restore' | 'edit';
      readonly value: string;
    }
  | { readonly kind: 'role'; readonly person: number; readonly role: Role }
  | { readonly kind: 'status'; readonly person: number; readonly status: 'active' | 'disabled' }
  | { readonly kind: 'team'; readonly person: number; readonly pick: number }
  | { readonly kind: 'link'; readonly person: number; readonly linked: boolean }
  | { readonly kind: 'revoke'; readonly device: number }
  | { readonly kind: 'dismissMember'; readonly person: number }
  | { readonly kind: 'inviteAgain'; readonly person: number }
  /** About one of the changes that were handed over. */
  | { readonly kind: 'decide'; readonly pick: number; readonly how: 'apply' | 'discard' };
