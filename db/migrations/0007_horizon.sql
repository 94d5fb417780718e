-- compatible
-- What the purge needs: tombstones in the order of their versions without a walk over live rows, and a door through which jobs
-- see which tenants there are. The door shows nothing but `tenants`, and only to the owner of the tables, who runs the jobs: a
-- role that is subject to row-level security like any other where it is no superuser.

create index clients_tombstones on clients (tenant_id, updated_at) where deleted_at is not null;
create index employees_tombstones on employees (tenant_id, updated_at) where deleted_at is not null;
create index teams_tombstones on teams (tenant_id, updated_at) where deleted_at is not null;
create index service_types_tombstones on service_types (tenant_id, updated_at) where deleted_at is not null;
create index tasks_tombstones on tasks (tenant_id, updated_at) where deleted_at is not null;
create index finance_entries_tombstones on finance_entries (tenant_id, updated_at) where deleted_at is not null;
create index attachments_tombstones on attachments (tenant_id, updated_at) where deleted_at is not null;

create policy jobs_list_tenants on tenants for select to current_user
  using (current_setting('app.job', true) = 'on');

-- Exits in the order of their versions: the index of the pull has their readers first.
create index scope_exits_by_age on scope_exits (tenant_id, version);
