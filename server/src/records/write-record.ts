import { lockTenantClock, saveTenantClock, type TenantClock, type TenantTx, withTenant } from '@backhaul/db';
import {
  type AuditAction,
  type DeviceId,
  type Domain,
  type Entity,
  entityOf,
  type RecordId,
  type TenantId,
  type UserId,
} from '@backhaul/shared';
import { type Access, readAccess } from '../access/read-access.ts';
import { registerDevice } from '../devices/register-device.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { describeFaults, parsePayload } from '../sync/push/admit.ts';
import { applyChanges } from '../sync/push/apply-changes.ts';
import type { AcceptedChange, AdmittedChange, Base, Writer } from '../sync/push/change.ts';

/** One write that did not come through an outbox. */
export interface RecordWrite {
  readonly op: AdmittedChange['op'];
  readonly entity: string;
  readonly id: RecordId;
  readonly values: { readonly [field: string]: unknown };
  readonly base: Base;
  /** Names the action in the audit log, where it is more than the write itself. */
  readonly auditAs?: AuditAction;
}

export interface WriteCaller {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly deviceId: DeviceId | null;
}

/** What work under the clock's lock may use. */
export interface LockedTenant {
  readonly tx: TenantTx;
  readonly clock: TenantClock;
  readonly access: Access;
  /** Applies one write; throws an ApiError with the rejection's code, which rolls everything back. */
  readonly write: (write: RecordWrite) => Promise<AcceptedChange>;
}

/**
 * Opens a write transaction for a member: locks the tenant's clock, reads what the member may do, does the work, stores the
 * clock. Throws the refusal of the caller's access.
 */
export async function withLockedTenant<T>(
  services: Services,
  caller: WriteCaller,
  work: (locked: LockedTenant) => Promise<T>,
): Promise<T> {
  const { database, domain } = services;
  const { tenantId, userId, deviceId } = caller;
  const attempt = (): Promise<{ result: T } | null> =>
    withTenant(database, tenantId, async (tx) => {
      const clock = await lockTenantClock(tx);
      if (!clock) throw new ApiError('NOT_FOUND');
      const entered = await readAccess(tx, { domain, userId, deviceId });
      if (entered.kind === 'refused') throw new ApiError(entered.code);
      if (entered.kind === 'unknownDevice') return null;
      const { access } = entered;
      const writer: Writer = {
        userId,
        deviceId,
        outbox: null,
        name: access.memberName,
        pullCursor: null,
        authority: { kind: 'member', role: access.role, keys: access.keys },
      };
      const result = await work({
        tx,
        clock,
        access,
        write: (write) => writeOne(services, { tx, clock, writer }, write),
      });
      await saveTenantClock(tx, clock);
      return { result };
    });
  const first = await attempt();
  if (first) return first.result;
  if (deviceId) await registerDevice(services, { tenantId, userId, deviceId });
  const second = await attempt();
  if (!second) throw new Error('A device that was just registered is unknown');
  return second.result;
}

/** A write of the service itself, in a transaction that holds the clock. Answers `null` when the record refused it. */
export async function writeAsService(
  services: Services,
  { tx, clock, actor }: { tx: TenantTx; clock: TenantClock; actor: UserId | null },
  write: RecordWrite,
): Promise<AcceptedChange | null> {
  const writer: Writer = {
    userId: actor,
    name: null,
    deviceId: null,
    outbox: null,
    pullCursor: null,
    authority: { kind: 'service' },
  };
  const outcome = await applyOne(services, { tx, clock, writer }, write);
  return outcome.kind === 'accepted' ? outcome : null;
}

interface WriteContext {
  readonly tx: TenantTx;
  readonly clock: TenantClock;
  readonly writer: Writer;
}

async function writeOne(services: Services, context: WriteContext, write: RecordWrite): Promise<AcceptedChange> {
  const outcome = await applyOne(services, context, write);
  if (outcome.kind === 'accepted') return outcome;
  const { code, message, fields } = outcome;
  throw new ApiError(code, { message, details: { fields } });
}

async function applyOne(services: Services, { tx, clock, writer }: WriteContext, write: RecordWrite) {
  const { domain, crypto, newId } = services;
  const keyring = await crypto.keyring(tx);
  const change = admitWrite(domain, write, services.now().toISOString());
  const [outcome] = await applyChanges(tx, [change], { domain, keyring, clock, writer, newId, auditAs: write.auditAs });
  if (!outcome) throw new Error('A change has no outcome');
  return outcome;
}

function admitWrite(domain: Domain, { op, entity, id, values, base }: RecordWrite, now: string): AdmittedChange {
  const declaration = entityOf(domain, entity) as Entity;
  const parsed = parsePayload(declaration, values);
  if ('faults' in parsed) {
    const { code, message, fields } = describeFaults(parsed.faults);
    throw new ApiError(code, { message, details: { fields } });
  }
  const payload = parsed.values;
  return { index: 0, receipt: null, op, entity, declaration, entityId: id, at: now, base, payload, sent: values };
}
