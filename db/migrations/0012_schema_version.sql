-- compatible
-- The version of the domain's declaration that a device's app was built with.

alter table devices add column schema_version integer;
