export { BackhaulError, type BackhaulErrorCode, type LocalErrorCode } from './errors.ts';
export type { AttachmentOwner, Attachments, PutOptions, UploadProgress } from './attachments/attachments.ts';
export type { Downscale } from './attachments/downscale.ts';
export type { SendBytes, SendRequest } from './attachments/send-bytes.ts';
export type { UploadError, UploadState } from './attachments/upload-state.ts';
export type { BackhaulDatabase } from './database-types.ts';
export type { LocalConflicts } from './conflicts/local-conflicts.ts';
export type { SetAsideCounts } from './escrow/set-aside-counts.ts';
export type { SignOutReport, UnsentFiles, UnsentWork } from './escrow/sign-out.ts';
export type { CycleRecord, Traffic } from './inspect/cycle-log.ts';
export type {
  InspectedChange,
  InspectedRejection,
  StorageInspection,
  SyncInspection,
} from './inspect/inspection.ts';
export { openBackhaul } from './open-backhaul.ts';
export type { BackhaulOptions, Timers } from './options.ts';
export type { PendingChange, PendingChanges } from './pending/pending-changes.ts';
export type { RejectedChanges } from './rejected/rejected-changes.ts';
export type { AskedSend, SendAsk } from './sends/asked-send.ts';
export type { Sends } from './sends/sends.ts';
export type { Observed } from './status/observable.ts';
export type { OutboxCounts, SyncError, SyncPhase, SyncStatus } from './status/sync-status.ts';
export type { ReadOnlyTable } from './store/read-only-table.ts';
export type { LocalConflict, Recovery, RejectedChange } from './store/rows.ts';
export type { SchemaSkew } from './store/schema-memory.ts';
export type { ConnectionSignals } from './sync/connection-signals.ts';
export type { RecordOfTable, SyncOutcome } from './sync/when-synced.ts';
export type { SyncControl, SyncReport } from './sync/sync-control.ts';
