/**
 * The wire contract's version. Bumped with every change a client could notice; `schema-hash.test.ts` fails when a schema
 * changes and this line does not.
 *
 * - 1 (2026-11-21): push, pull, conflicts, audit, tenants, members, devices, generic records.
 * - 2 (2026-11-24): field service declares policies other than `clientWins`; tenant settings;
 *   pulls tell of records that left the member's scope (`reason: 'scope'`); employees see clients;
 *   conflicts have a `kind`, more filters, counts and a bulk resolution, sentences a language, records a history;
 *   the live stream;
 *   a domain has a `schemaVersion`, which pushes, pulls and streams state in both directions;
 *   escrow and quarantine, `author` in the audit log, `details.tenantId` of the `NOT_FOUND` of a tenant.
 * - 3 (2026-11-25): attachments are uploaded and completed, have `purpose` and `fileName`, and are seen by who sees their owner;
 *   sending records to customers, notifications, their previews and consents;
 *   invoices and payroll entries generated from tasks, invoice numbers, PDFs, disputes and adjustments;
 *   a task that is billed twice is told, and not issued (`ALREADY_BILLED`); adjustments take
 *   `idempotencyKey` and `expectedUpdatedAt`; one attachment can be deleted;
 *   a logo of the tenant's own (`/settings/logo`);
 *   a message takes a file along, and is repeated after another version (`attachmentId`, `again`, `newerSent`);
 *   a task that an issued invoice charged which is gone is billed again only when asked to (`billedBefore`, `billAgain`).
 */
export const PROTOCOL_VERSION = 3;
