// The plain half of the contract: no validator library comes in through here, so that clients stay small.
// Wire schemas: `@backhaul/shared/schemas`.
export { auditSummary, type AuditSummaryInput } from './audit/audit-summary.ts';
export {
  CONFLICT_KINDS,
  type ConflictKind,
  conflictSummary,
  RESOLUTIONS,
  type Resolution,
  type SummaryInput,
  type SummaryPerson,
} from './conflicts/summary.ts';
export {
  type Cursor,
  cursorToMicros,
  formatPullCursor,
  microsToCursor,
  type PullCursor,
  type PullPosition,
  parseCursor,
  parsePullCursor,
} from './cursor.ts';
export { CONFLICT_POLICIES, type ConflictPolicy, DEFAULT_CONFLICT_POLICY } from './domain/conflict-policy.ts';
export { compareDomains, type DomainDifferences } from './domain/compare-domains.ts';
export {
  type ClientDomain,
  type Domain,
  defineDomain,
  type Entities,
  entityOf,
  type MemberScope,
} from './domain/define-domain.ts';
export { defaultOf } from './domain/default-of.ts';
export {
  columnName,
  defineEntity,
  type Entity,
  MANAGED_KEYS,
  type NewRecordOf,
  type Ownership,
  type RecordOf,
} from './domain/define-entity.ts';
export type { Field, Fields, FieldValue, FieldValues } from './domain/field.ts';
export * as field from './domain/field.ts';
export { type EnglishLabels, type Labels, type SpanishLabels, words } from './domain/labels.ts';
export { type FieldErrorCode, type ParsedField, parseField } from './domain/parse-field.ts';
export { domains } from './domain/registry.ts';
export {
  allowsField,
  type EntityAccess,
  type Grant,
  grantFor,
  type IsNamed,
  isNamedRows,
  isOwnedRows,
  type Limits,
  meetsWhere,
  type NamedRows,
  type OwnedRows,
  ROLES,
  type Role,
  type RoleTable,
  type RowKey,
  type RowRule,
  type ScopedRow,
  type ScopeKeys,
} from './domain/roles.ts';
export {
  coveringKeys,
  EVERYBODY,
  keyRules,
  leavingKeys,
  namedRules,
  ownedRules,
  readGrants,
  type ScopeKey,
  scopeKey,
  seesEverything,
} from './domain/scope-keys.ts';
export { type DomainSnapshot, snapshotOf } from './domain/snapshot.ts';
export { fieldService } from './domains/field-service/index.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export { ERROR_POLICY, type ErrorPolicy, isRetryable, type LogLevel, type RetryClass } from './errors/error-policy.ts';
export {
  type Branded,
  type ChangeId,
  type DeviceId,
  parseChangeId,
  parseDeviceId,
  parseRecordId,
  parseTenantId,
  parseUserId,
  type RecordId,
  type TenantId,
  type UserId,
} from './ids.ts';
export { isLater, parseDate, parseInstant, withMicros } from './instant.ts';
export { type Json, jsonEqual } from './json.ts';
export { DEFAULT_LANGUAGE, LANGUAGES, type Language } from './language.ts';
export { applyMerge, createRecord } from './merge/apply-merge.ts';
export {
  type FieldConflict,
  type FieldEdit,
  isUnseen,
  type MergeChange,
  type MergeContext,
  type MergeResult,
  mergeChange,
} from './merge/merge-change.ts';
export {
  CREATION,
  DELETION,
  type FieldVersions,
  type FieldWrite,
  lastWrite,
  rankOf,
  type RecordValues,
  type StoredRecord,
} from './merge/stored-record.ts';
export { type PastWrite, type SeenQuery, valueSeen } from './merge/value-seen.ts';
export type {
  AttachmentLimits,
  CompleteRequest,
  CompleteResponse,
  DeleteAttachmentResponse,
  DownloadResponse,
  PresignRequest,
  PresignResponse,
} from './protocol/attachments.ts';
export type { AuditAction, AuditEntry, AuditQuery, AuditResponse } from './protocol/audit.ts';
export type { ConflictCounts } from './protocol/conflict-counts.ts';
export type {
  Conflict,
  ConflictSide,
  ConflictStatus,
  ConflictsFilter,
  ConflictsQuery,
  ConflictsResponse,
  ResolveRequest,
  ResolveResponse,
} from './protocol/conflicts.ts';
export type { DevSignInRequest, DevSignInResponse } from './protocol/dev.ts';
export type { ActivateRequest, Device, DevicesResponse } from './protocol/devices.ts';
export type { EscrowedRejection, EscrowReason, EscrowRequest } from './protocol/escrow.ts';
export type { HistoryItem, HistoryQuery, HistoryResponse } from './protocol/history.ts';
export type {
  AdjustRequest,
  AdjustResponse,
  FinalizeResponse,
  GeneratedEntry,
  GenerateInvoicesRequest,
  GeneratePayrollRequest,
  GenerateResponse,
  InvoicesQuery,
  InvoicesResponse,
  InvoiceState,
  SkippedTask,
  SkipReason,
} from './protocol/invoices.ts';
export type { InviteRequest, InviteResponse } from './protocol/invites.ts';
export type { Member, MemberPatch, MembersResponse } from './protocol/members.ts';
export {
  CHANNELS,
  type Channel,
  NOTIFICATION_STATUSES,
  type NotificationStatus,
} from './notifications/channels.ts';
export type {
  ConsentRequest,
  ConsentResponse,
  MessagePreview,
  Notification,
  NotificationsQuery,
  NotificationsResponse,
  PreviewRequest,
  PreviewResponse,
  SendRequest,
  SendResponse,
  SettleNotificationRequest,
} from './protocol/notifications.ts';
export { PROTOCOL_VERSION } from './protocol/protocol-version.ts';
export type { PulledChange, PullQuery, PullResponse } from './protocol/pull.ts';
export type {
  DeviceReport,
  Outcome,
  PushChange,
  PushConflict,
  PushRejection,
  PushRequest,
  PushResponse,
  PushResult,
} from './protocol/push.ts';
export type {
  QuarantineApplyRequest,
  QuarantineBulkRequest,
  QuarantineBulkResponse,
  QuarantineDecision,
  QuarantineEntry,
  QuarantineOutcome,
  QuarantineQuery,
  QuarantineResponse,
  QuarantineStatus,
} from './protocol/quarantine.ts';
export type { RecordsQuery } from './protocol/records.ts';
export type { ResolveManyRequest, ResolveManyResponse } from './protocol/resolve-many.ts';
export type { LogoRequest, LogoResponse, Settings, SettingsPatch, SettingsValues } from './protocol/settings.ts';
export type { StreamChanges, StreamEventName, StreamPoke, StreamQuery } from './protocol/stream.ts';
export type {
  CreateTenantRequest,
  CreateTenantResponse,
  MemberStatus,
  TenantSummary,
  TenantsResponse,
} from './protocol/tenants.ts';
export {
  quarantineSummary,
  type QuarantinedEdit,
  type QuarantineSummaryInput,
} from './quarantine/quarantine-summary.ts';
export { unreachable } from './unreachable.ts';
