-- compatible
-- What exists before a tenant is known: people and who owns which device. Reached through DirectoryTx only.

do $$
begin
  create role backhaul_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
exception
  -- Roles belong to the server, not to the database: another database of it made the role already.
  when duplicate_object or unique_violation then null;
end
$$;

grant usage on schema public to backhaul_app;

create table users (
  user_id text primary key,
  email text,
  name text,
  created_at timestamptz not null default now()
);

-- A device belongs to the first user that used it.
create table device_owners (
  device_id uuid primary key,
  user_id text not null,
  active_tenant_id uuid,
  created_at timestamptz not null default now()
);

alter table users enable row level security;
alter table users force row level security;
alter table device_owners enable row level security;
alter table device_owners force row level security;

create policy own_user on users
  using (user_id = nullif(current_setting('app.user_id', true), ''))
  with check (user_id = nullif(current_setting('app.user_id', true), ''));

create policy own_device on device_owners
  using (user_id = nullif(current_setting('app.user_id', true), ''))
  with check (user_id = nullif(current_setting('app.user_id', true), ''));

grant select, insert, update on users, device_owners to backhaul_app;
