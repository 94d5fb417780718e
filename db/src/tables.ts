import type {
  AuditAction,
  ChangeId,
  Channel,
  ConflictKind,
  ConflictPolicy,
  Cursor,
  DeviceId,
  ErrorCode,
  EscrowReason,
  Json,
  Outcome,
  QuarantineOutcome,
  QuarantineStatus,
  RecordId,
  Resolution,
  Role,
  ScopeKey,
  TenantId,
  UserId,
} from '@backhaul/shared';
import type { FieldChanges } from '@backhaul/shared/engine';
import type { Generated, JSONColumnType } from 'kysely';

/** Every `timestamptz` is read as ISO-8601 UTC with six decimals; instants may be written in any ISO form. */
type Instant = string;

export interface UsersTable {
  user_id: UserId;
  email: string | null;
  name: string | null;
  profile_at: Instant | null;
  created_at: Generated<Instant>;
}

export interface DeviceOwnersTable {
  device_id: DeviceId;
  user_id: UserId;
  active_tenant_id: TenantId | null;
  created_at: Generated<Instant>;
}

export interface TenantsTable {
  tenant_id: TenantId;
  name: string;
  created_at: Generated<Instant>;
}

export interface TenantClocksTable {
  tenant_id: TenantId;
  clock: Cursor;
  origin: Cursor;
  purged_to: Cursor | null;
}

export interface TenantKeysTable {
  tenant_id: TenantId;
  key_id: string;
  wrapped: Buffer;
  created_at: Generated<Instant>;
}

export interface MembersTable {
  tenant_id: TenantId;
  user_id: UserId;
  role: Role;
  status: 'active' | 'disabled';
  email: string | null;
  name: string | null;
  scope_version: Cursor;
  created_at: Generated<Instant>;
}

export interface InvitesTable {
  tenant_id: TenantId;
  invite_id: string;
  /** Lower case. */
  email: string;
  role: Role;
  employee_id: RecordId | null;
  status: 'pending' | 'accepted' | 'expired';
  invited_by: UserId;
  expires_at: Instant;
  created_at: Generated<Instant>;
}

export interface DevicesTable {
  tenant_id: TenantId;
  device_id: DeviceId;
  user_id: UserId;
  status: Generated<'active' | 'revoked'>;
  platform: string | null;
  app_version: string | null;
  /** Of the domain's declaration that the app was built with. */
  schema_version: number | null;
  registered_at: Generated<Instant>;
  last_seen_at: Generated<Instant>;
  last_push_at: Instant | null;
  last_pull_at: Instant | null;
  pull_cursor: Cursor | null;
  pending: number | null;
  oldest_pending_at: Instant | null;
  storage_used: number | null;
  storage_quota: number | null;
  clock_offset: number | null;
}

export interface ReceiptsTable {
  tenant_id: TenantId;
  change_id: ChangeId;
  device_id: DeviceId;
  content_hash: string;
  outcome: Outcome;
  code: ErrorCode | null;
  message: string | null;
  fields: string[] | null;
  version: Cursor | null;
  created_at: Instant;
}

export interface AuditTable {
  tenant_id: TenantId;
  audit_id: string;
  version: Cursor;
  entity: string;
  entity_id: string;
  action: AuditAction;
  actor_user_id: UserId | null;
  author_user_id: Generated<UserId | null>;
  device_id: DeviceId | null;
  change_id: ChangeId | null;
  edited_at: Instant;
  changes: JSONColumnType<FieldChanges>;
  sealed: Buffer | null;
}

export type JsonObject = { readonly [field: string]: Json };

export interface ConflictsTable {
  tenant_id: TenantId;
  conflict_id: string;
  version: Cursor;
  entity: string;
  entity_id: RecordId;
  change_id: ChangeId | null;
  kind: ConflictKind;
  fields: string[];
  policy: ConflictPolicy;
  winner: 'client' | 'server';
  status: 'open' | 'resolved';
  client_values: JSONColumnType<JsonObject>;
  client_user_id: UserId | null;
  client_device_id: DeviceId | null;
  client_at: Instant | null;
  server_values: JSONColumnType<JsonObject>;
  server_user_id: UserId | null;
  server_device_id: DeviceId | null;
  server_at: Instant | null;
  server_version: Cursor;
  sealed: Buffer | null;
  resolution: Resolution | null;
  resolved_by: UserId | null;
  resolved_version: Cursor | null;
}

export interface PurgedRecordsTable {
  tenant_id: TenantId;
  entity: string;
  id: RecordId;
}

export interface ScopeExitsTable {
  tenant_id: TenantId;
  role: Role;
  scope_key: ScopeKey;
  entity: string;
  id: RecordId;
  version: Cursor;
}

export interface TenantSettingsTable {
  tenant_id: TenantId;
  /** Sparse: what is not here has its default. */
  values: JSONColumnType<JsonObject>;
  version: Cursor;
  updated_by: UserId;
}

