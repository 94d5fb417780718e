-- compatible
-- Messages to people outside: what is to be sent, how it went, what they said about being written to, and what providers report.

create table notifications (
  tenant_id uuid not null references tenants,
  notification_id uuid not null,
  -- The tenant clock's value of the request: unique, and the order of the list.
  version timestamptz not null,
  -- One request may ask for several channels.
  request_id uuid not null,
  entity text not null,
  entity_id uuid not null,
  -- SHA-256 of what the customer would see and where, hexadecimal: the version of what is sent.
  content_hash text not null,
  channel text not null check (channel in ('whatsapp', 'sms', 'email')),
  -- 1, and one more each time that a human sends it again.
  round integer not null,
  -- Of the token in the link that the message carries, and of the address: both are in the envelope.
  link_hash text not null,
  address_hash text not null,
  -- Address, token, and what is said: rendered from this alone, so that every attempt says the same.
  sealed bytea not null,
  state text not null
    check (state in ('queued', 'sending', 'sent', 'delivered', 'refused', 'undelivered', 'unknown')),
  attempts integer not null default 0,
  -- Queued: when it is due. Sending: until when an answer is waited for. Unknown: when the provider is asked again.
  due_at timestamptz,
  -- Of the attempt: an answer counts for the attempt that it belongs to.
  claim_id uuid,
  claimed_at timestamptz,
  provider text,
  provider_id text,
  code text,
  -- In the provider's words, addresses taken out.
  reason text,
  looks integer not null default 0,
  looked_at timestamptz,
  look_result text check (look_result in ('absent', 'silent')),
  created_by text,
  updated_at timestamptz not null,
  settled_by text,
  primary key (tenant_id, notification_id)
);
create unique index notifications_by_version on notifications (tenant_id, version);
-- What a customer has been sent through a channel is not sent again, but by a human's decision.
create unique index notifications_once on notifications (tenant_id, entity, entity_id, channel, content_hash, round);
create unique index notifications_by_link on notifications (tenant_id, link_hash);
create index notifications_by_record on notifications (tenant_id, entity, entity_id, version);
create index notifications_due on notifications (tenant_id, due_at) where due_at is not null;

-- What a request to send was answered, under the key that its sender gave it.
create table send_requests (
  tenant_id uuid not null references tenants,
  idempotency_key text not null,
  request_hash text not null,
  notification_ids uuid[] not null,
  created_at timestamptz not null,
  primary key (tenant_id, idempotency_key)
);

-- What customers said to this tenant about being written to. The address is a keyed hash.
create table contact_consents (
  tenant_id uuid not null references tenants,
  channel text not null,
  address_hash text not null,
  consented_at timestamptz,
  opted_out_at timestamptz,
  recorded_by text,
  updated_at timestamptz not null,
  primary key (tenant_id, channel, address_hash)
);

do $$
declare
  name text;
begin
  foreach name in array array['notifications', 'send_requests', 'contact_consents'] loop
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

-- What providers report, before it is known whom it concerns; reached through WebhookTx only. Taken first, acted on later.
create table webhook_events (
  provider text not null,
  event_id text not null,
  received_at timestamptz not null,
  -- What is to be done; gone once it is done. The id stays, so that a replay does nothing.
  sealed bytea,
  primary key (provider, event_id)
);
create index webhook_events_waiting on webhook_events (received_at) where sealed is not null;

-- Who wrote STOP to the service's own number or address, which all tenants share: it holds for all of them.
create table contact_stops (
  channel text not null,
  address_hash text not null,
  stopped_at timestamptz,
  lifted_at timestamptz,
  primary key (channel, address_hash)
);

alter table webhook_events enable row level security;
alter table webhook_events force row level security;
alter table contact_stops enable row level security;
alter table contact_stops force row level security;
create policy webhooks on webhook_events
  using (current_setting('app.webhooks', true) = 'on')
  with check (current_setting('app.webhooks', true) = 'on');
create policy webhooks on contact_stops
  using (current_setting('app.webhooks', true) = 'on')
  with check (current_setting('app.webhooks', true) = 'on');
-- A tenant asks for one address at a time, whose keyed hash it can not guess.
create policy senders_ask on contact_stops for select
  using (nullif(current_setting('app.tenant_id', true), '') is not null);
grant select, insert, update on webhook_events, contact_stops to backhaul_app;

-- When the identity provider says that the name and address were set: reports of changes may come in any order.
alter table users add column profile_at timestamptz;
