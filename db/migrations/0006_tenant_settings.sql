-- compatible
-- What a tenant's managers have set. Only what differs from the defaults, which are the code's.
create table tenant_settings (
  tenant_id uuid not null references tenants,
  values jsonb not null,
  -- The tenant clock's value of the last change.
  version timestamptz not null,
  updated_by text not null,
  primary key (tenant_id)
);

alter table tenant_settings enable row level security;
alter table tenant_settings force row level security;
create policy tenant_isolation on tenant_settings
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
grant select, insert, update on tenant_settings to backhaul_app;
