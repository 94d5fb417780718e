/** Every kind of fault that the simulation knows. Counted when it has happened, not when it was planned. */
export const FAULT_KINDS = [
  'lostRequest',
  'lostAnswer',
  'duplicate',
  'lateDuplicate',
  'delayed',
  'reordered',
  'cutRequest',
  'cutAnswer',
  'slowDrip',
  'dripTimeout',
  'error500',
  'errorAfterEffect',
  'rateLimited',
  'unauthenticated',
  'captivePortal',
  'serverKilled',
  'serviceSigkill',
  'connectionsTerminated',
  'postgresSigkill',
  'deviceKilled',
  'connectionLost',
  'quotaExceeded',
  'twoTabs',
  'clockJump',
  'serverClockBack',
  'horizonPassed',
  'migration',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What happens to the n-th request of a sync cycle, from 0. */
export interface RequestFault {
  readonly request: number;
  readonly kind: RequestFaultKind;
  /** From 0 to below 1: where in the body, after how many steps, and the like. */
  readonly where: number;
  /** The line is cut and the device knows at once, or hears nothing until it gives up. */
  readonly silent: boolean;
}

export const REQUEST_FAULTS = [
  'lostRequest',
  'lostAnswer',
  'duplicate',
  'lateDuplicate',
  'delayed',
  'cutRequest',
  'cutAnswer',
  'slowDrip',
  'dripTimeout',
  'error500',
  'errorAfterEffect',
  'rateLimited',
  'unauthenticated',
  'captivePortal',
] as const satisfies readonly FaultKind[];
export type RequestFaultKind = (typeof REQUEST_FAULTS)[number] | 'reordered';

/** What happens inside a device, at its n-th write or n-th commit of a transaction that writes, from 0. */
export interface DeviceFault {
  readonly kind: 'deviceKilled' | 'connectionLost' | 'quotaExceeded';
  readonly at: 'write' | 'commit';
  readonly n: number;
}

/** What happens to the service, at the n-th statement of its own, from 0; to a process of its own, about then. */
export interface ServerFault {
  readonly kind: 'serverKilled' | 'connectionsTerminated' | 'postgresSigkill' | 'serviceSigkill';
  /** Before the statement leaves, or when PostgreSQL has done it and nobody has heard. */
  readonly when: 'before' | 'after';
  readonly statement: number;
}
