'use client';
export { useBackhaul, useMessages } from './backhaul-context.ts';
export { BackhaulProvider, type BackhaulProviderProps, type OpenFailure } from './backhaul-provider.tsx';
export { describeStatus, type StatusText } from './describe-status.ts';
export { describeUpload } from './describe-upload.ts';
export { english } from './messages/en.ts';
export { spanish } from './messages/es.ts';
export type { InspectorMessages, Messages } from './messages/messages.ts';
export { BackhaulInspector, type BackhaulInspectorProps } from './parts/backhaul-inspector.tsx';
export { ConflictBadge, type ConflictBadgeProps } from './parts/conflict-badge.tsx';
export type { Control } from './parts/editable-value.ts';
export type { LabelledRecord, Labels } from './parts/labels.ts';
export {
  PendingBadge,
  type PendingBadgeProps,
  PendingStatus,
  type PendingStatusProps,
} from './parts/pending-status.tsx';
export { RejectedChanges, type RejectedChangesProps } from './parts/rejected-changes.tsx';
export { UnsentMessages, type UnsentMessagesProps } from './parts/unsent-messages.tsx';
export type { RejectedField, RejectedItem, RejectedItemMode } from './parts/use-rejected-item.ts';
export type { UnsentMessage, UnsentMessageMode } from './parts/use-unsent-message.ts';
export { type ShownAttachment, useAttachment } from './use-attachment.ts';
export { type OpenConflicts, useConflicts } from './use-conflicts.ts';
export { type Inspecting, useInspection } from './use-inspection.ts';
export { useLiveQuery } from './use-live-query.ts';
export { usePending } from './use-pending.ts';
export { usePendingChanges, type WaitingChanges } from './use-pending-changes.ts';
export { type FieldEdits, useRejected, type WaitingRejections } from './use-rejected.ts';
export { type UnsentSends, useSends } from './use-sends.ts';
export { useSyncStatus } from './use-sync-status.ts';
