import { insertAudit, insertDocumentNumber, readDocumentNumber, readNextSequence, type TenantTx } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import type { Caller, LockedAccess } from '../access/with-locked-access.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings/read-settings.ts';

interface Numbered {
  readonly entity: string;
  readonly id: RecordId;
}

const DIGITS = 4;

/** The number that a document has, or the one that it would get now; under the tenant clock's lock, the one that it gets. */
export async function numberFor(tx: TenantTx, document: Numbered): Promise<string> {
  return (await readDocumentNumber(tx, document)) ?? (await nextNumber(tx, document.entity)).number;
}

/**
 * Gives a document its number, once and for ever: the next of the tenant's series, in which no number is left out because it is
 * taken under the tenant clock's lock and in the transaction that needs it. Answers the number that it has from then on.
 */
export async function assignNumber(
  { newId, now }: Services,
  { tx, clock }: Pick<LockedAccess, 'tx' | 'clock'>,
  { document, caller }: { readonly document: Numbered; readonly caller: Caller },
): Promise<string> {
  const known = await readDocumentNumber(tx, document);
  if (known !== null) return known;
  const { sequence, number } = await nextNumber(tx, document.entity);
  const at = now().toISOString();
  await insertDocumentNumber(tx, { ...document, sequence, number, now: at });
  await insertAudit(tx, [
    {
      auditId: newId(),
      version: clock.next(),
      entity: document.entity,
      entityId: document.id,
      action: 'number',
      actor: caller.userId,
      device: caller.deviceId,
      changeId: null,
      at,
      changes: { number: { from: null, to: number } },
      sealed: null,
    },
  ]);
  return number;
}

async function nextNumber(
  tx: TenantTx,
  entity: string,
): Promise<{ readonly sequence: number; readonly number: string }> {
  const { values } = await readSettings(tx);
  const sequence = await readNextSequence(tx, entity);
  return { sequence, number: `${values.invoices.numberPrefix}${String(sequence).padStart(DIGITS, '0')}` };
}
