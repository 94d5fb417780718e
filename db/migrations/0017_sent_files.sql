-- compatible
alter table notifications
  -- Names what a message says of the record, wherever it goes and whatever file goes along: the same for each channel. null: written
  -- before there was such a name.
  add column body_hash text,
  -- The file that goes along, beside the document itself; null: none.
  add column attachment_id uuid;
