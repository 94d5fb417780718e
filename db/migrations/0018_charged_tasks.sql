-- compatible
-- Which tasks the lines of finance entries name, so that nobody reads every line to learn whether a task is billed.

create table charged_tasks (
  tenant_id uuid not null references tenants,
  task_id uuid not null,
  entry_id uuid not null,
  -- Of the entry, when its lines were read: a row says nothing about any other version of it.
  version timestamptz not null,
  primary key (tenant_id, task_id, entry_id)
);
-- How far the entries of a tenant have been read. What is newer is read from the entries themselves.
create table charge_readings (
  tenant_id uuid not null references tenants,
  read_to timestamptz not null,
  primary key (tenant_id)
);

alter table finance_entries no force row level security;
insert into charged_tasks (tenant_id, task_id, entry_id, version)
select distinct e.tenant_id, (item->>'taskId')::uuid, e.id, e.updated_at
from finance_entries e
  cross join jsonb_array_elements(
    case when jsonb_typeof(e.line_items) = 'array' then e.line_items else '[]'::jsonb end) item
where item->>'taskId' is not null;
insert into charge_readings (tenant_id, read_to)
select tenant_id, max(updated_at) from finance_entries group by tenant_id;
alter table finance_entries force row level security;

do $$
declare
  name text;
begin
  foreach name in array array['charged_tasks', 'charge_readings'] loop
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
