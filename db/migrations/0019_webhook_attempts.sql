-- compatible
-- A report of a provider that can not be acted on is tried again later and later, and at last given up, so that it holds up no other.

alter table webhook_events
  add column attempts integer not null default 0,
  -- When it is looked at again, as long as there is something to do. With content and without a time: given up.
  add column next_at timestamptz default now();
drop index webhook_events_waiting;
create index webhook_events_due on webhook_events (next_at) where sealed is not null;
