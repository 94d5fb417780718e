-- Written by `pnpm schema:dump` from a migrated database. Compared in CI; change it through a migration.

create table attachments (
  tenant_id uuid not null,
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
  purpose text not null default 'general'::text,
  constraint attachments_pkey PRIMARY KEY (tenant_id, id),
  constraint attachments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX attachments_by_owner ON public.attachments USING btree (tenant_id, owner_id);
CREATE UNIQUE INDEX attachments_by_version ON public.attachments USING btree (tenant_id, updated_at);
CREATE INDEX attachments_pending ON public.attachments USING btree (tenant_id, updated_at) WHERE ((status = 'pending'::text) AND (deleted_at IS NULL));
CREATE INDEX attachments_tombstones ON public.attachments USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
alter table attachments enable row level security;
alter table attachments force row level security;
create policy tenant_isolation on attachments for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on attachments to backhaul_app;

create table audit (
  tenant_id uuid not null,
  audit_id uuid not null,
  version timestamptz not null,
  entity text not null,
  entity_id text not null,
  action text not null,
  actor_user_id text,
  device_id uuid,
  change_id uuid,
  edited_at timestamptz not null,
  changes jsonb not null,
  sealed bytea,
  author_user_id text,
  constraint audit_pkey PRIMARY KEY (tenant_id, audit_id),
  constraint audit_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX audit_by_actor ON public.audit USING btree (tenant_id, actor_user_id, version);
CREATE INDEX audit_by_record ON public.audit USING btree (tenant_id, entity, entity_id, version);
CREATE UNIQUE INDEX audit_by_version ON public.audit USING btree (tenant_id, version);
alter table audit enable row level security;
alter table audit force row level security;
create policy tenant_isolation on audit for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select on audit to backhaul_app;

create table billed_again (
  tenant_id uuid not null,
  task_id uuid not null,
  entry_id uuid not null,
  version timestamptz not null,
  user_id text not null,
  constraint billed_again_pkey PRIMARY KEY (tenant_id, task_id, entry_id),
  constraint billed_again_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table billed_again enable row level security;
alter table billed_again force row level security;
create policy tenant_isolation on billed_again for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on billed_again to backhaul_app;

create table charge_readings (
  tenant_id uuid not null,
  read_to timestamptz not null,
  constraint charge_readings_pkey PRIMARY KEY (tenant_id),
  constraint charge_readings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table charge_readings enable row level security;
alter table charge_readings force row level security;
create policy tenant_isolation on charge_readings for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on charge_readings to backhaul_app;

create table charged_tasks (
  tenant_id uuid not null,
  task_id uuid not null,
  entry_id uuid not null,
  version timestamptz not null,
  constraint charged_tasks_pkey PRIMARY KEY (tenant_id, task_id, entry_id),
  constraint charged_tasks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX charged_tasks_by_entry ON public.charged_tasks USING btree (tenant_id, entry_id);
alter table charged_tasks enable row level security;
alter table charged_tasks force row level security;
create policy tenant_isolation on charged_tasks for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on charged_tasks to backhaul_app;

create table clients (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  preferred_schedule text,
  preferred_delivery_channels jsonb,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  constraint clients_pkey PRIMARY KEY (tenant_id, id),
  constraint clients_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE UNIQUE INDEX clients_by_version ON public.clients USING btree (tenant_id, updated_at);
CREATE INDEX clients_tombstones ON public.clients USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
alter table clients enable row level security;
alter table clients force row level security;
create policy tenant_isolation on clients for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on clients to backhaul_app;

create table conflicts (
  tenant_id uuid not null,
  conflict_id uuid not null,
  version timestamptz not null,
  entity text not null,
  entity_id uuid not null,
  change_id uuid,
  kind text not null,
  fields text[] not null,
  policy text not null,
  winner text not null,
  status text not null,
  client_values jsonb not null,
  client_user_id text,
  client_device_id uuid,
  client_at timestamptz,
  server_values jsonb not null,
  server_user_id text,
  server_device_id uuid,
  server_at timestamptz,
  server_version timestamptz not null,
  sealed bytea,
  resolution text,
  resolved_by text,
  resolved_version timestamptz,
  constraint conflicts_kind_check CHECK ((kind = ANY (ARRAY['fields'::text, 'deletedOverEdit'::text, 'editedOverDelete'::text]))),
  constraint conflicts_pkey PRIMARY KEY (tenant_id, conflict_id),
  constraint conflicts_resolution_check CHECK ((resolution = ANY (ARRAY['keep'::text, 'restore'::text, 'edit'::text]))),
  constraint conflicts_status_check CHECK ((status = ANY (ARRAY['open'::text, 'resolved'::text]))),
  constraint conflicts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id),
  constraint conflicts_winner_check CHECK ((winner = ANY (ARRAY['client'::text, 'server'::text])))
);
CREATE INDEX conflicts_by_client_device ON public.conflicts USING btree (tenant_id, client_device_id, status, version);
CREATE INDEX conflicts_by_client_user ON public.conflicts USING btree (tenant_id, client_user_id, status, version);
CREATE INDEX conflicts_by_entity ON public.conflicts USING btree (tenant_id, entity, status, version);
CREATE INDEX conflicts_by_kind ON public.conflicts USING btree (tenant_id, kind, status, version);
CREATE INDEX conflicts_by_policy ON public.conflicts USING btree (tenant_id, policy, status, version);
CREATE INDEX conflicts_by_record ON public.conflicts USING btree (tenant_id, entity_id, version);
CREATE INDEX conflicts_by_server_device ON public.conflicts USING btree (tenant_id, server_device_id, status, version);
CREATE INDEX conflicts_by_server_user ON public.conflicts USING btree (tenant_id, server_user_id, status, version);
CREATE INDEX conflicts_by_status ON public.conflicts USING btree (tenant_id, status, version);
CREATE UNIQUE INDEX conflicts_by_version ON public.conflicts USING btree (tenant_id, version);
CREATE UNIQUE INDEX conflicts_once ON public.conflicts USING btree (tenant_id, change_id, policy, winner, server_version) WHERE (change_id IS NOT NULL);
alter table conflicts enable row level security;
alter table conflicts force row level security;
create policy tenant_isolation on conflicts for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on conflicts to backhaul_app;

create table contact_consents (
  tenant_id uuid not null,
  channel text not null,
  address_hash text not null,
  consented_at timestamptz,
  opted_out_at timestamptz,
  recorded_by text,
  updated_at timestamptz not null,
  constraint contact_consents_pkey PRIMARY KEY (tenant_id, channel, address_hash),
  constraint contact_consents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table contact_consents enable row level security;
alter table contact_consents force row level security;
create policy tenant_isolation on contact_consents for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on contact_consents to backhaul_app;

create table contact_stops (
  channel text not null,
  address_hash text not null,
  stopped_at timestamptz,
  lifted_at timestamptz,
  constraint contact_stops_pkey PRIMARY KEY (channel, address_hash)
);
alter table contact_stops enable row level security;
alter table contact_stops force row level security;
create policy senders_ask on contact_stops for select to public
  using ((NULLIF(current_setting('app.tenant_id'::text, true), ''::text) IS NOT NULL));
create policy webhooks on contact_stops for all to public
  using ((current_setting('app.webhooks'::text, true) = 'on'::text))
  with check ((current_setting('app.webhooks'::text, true) = 'on'::text));
grant insert, select, update on contact_stops to backhaul_app;

create table device_owners (
  device_id uuid not null,
  user_id text not null,
  active_tenant_id uuid,
  created_at timestamptz not null default now(),
  constraint device_owners_pkey PRIMARY KEY (device_id)
);
alter table device_owners enable row level security;
alter table device_owners force row level security;
create policy own_device on device_owners for all to public
  using ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)))
  with check ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)));
