export { createDatabase, type Database, type DatabaseOptions } from './create-database.ts';
export { type DirectoryTx, type Person, withDirectory } from './directory-tx.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/embedded-postgres.ts';
export { APP_ROLE, ensureAppRole } from './ensure-app-role.ts';
export { type NotifyChannel, openNotifyChannel } from './notify-channel.ts';
export { migrate, pendingMigrations } from './migrate.ts';
export { dumpSchema } from './schema/dump-schema.ts';
export * from './queries/access/mark-scope-changed.ts';
export * from './queries/access/member-names.ts';
export * from './queries/access/read-access-row.ts';
export * from './queries/audit/insert-audit.ts';
export * from './queries/audit/list-audit.ts';
export type { ConflictFilter, ConflictRange } from './queries/conflicts/conflict-page.ts';
export * from './queries/conflicts/count-conflicts.ts';
export * from './queries/conflicts/insert-conflicts.ts';
export * from './queries/conflicts/list-conflicts.ts';
export * from './queries/conflicts/read-conflicts-of-changes.ts';
export * from './queries/conflicts/settle-conflicts.ts';
export * from './queries/pokes/read-clocks.ts';
export * from './queries/pokes/read-listening-devices.ts';
export * from './queries/scope/find-held-names.ts';
export * from './queries/scope/find-named.ts';
export * from './queries/scope/purge-scope-exits.ts';
export * from './queries/scope/renew-versions.ts';
export type { Viewer } from './queries/scope/visibility.ts';
export * from './queries/scope/write-exits.ts';
export * from './queries/settings/write-settings.ts';
export * from './queries/sync/find-known-ids.ts';
export * from './queries/sync/find-unique-owners.ts';
export * from './queries/sync/purge-tombstones.ts';
export * from './queries/sync/read-history.ts';
export * from './queries/sync/read-page.ts';
export * from './queries/sync/read-records.ts';
export * from './queries/sync/receipts.ts';
export * from './queries/sync/release-unique-values.ts';
export * from './queries/sync/stored-row.ts';
export * from './queries/sync/touch-device.ts';
export * from './queries/sync/write-records.ts';
export type * from './tables.ts';
export { lockTenantClock, saveTenantClock, type TenantClock } from './tenant-clock.ts';
export { type TenantTx, withTenant } from './tenant-tx.ts';
