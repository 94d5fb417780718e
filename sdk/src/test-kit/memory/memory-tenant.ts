import {
  type ChangeId,
  type Channel,
  type Cursor,
  type DeviceId,
  type DeviceReport,
  type Domain,
  type EscrowRequest,
  parseCursor,
  type Role,
  type ScopeKeys,
  type StoredRecord,
  type TenantId,
  type UserId,
  withMicros,
} from '@backhaul/shared';
import {
  type HistoryEntry,
  type NewConflict,
  type Receipt,
  recordKey,
  type ScopeExit,
  startClock,
  type TenantClock,
} from '@backhaul/shared/engine';
import type { StoredObject } from '../service/objects.ts';

/** What is kept of requests to send a record. */
export interface MessageLog {
  readonly sent: SentMessage[];
  /** Idempotency key -> what was asked under it, and the messages that came of it. */
  readonly requests: Map<string, { readonly request: string; readonly messages: readonly SentMessage[] }>;
}

/** What the service keeps of a tenant in PostgreSQL, as far as devices can notice. */
export interface MemoryTenant {
  readonly id: TenantId;
  readonly domain: Domain;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  clock: Cursor;
  readonly origin: Cursor;
  readonly rows: Map<string, StoredRow>;
  /** Accepted writes by record, oldest first. */
  readonly history: Map<string, HistoryEntry[]>;
  readonly receipts: Map<ChangeId, Receipt>;
  readonly conflicts: NewConflict[];
  /** By role, scope key and record: the newest exit stands for all before it. */
  readonly exits: Map<string, ScopeExit>;
  readonly members: Map<UserId, MemoryMember>;
  readonly devices: Map<DeviceId, MemoryDevice>;
  readonly escrowed: EscrowRequest[];
  /** The object store: attachment -> its bytes. */
  readonly objects: Map<string, StoredObject>;
  readonly messages: MessageLog;
}

export type StoredRow = StoredRecord & { readonly entity: string };

export interface MemoryMember {
  readonly userId: UserId;
  readonly name: string;
  readonly role: Role;
  readonly status: 'active' | 'disabled';
  /** The clock when what they may see last changed. */
  readonly scopeVersion: Cursor;
}

export interface MemoryDevice {
  readonly id: DeviceId;
  readonly userId: UserId;
  readonly status: 'active' | 'revoked';
  /** The newest cursor that it has presented. */
  readonly pullCursor: Cursor | null;
  readonly report: DeviceReport;
  readonly clockOffset: number | null;
  readonly schemaVersion: number | null;
}

/** A message that a real service would send. */
export interface TestMessage {
  readonly notificationId: string;
  readonly entity: string;
  readonly entityId: string;
  readonly channel: Channel;
  /** The sender's own words. */
  readonly message: string | null;
  /** The file that goes along. */
  readonly attachmentId: string | null;
}

export interface SentMessage extends TestMessage {
  /** What the record was then. */
  readonly content: string;
}

export function createMemoryTenant({
  id,
  domain,
  now,
  newId,
}: Pick<MemoryTenant, 'id' | 'domain' | 'now' | 'newId'>): MemoryTenant {
  const origin = versionAt(now());
  return {
    id,
    domain,
    now,
    newId,
    clock: origin,
    origin,
    rows: new Map(),
    history: new Map(),
    receipts: new Map(),
    conflicts: [],
    exits: new Map(),
    members: new Map(),
    devices: new Map(),
    escrowed: [],
    objects: new Map(),
    messages: { sent: [], requests: new Map() },
  };
}

/** The clock for one write; what it has handed out counts once `tenant.clock` is set to it. */
export function clockOf(tenant: MemoryTenant): TenantClock {
  return startClock(tenant.clock, versionAt(tenant.now()));
}

export function rowsOf(tenant: MemoryTenant, entity: string): StoredRow[] {
  return [...tenant.rows.values()].filter((row) => row.entity === entity);
}

export function rowOf(tenant: MemoryTenant, entity: string, id: string): StoredRow | undefined {
  return tenant.rows.get(recordKey(entity, id));
}

/** A member's own ids: those of the live record that stands for them. */
export function scopeKeysOf(tenant: MemoryTenant, userId: UserId): ScopeKeys {
  const { entity, userField, keys } = tenant.domain.memberScope;
  const own = rowsOf(tenant, entity).find(
    ({ deletedAt, values }) => deletedAt === null && values[userField] === userId,
  );
  if (!own) return {};
  return Object.fromEntries(
    Object.entries(keys)
      .map(([key, field]) => [key, field === 'id' ? own.id : own.values[field]])
      .filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

function versionAt(milliseconds: number): Cursor {
  const version = parseCursor(withMicros(new Date(milliseconds).toISOString()));
  if (version === null) throw new RangeError('The clock of a test server must be at 1970 or later');
  return version;
}
