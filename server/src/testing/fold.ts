// The pure half of a push, without a service around it.
export type { AdmittedChange, Base, Writer } from '../sync/push/change.ts';
export { foldChanges } from '../sync/push/fold.ts';
