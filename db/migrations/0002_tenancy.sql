-- compatible
-- Tenants, their clocks and keys, members, invites, devices.

create table tenants (
  tenant_id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table tenant_clocks (
  tenant_id uuid primary key references tenants,
  -- The version of the newest committed row; only moves forward.
  clock timestamptz not null,
  -- The clock when the tenant was made: a cursor before it is a first pull.
  origin timestamptz not null,
  -- The highest version among purged tombstones.
  purged_to timestamptz
);

-- Data keys, each wrapped by the master key.
create table tenant_keys (
  tenant_id uuid not null references tenants,
  key_id uuid not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key_id)
);

create table members (
  tenant_id uuid not null references tenants,
  user_id text not null,
  role text not null check (role in ('manager', 'employee')),
  status text not null check (status in ('active', 'disabled')),
  -- Copies from the identity provider, so that a tenant never reads the directory.
  email text,
  name text,
  -- The tenant clock when this member's scope keys last changed.
  scope_version timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id)
);
create index members_by_user on members (user_id);

create table invites (
  tenant_id uuid not null references tenants,
  invite_id uuid not null,
  -- Lower case.
  email text not null,
  role text not null check (role in ('manager', 'employee')),
  employee_id uuid,
  status text not null check (status in ('pending', 'accepted', 'expired')),
  invited_by text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, invite_id)
);
create unique index invites_one_pending on invites (tenant_id, email) where status = 'pending';
create index invites_by_email on invites (email) where status = 'pending';

create table devices (
  tenant_id uuid not null references tenants,
  device_id uuid not null,
  user_id text not null,
  status text not null default 'active' check (status in ('active', 'revoked')),
  platform text,
  app_version text,
  registered_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  last_push_at timestamptz,
  last_pull_at timestamptz,
  -- The newest cursor that this device has presented.
  pull_cursor timestamptz,
  pending integer,
  oldest_pending_at timestamptz,
  -- Bytes.
  storage_used bigint,
  storage_quota bigint,
  -- Milliseconds that the device's clock is behind the server's.
  clock_offset bigint,
  primary key (tenant_id, device_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['tenants', 'tenant_clocks', 'tenant_keys', 'members', 'invites', 'devices'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_isolation on %I'
      ' using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'
      ' with check (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', name);
    execute format('grant select, insert, update on %I to backhaul_app', name);
  end loop;
end
$$;
grant delete on members to backhaul_app;

-- The second door: a person sees their own memberships, the names of those tenants, and invites to their verified email.
create policy own_membership on members for select
  using (user_id = nullif(current_setting('app.user_id', true), ''));
create policy own_tenant on tenants for select
  using (tenant_id in (
    select m.tenant_id from members m where m.user_id = nullif(current_setting('app.user_id', true), '')));
create policy own_invite on invites for select
  using (email = nullif(current_setting('app.user_email', true), ''));
