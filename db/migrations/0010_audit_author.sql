-- compatible
-- Who typed a change that somebody else applied: null where the actor did both.

alter table audit add column author_user_id text;
