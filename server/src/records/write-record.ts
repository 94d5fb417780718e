import type { TenantTx } from '@backhaul/db';
import { type AuditAction, type Domain, entityOf, type RecordId, type UserId } from '@backhaul/shared';
import { type Caller, type LockedAccess, withLockedAccess } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import {
  type AcceptedChange,
  type AdmittedChange,
  type Base,
  type ChangeOutcome,
  type DecidableChange,
  describeFaults,
  type Fault,
  fault,
  parsePayload,
  type TenantClock,
  type Writer,
} from '@backhaul/shared/engine';
import { applyChanges } from '../sync/push/apply-changes.ts';

/** One write that did not come through an outbox. */
export interface RecordWrite {
  readonly op: AdmittedChange['op'];
  readonly entity: string;
  readonly id: RecordId;
  readonly values: { readonly [field: string]: unknown };
  readonly base: Base;
}

/** What a generic route or a resolution works with. */
export interface LockedRecords extends LockedAccess {
  /** Applies one write; throws an ApiError with the rejection's code, which rolls everything back. */
  readonly write: (write: RecordWrite) => Promise<AcceptedChange>;
  /**
   * Applies writes in order, each on what those before it left, and answers their outcomes; a rejected one does not hold up the
   * others. As many statements as for one of each entity. `auditAs` names the action in the audit log, where it is more than
   * the write itself.
   */
  readonly writeEach: (
    writes: readonly RecordWrite[],
    options: { readonly auditAs?: AuditAction },
  ) => Promise<readonly ChangeOutcome[]>;
}

/** As `withLockedAccess`, with the engine at hand. */
export function withLockedRecords<T>(
  services: Services,
  caller: Caller,
  work: (locked: LockedRecords) => Promise<T>,
): Promise<T> {
  return withLockedAccess(services, caller, (locked) => {
    const { role, keys } = locked.access;
    const writer: Writer = {
      userId: caller.userId,
      deviceId: caller.deviceId,
      outbox: null,
      pullCursor: null,
      authority: { kind: 'member', role, keys },
    };
    const context = { ...locked, writer };
    return work({
      ...locked,
      write: (write) => writeOne(services, context, write),
      writeEach: (writes, options) => applyWrites(services, { ...context, ...options }, writes),
    });
  });
}

export interface ServiceContext {
  readonly tx: TenantTx;
  readonly clock: TenantClock;
  readonly actor: UserId | null;
  readonly auditAs?: AuditAction | undefined;
}

/** A write of the service itself, in a transaction that holds the clock. Answers `null` when the record refused it. */
export async function writeAsService(
  services: Services,
  { tx, clock, actor, auditAs }: ServiceContext,
  write: RecordWrite,
): Promise<AcceptedChange | null> {
  const writer: Writer = {
    userId: actor,
    deviceId: null,
    outbox: null,
    pullCursor: null,
    authority: { kind: 'service' },
  };
  const [outcome] = await applyWrites(services, { tx, clock, writer, auditAs }, [write]);
  return outcome?.kind === 'accepted' ? outcome : null;
}

interface WriteContext {
  readonly tx: TenantTx;
  readonly clock: TenantClock;
  readonly writer: Writer;
  readonly auditAs?: AuditAction | undefined;
}

async function writeOne(services: Services, context: WriteContext, write: RecordWrite): Promise<AcceptedChange> {
  const [outcome] = await applyWrites(services, context, [write]);
  if (!outcome) throw new Error('A change has no outcome');
  if (outcome.kind === 'accepted') return outcome;
  const { code, message, fields } = outcome;
  throw new ApiError(code, { message, details: { fields } });
}

async function applyWrites(
  services: Services,
  { tx, clock, writer, auditAs }: WriteContext,
  writes: readonly RecordWrite[],
): Promise<readonly ChangeOutcome[]> {
  const { domain, crypto, newId } = services;
  const keyring = await crypto.keyring(tx);
  const now = services.now().toISOString();
  const changes = writes.map((write, index) => admitWrite(domain, write, { index, now }));
  return applyChanges(tx, changes, { domain, keyring, clock, writer, newId, auditAs });
}

function admitWrite(
  domain: Domain,
  { op, entity, id: entityId, values, base }: RecordWrite,
  { index, now }: { index: number; now: string },
): DecidableChange {
  const reject = (faults: readonly Fault[]): DecidableChange => {
    const named = { index, receipt: null, changeId: null, entity, entityId, op };
    return { kind: 'rejected', ...named, ...describeFaults(faults) };
  };
  const declaration = entityOf(domain, entity);
  if (!declaration) return reject([fault('UNKNOWN_ENTITY', 'entity', 'is not known here')]);
  const parsed = parsePayload(declaration, values);
  if ('faults' in parsed) return reject(parsed.faults);
  return {
    index,
    receipt: null,
    op,
    entity,
    declaration,
    entityId,
    at: now,
    base,
    payload: parsed.values,
    sent: values,
  };
}
