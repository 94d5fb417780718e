import { sql } from 'kysely';

/**
 * Of a row of `finance_entries e`: nobody outside has seen it and nothing was decided about it. Pending, undisputed, without a
 * number, never sent.
 */
export const IS_DRAFT = sql<boolean>`(e.status = 'pending' and e.is_disputed is not true
  and not exists (
    select 1 from document_numbers d
    where d.tenant_id = e.tenant_id and d.entity = 'finance_entry' and d.entity_id = e.id)
  and not exists (
    select 1 from notifications n
    where n.tenant_id = e.tenant_id and n.entity = 'finance_entry' and n.entity_id = e.id))`;
