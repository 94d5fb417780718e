import {
  addKeptWork,
  insertQuarantine,
  lockTenantClock,
  type NewQuarantineRow,
  readHandedOver,
  readKeptWork,
  readReceipts,
  saveTenantClock,
  type TenantTx,
} from '@backhaul/db';
import type { DeviceId } from '@backhaul/shared';
import { type Receipt } from '@backhaul/shared/engine';
import { ESCROW_LIMITS } from '@backhaul/shared/schemas';
import { refuseAccess } from '../access/refuse-access.ts';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { ApiError } from '../http/api-error.ts';
import type { Identity } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { auditMembership } from '../tenants/membership-audit.ts';
import { sealContent } from './entry-content.ts';
import { isAcceptanceOf } from './is-acceptance-of.ts';
import type { ReadItem } from './read-item.ts';

export interface SealedItem extends ReadItem {
  readonly id: string;
  readonly sealed: Buffer;
}

export function sealItem({ newId }: Services, keyring: Keyring, item: ReadItem): SealedItem {
  const id = newId();
  return { ...item, id, sealed: sealContent(keyring, id, item.content) };
}

/** What all items of a request share. */
export type EscrowFacts = Pick<NewQuarantineRow, 'reason' | 'set_aside_at' | 'clock_offset' | 'received_at'>;

/** Keeps what is not known yet, in the order given. Throws ESCROW_FULL. */
export async function keepEscrow(
  services: Services,
  tx: TenantTx,
  {
    deviceId,
    identity,
    sealed,
    facts,
  }: { deviceId: DeviceId; identity: Identity; sealed: readonly SealedItem[]; facts: EscrowFacts },
): Promise<void> {
  const clock = await lockTenantClock(tx);
  if (!clock) throw refuseAccess('NOT_FOUND', tx.tenantId);
  const changeIds = [...new Set(sealed.map(({ changeId }) => changeId))];
  const known = await readHandedOver(tx, deviceId, changeIds);
  const fresh = withoutKnown(sealed, new Set(known.map((row) => `${row.change_id} ${row.content_hash}`)));
  if (fresh.length === 0) return;

  const added = { changes: fresh.length, bytes: fresh.reduce((sum, item) => sum + item.sealed.length, 0) };
  const kept = await readKeptWork(tx, deviceId);
  const { keptChanges, keptBytes } = ESCROW_LIMITS;
  if (kept.changes + added.changes > keptChanges || kept.bytes + added.bytes > keptBytes) {
    throw new ApiError('ESCROW_FULL', { details: { keptChanges, keptBytes } });
  }
  const receipts = new Map((await readReceipts(tx, changeIds)).map((receipt) => [receipt.change_id, receipt]));
  const userName = await nameOf(tx, identity);
  const rows = fresh.map((item) => ({
    ...facts,
    ...rowOf(item, deviceId, receipts.get(item.changeId)),
    user_id: identity.userId,
    user_name: userName,
    version: clock.next(),
  }));
  await insertQuarantine(tx, rows);
  await addKeptWork(tx, deviceId, added);
  await auditMembership(services, tx, {
    version: clock.next(),
    entity: 'device',
    entityId: deviceId,
    action: 'escrow',
    actor: identity.userId,
    device: deviceId,
    changes: { reason: { from: null, to: facts.reason }, changes: { from: null, to: fresh.length } },
  });
  await saveTenantClock(tx, clock);
}

/** A change that is handed over twice is one; also within a request. */
function withoutKnown(items: readonly SealedItem[], known: Set<string>): SealedItem[] {
  return items.filter(({ changeId, contentHash }) => {
    const key = `${changeId} ${contentHash}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** A change whose acceptance the device never heard of is kept, too, or the limits would tell it; nobody has to decide it. */
function rowOf(
  item: SealedItem,
  deviceId: DeviceId,
  receipt: Receipt | undefined,
): Omit<NewQuarantineRow, keyof EscrowFacts | 'user_id' | 'user_name' | 'version'> {
  const hasArrived = receipt !== undefined && isAcceptanceOf(receipt, item.contentHash, deviceId);
  const { id, changeId, contentHash, op, entity, entityId, editedAt, code, sealed } = item;
  return {
    quarantine_id: id,
    device_id: deviceId,
    change_id: changeId,
    content_hash: contentHash,
    op,
    entity,
    entity_id: entityId,
    edited_at: editedAt,
    sealed,
    status: hasArrived ? 'applied' : 'waiting',
    outcome: hasArrived ? 'arrived' : null,
    code,
    message: null,
    fields: null,
  };
}

async function nameOf(tx: TenantTx, { userId, name, email }: Identity): Promise<string> {
  const member = await tx.db
    .selectFrom('members')
    .select(['name', 'email'])
    .where('tenant_id', '=', tx.tenantId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return (member?.name ?? name ?? member?.email ?? email ?? userId).toWellFormed();
}