grant insert, select, update on device_owners to backhaul_app;

create table devices (
  tenant_id uuid not null,
  device_id uuid not null,
  user_id text not null,
  status text not null default 'active'::text,
  platform text,
  app_version text,
  registered_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  last_push_at timestamptz,
  last_pull_at timestamptz,
  pull_cursor timestamptz,
  pending integer,
  oldest_pending_at timestamptz,
  storage_used bigint,
  storage_quota bigint,
  clock_offset bigint,
  schema_version integer,
  constraint devices_pkey PRIMARY KEY (tenant_id, device_id),
  constraint devices_status_check CHECK ((status = ANY (ARRAY['active'::text, 'revoked'::text]))),
  constraint devices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table devices enable row level security;
alter table devices force row level security;
create policy tenant_isolation on devices for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on devices to backhaul_app;

create table document_numbers (
  tenant_id uuid not null,
  entity text not null,
  entity_id uuid not null,
  sequence integer not null,
  number text not null,
  assigned_at timestamptz not null,
  constraint document_numbers_pkey PRIMARY KEY (tenant_id, entity, entity_id),
  constraint document_numbers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE UNIQUE INDEX document_numbers_by_sequence ON public.document_numbers USING btree (tenant_id, entity, sequence);
alter table document_numbers enable row level security;
alter table document_numbers force row level security;
create policy tenant_isolation on document_numbers for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select on document_numbers to backhaul_app;

create table employees (
  tenant_id uuid not null,
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
  constraint employees_pkey PRIMARY KEY (tenant_id, id),
  constraint employees_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE UNIQUE INDEX employees_by_version ON public.employees USING btree (tenant_id, updated_at);
CREATE INDEX employees_tombstones ON public.employees USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX employees_user_id_live ON public.employees USING btree (tenant_id, user_id) WHERE ((deleted_at IS NULL) AND (user_id IS NOT NULL));
alter table employees enable row level security;
alter table employees force row level security;
create policy tenant_isolation on employees for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on employees to backhaul_app;

create table escrow_intake (
  tenant_id uuid not null,
  device_id uuid not null,
  window_start timestamptz not null,
  requests integer not null,
  changes integer not null default 0,
  bytes bigint not null default 0,
  constraint escrow_intake_pkey PRIMARY KEY (tenant_id, device_id),
  constraint escrow_intake_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table escrow_intake enable row level security;
alter table escrow_intake force row level security;
create policy tenant_isolation on escrow_intake for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on escrow_intake to backhaul_app;

create table finance_entries (
  tenant_id uuid not null,
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
  constraint finance_entries_pkey PRIMARY KEY (tenant_id, id),
  constraint finance_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX finance_entries_by_employee ON public.finance_entries USING btree (tenant_id, employee_id, updated_at);
CREATE INDEX finance_entries_by_kind ON public.finance_entries USING btree (tenant_id, kind, updated_at) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX finance_entries_by_version ON public.finance_entries USING btree (tenant_id, updated_at);
CREATE INDEX finance_entries_tombstones ON public.finance_entries USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
alter table finance_entries enable row level security;
alter table finance_entries force row level security;
create policy tenant_isolation on finance_entries for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on finance_entries to backhaul_app;

create table invites (
  tenant_id uuid not null,
  invite_id uuid not null,
  email text not null,
  role text not null,
  employee_id uuid,
  status text not null,
  invited_by text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint invites_pkey PRIMARY KEY (tenant_id, invite_id),
  constraint invites_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'employee'::text]))),
  constraint invites_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'expired'::text]))),
  constraint invites_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX invites_by_email ON public.invites USING btree (email) WHERE (status = 'pending'::text);
