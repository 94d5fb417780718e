-- compatible
-- What the engine writes beside the rows: receipts, audit, conflicts, stubs of purged records.

create table receipts (
  tenant_id uuid not null references tenants,
  change_id uuid not null,
  device_id uuid not null,
  -- SHA-256 of the canonical change, hexadecimal.
  content_hash text not null,
  outcome text not null check (outcome in ('applied', 'merged', 'conflict', 'unchanged', 'rejected')),
  -- Of a rejection.
  code text,
  message text,
  fields text[],
  -- Of the record after the change.
  version timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, change_id)
);
create index receipts_by_age on receipts (tenant_id, created_at);

create table audit (
  tenant_id uuid not null references tenants,
  audit_id uuid not null,
  -- The tenant clock's value of the write: unique, and the order of the log.
  version timestamptz not null,
  entity text not null,
  entity_id text not null,
  action text not null,
  actor_user_id text,
  device_id uuid,
  change_id uuid,
  -- When the edit was made, corrected for the device's clock offset.
  edited_at timestamptz not null,
  -- Field -> { from, to }. Sensitive fields are in the envelope instead.
  changes jsonb not null,
  sealed bytea,
  primary key (tenant_id, audit_id)
);
create unique index audit_by_version on audit (tenant_id, version);
create index audit_by_record on audit (tenant_id, entity, entity_id, version);
create index audit_by_actor on audit (tenant_id, actor_user_id, version);

create table conflicts (
  tenant_id uuid not null references tenants,
  conflict_id uuid not null,
  version timestamptz not null,
  entity text not null,
  entity_id uuid not null,
  change_id uuid,
  kind text not null check (kind in ('fields', 'deletedOverEdit', 'editedOverDelete')),
  fields text[] not null,
  policy text not null,
  winner text not null check (winner in ('client', 'server')),
  summary text not null,
  status text not null check (status in ('open', 'resolved')),
  client_values jsonb not null,
  client_user_id text,
  client_device_id uuid,
  client_at timestamptz,
  server_values jsonb not null,
  server_user_id text,
  server_device_id uuid,
  server_at timestamptz,
  -- The version whose values met the change.
  server_version timestamptz not null,
  -- The sensitive values of both sides.
  sealed bytea,
  resolution text check (resolution in ('keep', 'restore', 'edit')),
  resolved_by text,
  resolved_version timestamptz,
  primary key (tenant_id, conflict_id)
);
create unique index conflicts_by_version on conflicts (tenant_id, version);
create index conflicts_open on conflicts (tenant_id, version) where status = 'open';
create index conflicts_by_record on conflicts (tenant_id, entity, entity_id, version);
-- A conflict is logged once: one row for each other author that a change met under one policy.
create unique index conflicts_once on conflicts (tenant_id, change_id, policy, winner, server_version)
  where change_id is not null;

-- What is left of a purged tombstone, for ever, so that a late edit can not make a ghost.
create table purged_records (
  tenant_id uuid not null references tenants,
  entity text not null,
  id uuid not null,
  primary key (tenant_id, entity, id)
);

do $$
declare
  name text;
begin
  foreach name in array array['receipts', 'audit', 'conflicts', 'purged_records'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_isolation on %I'
      ' using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'
      ' with check (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', name);
    execute format('grant select, insert on %I to backhaul_app', name);
  end loop;
end
$$;
-- Audit rows and stubs are append-only; a conflict changes once, when it is resolved; receipts expire.
grant update on conflicts to backhaul_app;
grant delete on receipts to backhaul_app;
