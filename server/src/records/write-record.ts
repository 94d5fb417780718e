import type { TenantClock, TenantTx } from '@backhaul/db';
import { type AuditAction, type Domain, type Entity, entityOf, type RecordId, type UserId } from '@backhaul/shared';
import { type Caller, type LockedAccess, withLockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { describeFaults, parsePayload } from '../sync/push/parse-payload.ts';
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

/** What a generic route or a resolution works with. */
export interface LockedRecords extends LockedAccess {
  /** Applies one write; throws an ApiError with the rejection's code, which rolls everything back. */
  readonly write: (write: RecordWrite) => Promise<AcceptedChange>;
}

/** As `withLockedAccess`, with the engine at hand. */
export function withLockedRecords<T>(
  services: Services,
  caller: Caller,
  work: (locked: LockedRecords) => Promise<T>,
): Promise<T> {
  return withLockedAccess(services, caller, (locked) => {
    const { memberName, role, keys } = locked.access;
    const writer: Writer = {
      userId: caller.userId,
      deviceId: caller.deviceId,
      outbox: null,
      name: memberName,
      pullCursor: null,
      authority: { kind: 'member', role, keys },
    };
    return work({ ...locked, write: (write) => writeOne(services, { ...locked, writer }, write) });
  });
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