CREATE UNIQUE INDEX invites_one_pending ON public.invites USING btree (tenant_id, email) WHERE (status = 'pending'::text);
alter table invites enable row level security;
alter table invites force row level security;
create policy own_invite on invites for select to public
  using ((email = NULLIF(current_setting('app.user_email'::text, true), ''::text)));
create policy tenant_isolation on invites for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on invites to backhaul_app;

create table members (
  tenant_id uuid not null,
  user_id text not null,
  role text not null,
  status text not null,
  email text,
  name text,
  scope_version timestamptz not null,
  created_at timestamptz not null default now(),
  constraint members_pkey PRIMARY KEY (tenant_id, user_id),
  constraint members_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'employee'::text]))),
  constraint members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text]))),
  constraint members_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX members_by_user ON public.members USING btree (user_id);
alter table members enable row level security;
alter table members force row level security;
create policy own_membership on members for select to public
  using ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)));
create policy tenant_isolation on members for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on members to backhaul_app;

create table notifications (
  tenant_id uuid not null,
  notification_id uuid not null,
  version timestamptz not null,
  request_id uuid not null,
  entity text not null,
  entity_id uuid not null,
  content_hash text not null,
  channel text not null,
  round integer not null,
  link_hash text not null,
  address_hash text not null,
  sealed bytea not null,
  state text not null,
  attempts integer not null default 0,
  due_at timestamptz,
  claim_id uuid,
  claimed_at timestamptz,
  provider text,
  provider_id text,
  code text,
  reason text,
  looks integer not null default 0,
  looked_at timestamptz,
  look_result text,
  created_by text,
  updated_at timestamptz not null,
  settled_by text,
  body_hash text,
  attachment_id uuid,
  constraint notifications_channel_check CHECK ((channel = ANY (ARRAY['whatsapp'::text, 'sms'::text, 'email'::text]))),
  constraint notifications_look_result_check CHECK ((look_result = ANY (ARRAY['absent'::text, 'silent'::text]))),
  constraint notifications_pkey PRIMARY KEY (tenant_id, notification_id),
  constraint notifications_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'refused'::text, 'undelivered'::text, 'unknown'::text]))),
  constraint notifications_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE UNIQUE INDEX notifications_by_link ON public.notifications USING btree (tenant_id, link_hash);
