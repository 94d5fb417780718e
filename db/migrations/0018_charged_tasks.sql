-- compatible
-- Which tasks the lines of finance entries name, so that nobody reads every line to learn whether a task is billed.
-- They start empty: filling them here would lock out who works meanwhile.

create table charged_tasks (
  tenant_id uuid not null references tenants,
  task_id uuid not null,
  entry_id uuid not null,
  -- Of the entry, when its lines were read: a row says nothing about any other version of it.
  version timestamptz not null,
  primary key (tenant_id, task_id, entry_id)
);
create index charged_tasks_by_entry on charged_tasks (tenant_id, entry_id);
-- How far the entries of a tenant have been read, `read-charges` of every night. What is newer is read from the entries themselves.
create table charge_readings (
  tenant_id uuid not null references tenants,
  read_to timestamptz not null,
  primary key (tenant_id)
);

-- That a task is to be charged once more, although an entry that is gone did, as long as that one stays as it was then.
create table billed_again (
  tenant_id uuid not null references tenants,
  task_id uuid not null,
  entry_id uuid not null,
  -- Of the entry, when somebody said so.
  version timestamptz not null,
  user_id text not null,
  primary key (tenant_id, task_id, entry_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['charged_tasks', 'charge_readings', 'billed_again'] loop
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
