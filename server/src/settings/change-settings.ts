import { writeSettings } from '@backhaul/db';
import { type Cursor, type Json, jsonEqual, parseCursor } from '@backhaul/shared';
import type { Settings, SettingsValues } from '@backhaul/shared/schemas';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import { asManager } from '../members/authorise-manager.ts';
import type { Services } from '../services.ts';
import { auditMembership } from '../tenants/membership-audit.ts';
import { parseSettingsPatch } from './parse-settings-patch.ts';
import { readSettings, type TenantSettings } from './read-settings.ts';
import { defaultOf, type Nested, SETTINGS_FIELDS, settingsOf, valueOf } from './settings-fields.ts';

/**
 * Sets some of a tenant's settings: as a manager, under the tenant clock's lock, with a version and an audit entry of their
 * own. What changes nothing takes neither. Throws what is wrong with a value, or RECORD_MOVED with the settings as they are.
 */
export async function changeSettings(services: Services, caller: Caller, body: Nested): Promise<Settings> {
  const { expectedUpdatedAt, ...patch } = body;
  const expected = parseExpected(expectedUpdatedAt);
  const change = parseSettingsPatch(patch);
  return asManager(services, caller, async ({ tx, clock }) => {
    const before = await readSettings(tx);
    if (expected !== undefined && expected !== before.updatedAt) {
      throw new ApiError('RECORD_MOVED', { details: { settings: toSettings(before) } });
    }
    const after = settingsOf(
      (field) => (change.has(field.name) ? change.get(field.name) : valueOf(before.values, field)) as Json,
    ) as SettingsValues;
    const changes = differences(before.values, after);
    if (Object.keys(changes).length === 0) return toSettings(before);

    const version = clock.next();
    await writeSettings(tx, { values: withoutDefaults(after), version, updatedBy: caller.userId });
    await auditMembership(services, tx, {
      version,
      entity: 'settings',
      entityId: tx.tenantId,
      action: 'update',
      actor: caller.userId,
      device: caller.deviceId,
      changes,
    });
    return toSettings({ values: after, updatedAt: version });
  });
}

export function toSettings({ values, updatedAt }: TenantSettings): Settings {
  return { ...values, updatedAt };
}

/** `undefined`: the caller expects nothing. */
function parseExpected(value: unknown): Cursor | null | undefined {
  if (value === undefined || value === null) return value;
  const expected = parseCursor(value);
  if (!expected) throw new ApiError('INVALID_CURSOR', { details: { field: 'expectedUpdatedAt' } });
  return expected;
}

/** By dotted name, as the audit log keeps them. */
function differences(before: SettingsValues, after: SettingsValues): { [name: string]: { from: Json; to: Json } } {
  const pairs = SETTINGS_FIELDS.map((field) => {
    const [from, to] = [valueOf(before, field) as Json, valueOf(after, field) as Json];
    return [field.name, { from, to }] as const;
  });
  return Object.fromEntries(pairs.filter(([, { from, to }]) => !jsonEqual(from, to)));
}

/** A default that a later version changes is the tenant's, too, unless its managers have decided otherwise. */
function withoutDefaults(values: SettingsValues): Nested {
  return settingsOf((field) => {
    const value = valueOf(values, field) as Json;
    return jsonEqual(value, defaultOf(field)) ? undefined : value;
  });
}
