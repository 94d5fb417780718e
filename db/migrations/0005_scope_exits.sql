-- compatible
-- Records that left what some members may see. The row itself is out of their sight, so it can not tell them.

create table scope_exits (
  tenant_id uuid not null references tenants,
  role text not null check (role in ('manager', 'employee')),
  -- Whose: `employee:<id>` of those who hold that key, `*` of everybody with the role.
  scope_key text not null,
  entity text not null,
  id uuid not null,
  -- The record's new version, or one of its own where the record was not written. The newest exit replaces older ones.
  version timestamptz not null,
  primary key (tenant_id, role, scope_key, entity, id)
);
-- The pull.
create index scope_exits_by_version on scope_exits (tenant_id, role, scope_key, entity, version);

alter table scope_exits enable row level security;
alter table scope_exits force row level security;
create policy tenant_isolation on scope_exits
  using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
grant select, insert, update on scope_exits to backhaul_app;

-- Clients are seen through the live tasks that name them: who sees one, and what a purge must keep.
create index tasks_by_client on tasks (tenant_id, client_id, assigned_employee_id, team_id)
  where deleted_at is null and client_id is not null;

-- Employees' devices lack the clients that they may see from now on, and may hold what left them before there were exits. As
-- after any change of what a role sees, they pull anew: the clock moves on, so that no cursor is as late as the scope.
alter table tenant_clocks no force row level security;
alter table members no force row level security;
update tenant_clocks set clock = greatest(clock + interval '1 microsecond', clock_timestamp());
update members set scope_version = tenant_clocks.clock
from tenant_clocks where tenant_clocks.tenant_id = members.tenant_id and members.role = 'employee';
alter table tenant_clocks force row level security;
alter table members force row level security;
