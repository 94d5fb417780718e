-- compatible
-- Files of records: what they show, how they were called (sealed, so it has no column), and how they are found by their owner.
-- Nothing could make an attachment before, so no device lacks one that it may see from now on.

alter table attachments add column purpose text not null default 'general';
-- Who sees an attachment, and what goes with its owner.
create index attachments_by_owner on attachments (tenant_id, owner_id);
-- Uploads that nobody completed.
create index attachments_pending on attachments (tenant_id, updated_at) where status = 'pending' and deleted_at is null;

-- Objects that the sweep is about to delete: nobody may begin or complete an upload of theirs meanwhile. A row that a killed
-- sweep left is over after `until`.
create table object_sweeps (
  tenant_id uuid not null references tenants,
  attachment_id uuid not null,
  until timestamptz not null,
  primary key (tenant_id, attachment_id)
);
alter table object_sweeps enable row level security;
alter table object_sweeps force row level security;
create policy tenant_isolation on object_sweeps
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
grant select on object_sweeps to backhaul_app;