CREATE INDEX notifications_by_record ON public.notifications USING btree (tenant_id, entity, entity_id, version);
CREATE UNIQUE INDEX notifications_by_version ON public.notifications USING btree (tenant_id, version);
CREATE INDEX notifications_due ON public.notifications USING btree (tenant_id, due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX notifications_once ON public.notifications USING btree (tenant_id, entity, entity_id, channel, content_hash, round);
alter table notifications enable row level security;
alter table notifications force row level security;
create policy tenant_isolation on notifications for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on notifications to backhaul_app;

create table object_sweeps (
  tenant_id uuid not null,
  attachment_id uuid not null,
  until timestamptz not null,
  constraint object_sweeps_pkey PRIMARY KEY (tenant_id, attachment_id),
  constraint object_sweeps_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table object_sweeps enable row level security;
alter table object_sweeps force row level security;
create policy tenant_isolation on object_sweeps for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select on object_sweeps to backhaul_app;

create table purged_records (
  tenant_id uuid not null,
  entity text not null,
  id uuid not null,
  constraint purged_records_pkey PRIMARY KEY (tenant_id, entity, id),
  constraint purged_records_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table purged_records enable row level security;
alter table purged_records force row level security;
create policy tenant_isolation on purged_records for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select on purged_records to backhaul_app;

create table quarantine (
  tenant_id uuid not null,
  quarantine_id uuid not null,
  version timestamptz not null,
  device_id uuid not null,
  user_id text not null,
  user_name text not null,
  change_id uuid not null,
  content_hash text not null,
  op text,
  entity text,
  entity_id uuid,
  edited_at timestamptz not null,
  clock_offset bigint,
  reason text not null,
  set_aside_at timestamptz,
  received_at timestamptz not null,
  sealed bytea not null,
  status text not null,
  code text,
  message text,
  fields text[],
  decided_by text,
  decided_version timestamptz,
  outcome text,
  conflict_ids uuid[],
  constraint quarantine_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'merged'::text, 'conflict'::text, 'unchanged'::text, 'arrived'::text]))),
  constraint quarantine_pkey PRIMARY KEY (tenant_id, quarantine_id),
  constraint quarantine_reason_check CHECK ((reason = ANY (ARRAY['revoked'::text, 'removed'::text, 'disabled'::text, 'signedOut'::text]))),
  constraint quarantine_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'applied'::text, 'discarded'::text]))),
  constraint quarantine_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX quarantine_by_record ON public.quarantine USING btree (tenant_id, entity, entity_id, version);
