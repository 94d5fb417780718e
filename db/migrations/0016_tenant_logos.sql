-- compatible
-- The picture on a tenant's documents, as its managers gave it: a JPEG or a PNG.
create table tenant_logos (
  tenant_id uuid not null references tenants,
  bytes bytea not null,
  -- The tenant clock's value of the last change.
  version timestamptz not null,
  updated_by text not null,
  primary key (tenant_id)
);

alter table tenant_logos enable row level security;
alter table tenant_logos force row level security;
create policy tenant_isolation on tenant_logos
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
grant select, insert, update, delete on tenant_logos to backhaul_app;
