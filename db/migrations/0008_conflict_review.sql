-- breaking
-- The sentence about a conflict is built when it is read, in the reader's language and with the names of today, so it is
-- stored no more (code of the version before writes the column). And every filter of the review is an index in the order of
-- the log.

alter table conflicts drop column summary;

drop index conflicts_open;
create index conflicts_by_status on conflicts (tenant_id, status, version);
-- An id alone says which record: the entity in front of it would only serve those who name both.
drop index conflicts_by_record;
create index conflicts_by_record on conflicts (tenant_id, entity_id, version);
-- Open conflicts are few among the resolved ones, so each filter is one of a status, too.
create index conflicts_by_entity on conflicts (tenant_id, entity, status, version);
create index conflicts_by_kind on conflicts (tenant_id, kind, status, version);
create index conflicts_by_policy on conflicts (tenant_id, policy, status, version);
-- A person or a device is searched on both sides: one index for each, because none can be in the order of both.
create index conflicts_by_client_user on conflicts (tenant_id, client_user_id, status, version);
create index conflicts_by_server_user on conflicts (tenant_id, server_user_id, status, version);
create index conflicts_by_client_device on conflicts (tenant_id, client_device_id, status, version);
create index conflicts_by_server_device on conflicts (tenant_id, server_device_id, status, version);