CREATE UNIQUE INDEX quarantine_by_version ON public.quarantine USING btree (tenant_id, version);
CREATE UNIQUE INDEX quarantine_once ON public.quarantine USING btree (tenant_id, device_id, change_id, content_hash);
CREATE INDEX quarantine_waiting ON public.quarantine USING btree (tenant_id, version) WHERE (status = 'waiting'::text);
alter table quarantine enable row level security;
alter table quarantine force row level security;
create policy tenant_isolation on quarantine for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on quarantine to backhaul_app;

create table receipts (
  tenant_id uuid not null,
  change_id uuid not null,
  device_id uuid not null,
  content_hash text not null,
  outcome text not null,
  code text,
  message text,
  fields text[],
  version timestamptz,
  created_at timestamptz not null,
  constraint receipts_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'merged'::text, 'conflict'::text, 'unchanged'::text, 'rejected'::text]))),
  constraint receipts_pkey PRIMARY KEY (tenant_id, change_id),
  constraint receipts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX receipts_by_age ON public.receipts USING btree (tenant_id, created_at);
alter table receipts enable row level security;
alter table receipts force row level security;
create policy tenant_isolation on receipts for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant delete, insert, select on receipts to backhaul_app;

create table scope_exits (
  tenant_id uuid not null,
  role text not null,
  scope_key text not null,
  entity text not null,
  id uuid not null,
  version timestamptz not null,
  constraint scope_exits_pkey PRIMARY KEY (tenant_id, role, scope_key, entity, id),
  constraint scope_exits_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'employee'::text]))),
  constraint scope_exits_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX scope_exits_by_age ON public.scope_exits USING btree (tenant_id, version);
CREATE INDEX scope_exits_by_version ON public.scope_exits USING btree (tenant_id, role, scope_key, entity, version);
alter table scope_exits enable row level security;
alter table scope_exits force row level security;
create policy tenant_isolation on scope_exits for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on scope_exits to backhaul_app;