export interface TenantLogosTable {
  tenant_id: TenantId;
  bytes: Buffer;
  version: Cursor;
  updated_by: UserId;
}

export interface ChargedTasksTable {
  tenant_id: TenantId;
  task_id: RecordId;
  entry_id: RecordId;
  version: Cursor;
}

export interface BilledAgainTable {
  tenant_id: TenantId;
  task_id: RecordId;
  entry_id: RecordId;
  version: Cursor;
  user_id: UserId;
}

export interface ChargeReadingsTable {
  tenant_id: TenantId;
  read_to: Cursor;
}

export interface QuarantineTable {
  tenant_id: TenantId;
  quarantine_id: string;
  version: Cursor;
  device_id: DeviceId;
  user_id: UserId;
  user_name: string;
  change_id: ChangeId;
  content_hash: string;
  op: 'upsert' | 'delete' | null;
  entity: string | null;
  entity_id: RecordId | null;
  edited_at: Instant;
  clock_offset: number | null;
  reason: EscrowReason;
  set_aside_at: Instant | null;
  received_at: Instant;
  sealed: Buffer;
  status: QuarantineStatus;
  code: ErrorCode | null;
  message: string | null;
  fields: string[] | null;
  decided_by: UserId | null;
  decided_version: Cursor | null;
  outcome: QuarantineOutcome | null;
  conflict_ids: string[] | null;
}

export interface EscrowIntakeTable {
  tenant_id: TenantId;
  device_id: DeviceId;
  window_start: Instant;
  requests: number;
  changes: Generated<number>;
  bytes: Generated<number>;
}

export interface ObjectSweepsTable {
  tenant_id: TenantId;
  attachment_id: RecordId;
  until: Instant;
}

export type NotificationState = 'queued' | 'sending' | 'sent' | 'delivered' | 'refused' | 'undelivered' | 'unknown';

export interface NotificationsTable {
  tenant_id: TenantId;
  notification_id: string;
  version: Cursor;
  request_id: string;
  entity: string;
  entity_id: RecordId;
  content_hash: string;
  channel: Channel;
  round: number;
  link_hash: string;
  address_hash: string;
  sealed: Buffer;
  state: NotificationState;
  attempts: Generated<number>;
  due_at: Instant | null;
  claim_id: string | null;
  claimed_at: Instant | null;
  provider: string | null;
  provider_id: string | null;
  code: string | null;
  reason: string | null;
  looks: Generated<number>;
  looked_at: Instant | null;
  look_result: 'absent' | 'silent' | null;
  created_by: UserId | null;
  updated_at: Instant;
  settled_by: UserId | null;
  body_hash: string | null;
  attachment_id: RecordId | null;
}

export interface SendRequestsTable {
  tenant_id: TenantId;
  idempotency_key: string;
  request_hash: string;
  notification_ids: string[];
  created_at: Instant;
}

export interface ContactConsentsTable {
  tenant_id: TenantId;
  channel: Channel;
  address_hash: string;
  consented_at: Instant | null;
  opted_out_at: Instant | null;
  recorded_by: UserId | null;
  updated_at: Instant;
}

export interface DocumentNumbersTable {
  tenant_id: TenantId;
  entity: string;
  entity_id: RecordId;
  sequence: number;
  number: string;
  assigned_at: Instant;
}

export interface WebhookEventsTable {
  provider: string;
  event_id: string;
  received_at: Instant;
  sealed: Buffer | null;
  attempts: Generated<number>;
  next_at: Instant | null;
}

export interface ContactStopsTable {
  channel: Channel;
  address_hash: string;
  stopped_at: Instant | null;
  lifted_at: Instant | null;
}

/**
 * The fixed tables. Domain tables are not here: the engine names them through their declaration, in the set-based
 * statements under `queries/`.
 */
export interface Tables {
  users: UsersTable;
  device_owners: DeviceOwnersTable;
  tenants: TenantsTable;
  tenant_clocks: TenantClocksTable;
  tenant_keys: TenantKeysTable;
  members: MembersTable;
  invites: InvitesTable;
  devices: DevicesTable;
  receipts: ReceiptsTable;
  audit: AuditTable;
  conflicts: ConflictsTable;
  purged_records: PurgedRecordsTable;
  tenant_settings: TenantSettingsTable;
  tenant_logos: TenantLogosTable;
  scope_exits: ScopeExitsTable;
  quarantine: QuarantineTable;
  escrow_intake: EscrowIntakeTable;
  object_sweeps: ObjectSweepsTable;
  notifications: NotificationsTable;
  send_requests: SendRequestsTable;
  contact_consents: ContactConsentsTable;
  document_numbers: DocumentNumbersTable;
  charged_tasks: ChargedTasksTable;
  charge_readings: ChargeReadingsTable;
  billed_again: BilledAgainTable;
  webhook_events: WebhookEventsTable;
  contact_stops: ContactStopsTable;
}
