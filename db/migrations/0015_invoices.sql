-- compatible
-- Numbers of documents: given once, in order and without gaps, and kept when the record is long gone.

create table document_numbers (
  tenant_id uuid not null references tenants,
  entity text not null,
  entity_id uuid not null,
  -- Of the tenant and entity: 1, 2, 3.
  sequence integer not null,
  -- As it is printed: a prefix that changes later changes no number.
  number text not null,
  assigned_at timestamptz not null,
  primary key (tenant_id, entity, entity_id)
);
create unique index document_numbers_by_sequence on document_numbers (tenant_id, entity, sequence);

alter table document_numbers enable row level security;
alter table document_numbers force row level security;
create policy tenant_isolation on document_numbers
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
grant select, insert on document_numbers to backhaul_app;

-- What was done in a period, and what was charged or paid for it.
create index tasks_by_date on tasks (tenant_id, date) where deleted_at is null;
create index finance_entries_by_kind on finance_entries (tenant_id, kind, updated_at) where deleted_at is null;
