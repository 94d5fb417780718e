import { type Domain, defineDomain, defineEntity, type Entities, field, fieldService } from '@backhaul/shared';

/** Field service as it is, and as the next version might be: two more fields of a task, one of them sealed, and an entity. */
export const TODAY: Domain = fieldService;
export const TOMORROW: Domain = defineDomain<Entities>({
  name: TODAY.name,
  memberScope: TODAY.memberScope,
  schemaVersion: TODAY.schemaVersion + 1,
  entities: {
    ...TODAY.entities,
    task: defineEntity({
      table: 'tasks',
      fields: {
        ...fieldService.entities.task.fields,
        weather: field.text(),
        gateCode: field.text({ sensitive: true }),
      },
    }),
    vehicle: defineEntity({
      table: 'vehicles',
      fields: { name: field.text({ required: true }), teamId: field.reference('team') },
    }),
  },
  roles: {
    manager: { ...TODAY.roles.manager, vehicle: fieldService.roles.manager.team },
    employee: { ...TODAY.roles.employee, vehicle: { read: [], create: [], update: [], delete: [] } },
  },
});

/** From the one to the other, beside instances of the old version. */
export const MIGRATION = `
  alter table tasks add column weather text;
  create table vehicles (
    tenant_id uuid not null references tenants, id uuid not null, name text not null, team_id uuid, sealed bytea,
    created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz, field_versions jsonb not null,
    primary key (tenant_id, id));
  create unique index on vehicles (tenant_id, updated_at);
  alter table vehicles enable row level security;
  alter table vehicles force row level security;
  create policy tenant_isolation on vehicles using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
  grant select, insert, update on vehicles to backhaul_app;
`;

/** Scenarios that follow each other in one database each begin with the old version. */
export const BACK = `
  alter table tasks drop column if exists weather;
  drop table if exists vehicles;
`;
