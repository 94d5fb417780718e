-- compatible
-- The field-service domain. One column per plain field, one envelope for all sensitive fields of a row. References between
-- records are checked by the engine under the tenant clock's lock, not by foreign keys: a tombstone may be referenced, and
-- purging it must not fail because of a row that is itself deleted.

create table clients (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  preferred_schedule text,
  preferred_delivery_channels jsonb,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index clients_by_version on clients (tenant_id, updated_at);

create table employees (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  role_title text,
  team_id uuid,
  team text,
  user_id text,
  hourly_rate numeric(14,2),
  currency text,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index employees_by_version on employees (tenant_id, updated_at);

create table teams (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index teams_by_version on teams (tenant_id, updated_at);

create table service_types (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  description text,
  base_price numeric(14,2) not null,
  currency text not null,
  pricing_model text,
  default_duration_minutes integer,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index service_types_by_version on service_types (tenant_id, updated_at);

create table tasks (
  tenant_id uuid not null references tenants,
  id uuid not null,
  title text not null,
  date date not null,
  start_time timestamptz,
  end_time timestamptz,
  status text not null,
  assigned_employee_id uuid,
  team_id uuid,
  client_id uuid,
  client_name text,
  service_type_id uuid,
  check_in_time timestamptz,
  check_out_time timestamptz,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index tasks_by_version on tasks (tenant_id, updated_at);

create table finance_entries (
  tenant_id uuid not null references tenants,
  id uuid not null,
  title text not null,
  amount numeric(14,2) not null,
  type text not null,
  due_date date not null,
  status text not null,
  method text,
  currency text not null,
  client_id uuid,
  client_name text,
  employee_id uuid,
  employee_name text,
  kind text not null,
  is_disputed boolean,
  receipt_attachment_id uuid,
  line_items jsonb,
  period_start date,
  period_end date,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index finance_entries_by_version on finance_entries (tenant_id, updated_at);

create table attachments (
  tenant_id uuid not null references tenants,
  id uuid not null,
  owner_type text not null,
  owner_id uuid not null,
  mime_type text not null,
  size integer not null,
  sha256 text,
  status text not null,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  primary key (tenant_id, id)
);
-- The pull. Unique, because every version in a tenant is.
create unique index attachments_by_version on attachments (tenant_id, updated_at);

-- An employee's share of the pull.
create index tasks_by_assignee on tasks (tenant_id, assigned_employee_id, updated_at);
create index tasks_by_team on tasks (tenant_id, team_id, updated_at);
create index finance_entries_by_employee on finance_entries (tenant_id, employee_id, updated_at);
-- Deciding what a member may see, and that nobody is two employees.
create unique index employees_user_id_live on employees (tenant_id, user_id)
  where deleted_at is null and user_id is not null;

do $$
declare
  name text;
begin
  foreach name in array array[
    'clients', 'employees', 'teams', 'service_types', 'tasks', 'finance_entries', 'attachments'
  ] loop
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
