import { parseRecordId, parseUserId, type RecordId, type Role, type UserId } from '@backhaul/shared';
import { parsePayload, type AdmittedChange } from '@backhaul/shared/engine';
import { applyChanges } from './memory/apply-changes.ts';
import { clockOf, type MemoryMember, type MemoryTenant, rowOf } from './memory/memory-tenant.ts';

export interface TestPerson {
  /** Default: `user_1`, `user_2` and so on. */
  readonly userId?: string;
  /** Default: the user id. */
  readonly name?: string;
  /** Default: `manager`. */
  readonly role?: Role;
  /**
   * The record that stands for the member and decides what they see (in field-service an employee): its fields, and the
   * `id` of one that exists. Without, an employee has no scope of their own.
   */
  readonly record?: { readonly id?: string; readonly [field: string]: unknown };
}

export interface TestMember {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** `null`: no record stands for them. */
  readonly recordId: string | null;
}

export function addMember(tenant: MemoryTenant, person: TestPerson): TestMember {
  const userId = parseUserId(person.userId ?? `user_${tenant.members.size + 1}`);
  if (userId === null) throw new TypeError('A user id is a text of at most 200 characters');
  const { role = 'manager', name = userId } = person;
  const clock = clockOf(tenant);
  const scopeVersion = clock.next();
  tenant.clock = clock.current;
  tenant.members.set(userId, { userId, name, role, status: 'active', scopeVersion });
  const recordId = person.record ? standFor(tenant, userId, person.record) : null;
  return { userId, name, role, recordId };
}

/** Role and status as a manager may change them; `removed` ends the membership. */
export function changeMember(
  tenant: MemoryTenant,
  userId: string,
  change: { readonly role?: Role; readonly status?: MemoryMember['status'] | 'removed' },
): void {
  const member = tenant.members.get(userId as UserId);
  if (!member) throw new Error(`${userId} is no member`);
  const { role = member.role, status = member.status } = change;
  if (role === member.role && status === member.status) return;
  const clock = clockOf(tenant);
  const version = clock.next();
  tenant.clock = clock.current;
  if (status === 'removed') tenant.members.delete(member.userId);
  else {
    const scopeVersion = role === member.role ? member.scopeVersion : version;
    tenant.members.set(member.userId, { ...member, role, status, scopeVersion });
  }
}

/** Writes as the service itself does, when somebody takes up an invitation. */
function standFor(
  tenant: MemoryTenant,
  userId: UserId,
  { id, ...fields }: NonNullable<TestPerson['record']>,
): RecordId {
  const { entity, userField } = tenant.domain.memberScope;
  const recordId = parseRecordId(id ?? tenant.newId());
  const declaration = tenant.domain.entities[entity];
  if (recordId === null || !declaration) throw new TypeError('The id of a record is a UUID');
  const parsed = parsePayload(declaration, { ...fields, [userField]: userId });
  if ('faults' in parsed) throw new TypeError(JSON.stringify(parsed.faults));
  const change: AdmittedChange = {
    index: 0,
    receipt: null,
    op: 'upsert',
    entity,
    declaration,
    entityId: recordId,
    at: new Date(tenant.now()).toISOString(),
    base: rowOf(tenant, entity, recordId) ? { kind: 'current' } : { kind: 'create' },
    payload: parsed.values,
    sent: parsed.values,
  };
  const [outcome] = applyChanges(
    tenant,
    { userId, deviceId: null, outbox: null, pullCursor: null, authority: { kind: 'service' } },
    [change],
  );
  if (outcome?.kind !== 'accepted') throw new Error(`The record of ${userId} was refused: ${outcome?.code}`);
  return recordId;
}
