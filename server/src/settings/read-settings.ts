import { type TenantTx } from '@backhaul/db';
import type { Cursor, Json } from '@backhaul/shared';
import type { SettingsValues } from '@backhaul/shared/schemas';
import { defaultOf, faultOf, isNested, settingsOf, valueOf } from './settings-fields.ts';

export interface TenantSettings {
  readonly values: SettingsValues;
  /** `null`: never set. */
  readonly updatedAt: Cursor | null;
}

/**
 * A tenant's settings, defaults filled in: for whatever in the service depends on them. In a write transaction, read them after
 * the clock is locked.
 */
export async function readSettings(tx: TenantTx): Promise<TenantSettings> {
  const row = await tx.db
    .selectFrom('tenant_settings')
    .select(['values', 'version'])
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return { values: fillIn(row?.values ?? {}), updatedAt: row?.version ?? null };
}

/** What another version of the service has stored and this one does not take counts as not set. */
export function fillIn(stored: unknown): SettingsValues {
  const known = isNested(stored) ? stored : {};
  return settingsOf((field) => {
    const value = valueOf(known, field);
    return value === undefined || faultOf(field, value) !== null ? defaultOf(field) : (value as Json);
  }) as SettingsValues;
}
