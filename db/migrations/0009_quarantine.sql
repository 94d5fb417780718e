-- compatible
-- Work of devices that may not sync any more: kept until a manager applies or discards it, and then as it was decided.

create table quarantine (
  tenant_id uuid not null references tenants,
  quarantine_id uuid not null,
  -- The tenant clock's value of its arrival: unique, and the order of the list.
  version timestamptz not null,
  device_id uuid not null,
  -- Who typed it, and what they were called then.
  user_id text not null,
  user_name text not null,
  change_id uuid not null,
  -- SHA-256 of the change as it was handed over, hexadecimal.
  content_hash text not null,
  -- As far as the change says so.
  op text,
  entity text,
  entity_id uuid,
  -- When the edit was made, corrected for the device's clock, at most the time of its arrival.
  edited_at timestamptz not null,
  -- Milliseconds that the device's clock was behind, for a change that does not say so itself.
  clock_offset bigint,
  reason text not null check (reason in ('revoked', 'removed', 'disabled', 'signedOut')),
  set_aside_at timestamptz,
  received_at timestamptz not null,
  -- The change as it was handed over, and the values that a manager applied instead of some.
  sealed bytea not null,
  status text not null check (status in ('waiting', 'applied', 'discarded')),
  -- Why it was refused last: by the service before it was set aside, or when a manager tried to apply it.
  code text,
  message text,
  fields text[],
  -- Null for what had been accepted before it was handed over.
  decided_by text,
  decided_version timestamptz,
  outcome text check (outcome in ('applied', 'merged', 'conflict', 'unchanged', 'arrived')),
  conflict_ids uuid[],
  primary key (tenant_id, quarantine_id)
);
create unique index quarantine_by_version on quarantine (tenant_id, version);
create index quarantine_waiting on quarantine (tenant_id, version) where status = 'waiting';
create index quarantine_by_record on quarantine (tenant_id, entity, entity_id, version);
-- A change that is handed over again is known; another one under its id is not lost.
create unique index quarantine_once on quarantine (tenant_id, device_id, change_id, content_hash);

-- What a device has handed over so far; the limits hold whichever instance is asked.
create table escrow_intake (
  tenant_id uuid not null references tenants,
  device_id uuid not null,
  window_start timestamptz not null,
  requests integer not null,
  -- Of all its changes in quarantine, decided or not, so that the limit tells the device nothing that it did not send.
  changes integer not null default 0,
  bytes bigint not null default 0,
  primary key (tenant_id, device_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['quarantine', 'escrow_intake'] loop
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
