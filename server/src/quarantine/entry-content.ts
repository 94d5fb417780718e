import type { QuarantineRow } from '@backhaul/db';
import { type Domain, parseInstant } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import type { AdmitContext } from '@backhaul/shared/engine';
import { CHANGE_IDENTITY } from '../sync/push/change-identity.ts';
import type { QuarantineContent } from './read-item.ts';

type SealedValues = Parameters<Keyring['seal']>[1];

export function openContent(keyring: Keyring, row: Pick<QuarantineRow, 'quarantine_id' | 'sealed'>): QuarantineContent {
  return keyring.open(['quarantine', row.quarantine_id], row.sealed) as unknown as QuarantineContent;
}

/** @param id of the entry: the envelope opens nowhere else */
export function sealContent(keyring: Keyring, id: string, content: QuarantineContent): Buffer {
  return keyring.seal(['quarantine', id], content as unknown as SealedValues);
}

/** As at the time of its arrival: no edit was made later. */
export function contextOf(domain: Domain, row: QuarantineRow): AdmitContext {
  const now = parseInstant(row.received_at) ?? row.received_at;
  return { domain, deviceId: row.device_id, now, clockOffset: row.clock_offset ?? 0, identity: CHANGE_IDENTITY };
}