create table send_requests (
  tenant_id uuid not null,
  idempotency_key text not null,
  request_hash text not null,
  notification_ids uuid[] not null,
  created_at timestamptz not null,
  constraint send_requests_pkey PRIMARY KEY (tenant_id, idempotency_key),
  constraint send_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table send_requests enable row level security;
alter table send_requests force row level security;
create policy tenant_isolation on send_requests for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on send_requests to backhaul_app;

create table service_types (
  tenant_id uuid not null,
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
  constraint service_types_pkey PRIMARY KEY (tenant_id, id),
  constraint service_types_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE UNIQUE INDEX service_types_by_version ON public.service_types USING btree (tenant_id, updated_at);
CREATE INDEX service_types_tombstones ON public.service_types USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
alter table service_types enable row level security;
alter table service_types force row level security;
create policy tenant_isolation on service_types for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on service_types to backhaul_app;

create table tasks (
  tenant_id uuid not null,
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
  constraint tasks_pkey PRIMARY KEY (tenant_id, id),
  constraint tasks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE INDEX tasks_by_assignee ON public.tasks USING btree (tenant_id, assigned_employee_id, updated_at);
CREATE INDEX tasks_by_client ON public.tasks USING btree (tenant_id, client_id, assigned_employee_id, team_id) WHERE ((deleted_at IS NULL) AND (client_id IS NOT NULL));
CREATE INDEX tasks_by_date ON public.tasks USING btree (tenant_id, date) WHERE (deleted_at IS NULL);
CREATE INDEX tasks_by_team ON public.tasks USING btree (tenant_id, team_id, updated_at);
CREATE UNIQUE INDEX tasks_by_version ON public.tasks USING btree (tenant_id, updated_at);
CREATE INDEX tasks_tombstones ON public.tasks USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
alter table tasks enable row level security;
alter table tasks force row level security;
create policy tenant_isolation on tasks for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on tasks to backhaul_app;

create table teams (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  sealed bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  field_versions jsonb not null,
  constraint teams_pkey PRIMARY KEY (tenant_id, id),
  constraint teams_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
CREATE UNIQUE INDEX teams_by_version ON public.teams USING btree (tenant_id, updated_at);
CREATE INDEX teams_tombstones ON public.teams USING btree (tenant_id, updated_at) WHERE (deleted_at IS NOT NULL);
alter table teams enable row level security;
alter table teams force row level security;
create policy tenant_isolation on teams for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on teams to backhaul_app;

create table tenant_clocks (
  tenant_id uuid not null,
  clock timestamptz not null,
  origin timestamptz not null,
  purged_to timestamptz,
  constraint tenant_clocks_pkey PRIMARY KEY (tenant_id),
  constraint tenant_clocks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table tenant_clocks enable row level security;
alter table tenant_clocks force row level security;
create policy listened_clock on tenant_clocks for select to public
  using ((tenant_id = ANY ((string_to_array(NULLIF(current_setting('app.listened_tenants'::text, true), ''::text), ','::text))::uuid[])));
create policy tenant_isolation on tenant_clocks for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on tenant_clocks to backhaul_app;

create table tenant_keys (
  tenant_id uuid not null,
  key_id uuid not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  constraint tenant_keys_pkey PRIMARY KEY (tenant_id, key_id),
  constraint tenant_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table tenant_keys enable row level security;
alter table tenant_keys force row level security;
create policy tenant_isolation on tenant_keys for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on tenant_keys to backhaul_app;

create table tenant_logos (
  tenant_id uuid not null,
  bytes bytea not null,
  version timestamptz not null,
  updated_by text not null,
  constraint tenant_logos_pkey PRIMARY KEY (tenant_id),
  constraint tenant_logos_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table tenant_logos enable row level security;
alter table tenant_logos force row level security;
create policy tenant_isolation on tenant_logos for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant delete, insert, select, update on tenant_logos to backhaul_app;

create table tenant_settings (
  tenant_id uuid not null,
  values jsonb not null,
  version timestamptz not null,
  updated_by text not null,
  constraint tenant_settings_pkey PRIMARY KEY (tenant_id),
  constraint tenant_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id)
);
alter table tenant_settings enable row level security;
alter table tenant_settings force row level security;
create policy tenant_isolation on tenant_settings for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on tenant_settings to backhaul_app;

create table tenants (
  tenant_id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  constraint tenants_pkey PRIMARY KEY (tenant_id)
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy jobs_list_tenants on tenants for select to owner
  using ((current_setting('app.job'::text, true) = 'on'::text));
create policy own_tenant on tenants for select to public
  using ((tenant_id IN ( SELECT m.tenant_id FROM public.members m WHERE (m.user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)))));
create policy tenant_isolation on tenants for all to public
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant insert, select, update on tenants to backhaul_app;

create table users (
  user_id text not null,
  email text,
  name text,
  created_at timestamptz not null default now(),
  profile_at timestamptz,
  constraint users_pkey PRIMARY KEY (user_id)
);
alter table users enable row level security;
alter table users force row level security;
create policy own_user on users for all to public
  using ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)))
  with check ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)));
grant insert, select, update on users to backhaul_app;

create table webhook_events (
  provider text not null,
  event_id text not null,
  received_at timestamptz not null,
  sealed bytea,
  attempts integer not null default 0,
  next_at timestamptz default now(),
  constraint webhook_events_pkey PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_events_due ON public.webhook_events USING btree (next_at) WHERE (sealed IS NOT NULL);
alter table webhook_events enable row level security;
alter table webhook_events force row level security;
create policy webhooks on webhook_events for all to public
  using ((current_setting('app.webhooks'::text, true) = 'on'::text))
  with check ((current_setting('app.webhooks'::text, true) = 'on'::text));
grant insert, select, update on webhook_events to backhaul_app;

-- role backhaul_app: nosuperuser nobypassrls nocreaterole
-- The owner of the tables runs the migrations.
