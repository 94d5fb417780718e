// The wire messages as TypeBox schemas, for the service's validation and OpenAPI.
export { newRecordSchema, pascalCase, patchSchema, recordSchema } from './domain/field-schema.ts';
export { ErrorBody } from './errors/error-body.ts';
export * from './protocol/audit.ts';
export * from './protocol/conflict-counts.ts';
export * from './protocol/conflicts.ts';
export * from './protocol/dev.ts';
export * from './protocol/devices.ts';
export * from './protocol/invites.ts';
export * from './protocol/members.ts';
export * from './protocol/primitives.ts';
export * from './protocol/pull.ts';
export * from './protocol/push.ts';
export * from './protocol/records.ts';
export * from './protocol/resolve-many.ts';
export * from './protocol/settings.ts';
export * from './protocol/stream.ts';
export * from './protocol/tenants.ts';
